package io.holdfast.testkit;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/**
 * Waits for threads that should go on, and knows when they do not: says then where all threads of
 * the process are, virtual ones too. Thread-safe.
 */
final class Watchdog {
  /** Patience with a busy machine, not a time that anything may take. */
  private static final Duration PATIENCE =
      Duration.ofSeconds(Long.getLong("holdfast.patience", 100));

  private final LongAdder steps = new LongAdder();
  private final Path directory;

  /** One that has a place for its findings. */
  Watchdog(Path directory) {
    this.directory = directory;
  }

  /** Something went on. */
  void step() {
    steps.increment();
  }

  /**
   * Waits until something holds.
   *
   * @throws AssertionError when nothing goes on any more
   */
  void until(String what, BooleanSupplier condition) {
    long seen = steps.sum();
    long since = System.nanoTime();
    while (!condition.getAsBoolean()) {
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        throw new AssertionError("interrupted while waiting: " + what, e);
      }
      long now = steps.sum();
      if (now != seen) {
        seen = now;
        since = System.nanoTime();
      } else if (System.nanoTime() - since > PATIENCE.toNanos()) {
        System.out.println(threads());
        throw new AssertionError("nothing goes on, " + what + " does not hold; threads above");
      }
    }
  }

  /** Where all threads are. */
  private String threads() {
    Path file = directory.resolve("threads-" + System.nanoTime() + ".txt").toAbsolutePath();
    try {
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpThreads(file.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
