package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.Cleaner;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** What the process takes, over time, at moments that can be compared. One thread at a time. */
final class Gauges {
  /**
   * Something that may be more at the end than before by a part of it, and by the noise of a JVM.
   *
   * @param unit by which it is printed
   */
  private record Gauge(
      String title, long unit, double part, long noise, ToLongFunction<Sample> of) {
    long most(long before) {
      return before + noise + (long) (before * part);
    }
  }

  private static List<Gauge> gauges(long kept) {
    return List.of(
        new Gauge("heap KiB", 1 << 10, 0.2, NOISE, Sample::heap),
        new Gauge("direct KiB", 1 << 10, 0.2, kept, Sample::direct),
        new Gauge("mapped KiB", 1 << 10, 0, 0, Sample::mapped),
        new Gauge("disk KiB", 1 << 10, 0.2, kept, Sample::disk),
        new Gauge("mappings", 1, 0.1, 20, Sample::mappings),
        new Gauge("open files", 1, 0, 4, Sample::files),
        new Gauge("threads", 1, 0, 4, Sample::threads));
  }

  /** Bytes and counts at one moment. */
  private record Sample(
      long seconds,
      long heap,
      long direct,
      long mapped,
      long disk,
      long mappings,
      long files,
      long threads) {}

  private static final int ROWS = 40;
  private static final long NOISE = 8L << 20;

  private static final Cleaner CLEANER = Cleaner.create();

  private final Path directory;
  private final List<Gauge> all;
  private final long began = System.nanoTime();
  private final List<Sample> samples = new ArrayList<>();

  /** Gauges of this process and of a directory that nobody has open when a sample is taken. */
  Gauges(Path directory) {
    this(directory, 0);
  }

  /**
   * Gauges of this process and of a directory.
   *
   * @param kept bytes that whoever has it open may keep for later, in memory and in files each
   */
  Gauges(Path directory, long kept) {
    this.directory = directory;
    this.all = gauges(NOISE + kept);
  }

  /** Takes a sample; what is garbage does not count. */
  void sample() {
    // What the first collection finds is cleared when something of the second one is.
    collect();
    collect();
    samples.add(
        new Sample(
            (System.nanoTime() - began) / 1_000_000_000,
            ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
            pool("direct"),
            pool("mapped"),
            disk(),
            count("/proc/self/maps"),
            descriptors(),
            ManagementFactory.getThreadMXBean().getThreadCount()));
  }

  private static void collect() {
    CountDownLatch cleared = new CountDownLatch(1);
    Cleaner.Cleanable _ = CLEANER.register(new Object(), cleared::countDown);
    try {
      do {
        System.gc();
      } while (!cleared.await(1, TimeUnit.SECONDS));
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  private static long pool(String name) {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().startsWith(name))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  private long disk() {
    while (true) {
      try (Stream<Path> files = Files.walk(directory)) {
        return files.filter(Files::isRegularFile).mapToLong(Gauges::size).sum();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (UncheckedIOException e) {
        // Who has it open has just deleted a file.
        if (!(e.getCause() instanceof NoSuchFileException)) {
          throw e;
        }
      }
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (NoSuchFileException gone) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The lines of a file of Linux; 0 elsewhere. */
  private static long count(String file) {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines.count();
    } catch (IOException noSuchThing) {
      return 0;
    }
  }

  private static long descriptors() {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    } catch (IOException noSuchThing) {
      return 0;
    }
  }

  /** A table of what there was, with at most some dozens of rows. */
  String table() {
    StringBuilder text = new StringBuilder("%8s".formatted("seconds"));
    for (Gauge gauge : all) {
      text.append("%12s".formatted(gauge.title));
    }
    int step = Math.max(1, samples.size() / ROWS);
    for (int i = samples.size() - 1 - (samples.size() - 1) / step * step;
        i < samples.size();
        i += step) {
      Sample sample = samples.get(i);
      text.append("\n%8d".formatted(sample.seconds));
      for (Gauge gauge : all) {
        text.append("%12d".formatted(gauge.of.applyAsLong(sample) / gauge.unit));
      }
    }
    return text.toString();
  }

  /**
   * Compares the least of the second and of the last third; the first is for warming up. What
   * happens to be in use makes a sample higher, and a leak makes all of them so.
   */
  void assertFlat() {
    int third = samples.size() / 3;
    assertThat(third).as("a third of the samples").isGreaterThan(1);
    for (Gauge gauge : all) {
      long before = least(gauge, third, 2 * third);
      long after = least(gauge, 2 * third, samples.size());
      assertThat(after)
          .as("%s, which were %d before, in%n%s%n", gauge, before, table())
          .isLessThanOrEqualTo(gauge.most(before));
    }
  }

  private long least(Gauge gauge, int from, int to) {
    return samples.subList(from, to).stream().mapToLong(gauge.of).min().orElseThrow();
  }
}
