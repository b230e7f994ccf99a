package io.holdfast.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What appends leave to the garbage collector: another process with a small heap appends for a time
 * while a subscriber takes and acks everything.
 */
public final class Heap {
  private static final Pattern PAUSE =
      Pattern.compile("^\\[(\\d+\\.\\d+)s\\].*Pause .* (\\d+\\.\\d+)ms$");

  private static final List<String> JVM_OPTIONS =
      List.of(
          "-Xmx64m",
          "-XX:+UseSerialGC",
          "-XX:+UseCompactObjectHeaders",
          "--sun-misc-unsafe-memory-access=allow");

  private static final long LOOKED_AT_MILLIS = 200;

  private final Path folder;

  /** Measures in a folder, where a folder of its own is made and removed again. */
  public Heap(Path folder) {
    this.folder = folder;
  }

  /**
   * What was measured.
   *
   * @param bundles that were appended
   * @param bytesPerAppend on the heap, by all threads of the process together
   * @param collections how often the collector stopped it
   * @param longestNanos the longest of these pauses
   * @param totalNanos all of them
   * @param firstNanos the longest pause before, while classes are loaded and the memory is touched
   *     for the first time
   */
  public record Result(
      long bundles,
      double bytesPerAppend,
      int collections,
      long longestNanos,
      long totalNanos,
      long firstNanos) {}

  /**
   * The collector stopped the process.
   *
   * @param second of the process at which it did
   * @param millis for so long
   */
  private record Pause(double second, double millis) {}

  /**
   * Measures.
   *
   * @param shape a shape, as the command line writes it
   * @param producers threads that append
   * @param time how long they append
   * @param progress is told how many nanoseconds it takes so far, of a quarter more than that time
   */
  public Result measure(String shape, int producers, Duration time, LongConsumer progress)
      throws IOException, InterruptedException {
    try (Scratch work = Scratch.in(folder)) {
      Path log = work.folder().resolve("gc.log");
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(JVM_OPTIONS);
      command.add("-Xlog:gc:file=" + log.toAbsolutePath() + "::filecount=0");
      command.add("-cp");
      command.add(System.getProperty("java.class.path"));
      command.add(HeapProbe.class.getName());
      command.add(work.folder().resolve("buffer").toString());
      command.add(shape);
      command.add(String.valueOf(producers));
      command.add(String.valueOf(time.toNanos()));
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      long started = System.nanoTime();
      while (!process.waitFor(LOOKED_AT_MILLIS, TimeUnit.MILLISECONDS)) {
        progress.accept(System.nanoTime() - started);
      }
      // One line, which the pipe holds.
      String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.exitValue() != 0) {
        throw new IOException("the process that appends ended early; it said why above");
      }
      String[] figures = printed.strip().split(" ", -1);
      long bundles = Long.parseLong(figures[0]);
      double begun = Long.parseLong(figures[2]) / 1e3;
      List<Pause> all = pauses(log);
      List<Pause> pauses = all.stream().filter(pause -> pause.second() >= begun).toList();
      return new Result(
          bundles,
          (double) Long.parseLong(figures[1]) / bundles,
          pauses.size(),
          longest(pauses),
          (long) (pauses.stream().mapToDouble(Pause::millis).sum() * 1e6),
          longest(all.stream().filter(pause -> pause.second() < begun).toList()));
    }
  }

  private static long longest(List<Pause> pauses) {
    return (long) (pauses.stream().mapToDouble(Pause::millis).max().orElse(0) * 1e6);
  }

  /** The pauses that a log of the collector tells of. */
  private static List<Pause> pauses(Path log) throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      return lines
          .map(PAUSE::matcher)
          .filter(Matcher::find)
          .map(
              pause ->
                  new Pause(Double.parseDouble(pause.group(1)), Double.parseDouble(pause.group(2))))
          .toList();
    }
  }
}
