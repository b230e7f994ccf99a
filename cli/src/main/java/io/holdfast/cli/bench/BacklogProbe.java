package io.holdfast.cli.bench;

import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.Subscriber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A process that opens a backlog and drains it. It prints a line when it is open and a line at its
 * end, both for {@link Backlog}.
 */
public final class BacklogProbe {
  /** How often it opens: the first times also load classes. */
  private static final int OPENS = 7;

  /** Held, because a logger that nobody holds forgets its level. */
  private static final Logger ARROW = Logger.getLogger("org.apache.arrow");

  private BacklogProbe() {}

  /**
   * Opens and drains.
   *
   * @param arguments the directory, its cap in bytes, the subscriber that drains first, the other
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    ARROW.setLevel(Level.WARNING);
    Path directory = Path.of(arguments[0]);
    BufferOptions options = BufferOptions.defaults().withCapBytes(Long.parseLong(arguments[1]));
    long[] opens = new long[OPENS];
    for (int i = 0; i < OPENS; i++) {
      long started = System.nanoTime();
      DurableBuffer buffer = DurableBuffer.open(directory, options);
      opens[i] = System.nanoTime() - started;
      if (i == 0) {
        System.out.println("open " + resident("VmRSS"));
        System.out.flush();
      }
      buffer.close();
    }
    long[] warm = Arrays.copyOfRange(opens, OPENS / 2, OPENS);
    Arrays.sort(warm);
    SequentialRead.Result plain = SequentialRead.of(directory.resolve("segments"));
    long started = System.nanoTime();
    long bundles = drain(directory, options, arguments[2]);
    long first = System.nanoTime() - started;
    started = System.nanoTime();
    bundles += drain(directory, options, arguments[3]);
    long drained = System.nanoTime() - started;
    System.out.println(
        "done "
            + String.join(
                " ",
                String.valueOf(opens[0]),
                String.valueOf(warm[warm.length / 2]),
                String.valueOf(bundles),
                String.valueOf(first),
                String.valueOf(drained),
                String.valueOf(plain.bytes()),
                String.valueOf(plain.nanos()),
                String.valueOf(resident("VmHWM"))));
  }

  /** Returns how many came. */
  private static long drain(Path directory, BufferOptions options, String id)
      throws InterruptedException {
    long bundles = 0;
    try (DurableBuffer buffer = DurableBuffer.open(directory, options)) {
      Subscriber subscriber = buffer.subscribe(id);
      for (Delivery next = subscriber.next(Duration.ZERO);
          next != null;
          next = subscriber.next(Duration.ZERO)) {
        try (Delivery delivery = next) {
          bundles += delivery.bundle().slots().isEmpty() ? 0 : 1;
          delivery.ack();
        }
      }
    }
    return bundles;
  }

  /** A figure of this process in bytes, or 0 where the system does not tell. */
  private static long resident(String name) throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith(name + ":")) {
        return Long.parseLong(line.replaceAll("\\D+", "")) * 1024;
      }
    }
    return 0;
  }
}
