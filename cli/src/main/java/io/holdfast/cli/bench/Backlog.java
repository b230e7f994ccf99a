package io.holdfast.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.HoldfastException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/**
 * What a backlog of a size costs: the time until a new process has opened it, its memory, and how
 * fast it drains beside a plain read of the same files.
 */
public final class Backlog {
  /** They drain the backlog one after the other: first, drain, drain ... and the last. */
  private static final List<String> SUBSCRIBERS =
      List.of("first", "second", "third", "fourth", "fifth", "last");

  private static final Shape SHAPE = new Shape.Rows(1000);

  /** The backlog repeats this many different bundles. */
  private static final int DIFFERENT = 64;

  /** Appends that are on their way at once. */
  private static final int PIPELINED = 256;

  private static final List<String> JVM_OPTIONS =
      List.of("-Xmx64m", "-XX:+UseSerialGC", "--sun-misc-unsafe-memory-access=allow");

  /** Enough for a segment or two: what makes a cache runs over it. */
  private static final long TRAINING_BYTES = 48L << 20;

  private final Path folder;

  /** Measures in a folder, where folders of its own are made and removed again. */
  public Backlog(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes a cache of the JVM's for the process that opens backlogs: classes as they are when they
   * are loaded and linked, so that a process with it starts faster.
   *
   * @param file where it is written
   */
  public void cache(Path file) throws IOException, InterruptedException {
    try (Scratch work = Scratch.in(folder)) {
      Path directory = work.folder().resolve("buffer");
      long cap = capFor(TRAINING_BYTES);
      write(directory, TRAINING_BYTES, cap, _ -> {});
      Process process =
          command(directory, cap, SUBSCRIBERS, "-XX:AOTCacheOutput=" + file)
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0 || Files.size(file) == 0) {
        throw new IOException("the JVM made no cache in " + file + "; it said: " + said.strip());
      }
    }
  }

  /**
   * What was measured.
   *
   * @param bytes of the segments
   * @param segments how many there are
   * @param bundles that were appended, and came back
   * @param processNanos from the start of a process until the buffer was open
   * @param cachedNanos the same with a cache of the JVM's; 0 without one
   * @param firstNanos of the first opening in a process
   * @param warmNanos of an opening in a process that has opened before, the median
   * @param openResident memory of the process that has opened, in bytes; 0 where that is not known
   * @param peakResident the most memory that it had until all was drained, in bytes
   * @param firstDrainNanos for taking and acking all, in a process that has not done so before
   * @param drainNanos for doing so once more for another subscriber, the median of several
   * @param lastDrainNanos for the last subscriber, until the buffer was closed and with all that
   *     was deleted
   * @param readNanos for a plain read of the segments with a CRC before each drain, the median
   */
  public record Result(
      long bytes,
      int segments,
      long bundles,
      long processNanos,
      long cachedNanos,
      long firstNanos,
      long warmNanos,
      long openResident,
      long peakResident,
      long firstDrainNanos,
      long drainNanos,
      long lastDrainNanos,
      long readNanos) {}

  /**
   * Writes a backlog and measures what it costs.
   *
   * @param bytes how many there are to be
   * @param cache what {@link #cache} made, or null
   * @param progress is told how many bytes are written
   */
  public Result measure(long bytes, @Nullable Path cache, LongConsumer progress)
      throws IOException, InterruptedException {
    try (Scratch work = Scratch.in(folder)) {
      Path directory = work.folder().resolve("buffer");
      long cap = capFor(bytes);
      long bundles = write(directory, bytes, cap, progress);
      return probe(directory, bundles, cap, cache == null ? 0 : opened(directory, cap, cache));
    }
  }

  private static long capFor(long bytes) {
    return bytes * 2 + (1L << 30);
  }

  private static long write(Path directory, long bytes, long cap, LongConsumer progress)
      throws IOException {
    List<Shape.Built> bundles = new ArrayList<>();
    long number = 0;
    try (BufferAllocator allocator = new RootAllocator();
        DurableBuffer buffer =
            DurableBuffer.open(directory, BufferOptions.defaults().withCapBytes(cap))) {
      try {
        SUBSCRIBERS.forEach(buffer::subscribe);
        long size = 0;
        for (int i = 0; i < DIFFERENT; i++) {
          Shape.Built built = SHAPE.build(allocator, i);
          bundles.add(built);
          size +=
              built.batches().stream()
                  .flatMap(batch -> batch.getFieldVectors().stream())
                  .mapToLong(column -> column.getBufferSize())
                  .sum();
        }
        long mean = size / DIFFERENT;
        ArrayDeque<CompletableFuture<Long>> pending = new ArrayDeque<>();
        for (; number * mean < bytes; number++) {
          Shape.Built built = bundles.get((int) (number % DIFFERENT));
          pending.add(buffer.appendAsync(built.bundle()));
          if (pending.size() == PIPELINED) {
            pending.remove().join();
            progress.accept(number * mean);
          }
        }
        pending.forEach(CompletableFuture::join);
      } catch (CompletionException failed) {
        throw failed.getCause() instanceof HoldfastException why ? why : failed;
      } finally {
        bundles.forEach(Shape.Built::close);
      }
    }
    return number;
  }

  private static ProcessBuilder command(
      Path directory, long cap, List<String> subscribers, String... options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_OPTIONS);
    command.addAll(List.of(options));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(BacklogProbe.class.getName());
    command.add(directory.toString());
    command.add(String.valueOf(cap));
    command.addAll(subscribers);
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
  }

  /** How long it takes a process to open it with a cache, and do nothing else. */
  private static long opened(Path directory, long cap, Path cache)
      throws IOException, InterruptedException {
    long started = System.nanoTime();
    Process process = command(directory, cap, List.of(), "-XX:AOTCache=" + cache).start();
    try (BufferedReader lines = lines(process)) {
      figures(lines.readLine(), "open", 1);
      long nanos = System.nanoTime() - started;
      process.waitFor();
      return nanos;
    } finally {
      process.destroy();
    }
  }

  private static BufferedReader lines(Process process) {
    return new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  private static Result probe(Path directory, long bundles, long cap, long cachedNanos)
      throws IOException, InterruptedException {
    int segments;
    try (Stream<Path> found = Files.list(directory.resolve("segments"))) {
      segments = (int) found.count();
    }
    long started = System.nanoTime();
    Process process = command(directory, cap, SUBSCRIBERS).start();
    try (BufferedReader lines = lines(process)) {
      long[] open = figures(lines.readLine(), "open", 1);
      long processNanos = System.nanoTime() - started;
      long[] done = figures(lines.readLine(), "done", 9);
      long expected = bundles * SUBSCRIBERS.size();
      if (done[2] != expected) {
        throw new IOException(expected + " deliveries were due, but " + done[2] + " came");
      }
      return new Result(
          done[6],
          segments,
          bundles,
          processNanos,
          cachedNanos,
          done[0],
          done[1],
          open[0],
          done[8],
          done[3],
          done[4],
          done[5],
          done[7]);
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  private static long[] figures(@Nullable String line, String word, int count) throws IOException {
    String[] words = line == null ? new String[0] : line.split(" ", -1);
    if (words.length != count + 1 || !words[0].equals(word)) {
      throw new IOException("the process that opens the backlog ended early; it said why above");
    }
    return Arrays.stream(words).skip(1).mapToLong(Long::parseLong).toArray();
  }
}
