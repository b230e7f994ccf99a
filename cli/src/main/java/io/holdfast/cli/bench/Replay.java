package io.holdfast.cli.bench;

import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.DurableBuffer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * How fast an opening scans a log, beside a plain read of its files with a checksum. What an
 * opening takes without a log is taken off.
 */
public final class Replay {
  private static final int OPENS = 25;
  private static final int PIPELINED = 256;

  private final Path folder;

  /** Measures in a folder, where a folder of its own is made and removed again. */
  public Replay(Path folder) {
    this.folder = folder;
  }

  /**
   * What was measured.
   *
   * @param bytes of the log files
   * @param bundles that were appended; those that are in segments by now are not scanned
   * @param open nanoseconds of an opening
   * @param empty nanoseconds of an opening of an empty buffer
   * @param read nanoseconds of a plain read of the same files
   */
  public record Result(long bytes, long bundles, Spread open, Spread empty, Spread read) {
    /** Bytes that the scan takes in a second. */
    public double scanPerSecond() {
      return bytes / (Math.max(1, open.median() - empty.median()) / 1e9);
    }

    /** Bytes that the plain read takes in a second. */
    public double readPerSecond() {
      return bytes / (Math.max(1, read.median()) / 1e9);
    }
  }

  /** Measures the log that is left of bundles of so many bytes. */
  public Result measure(Shape shape, long bytes) throws IOException {
    try (Scratch work = Scratch.in(folder)) {
      Path directory = work.folder().resolve("buffer");
      // Once for the compiler: what is taken off must not be the loading of classes.
      open(directory);
      Spread empty = open(directory);
      long bundles = 0;
      try (BufferAllocator allocator = new RootAllocator();
          DurableBuffer buffer = DurableBuffer.open(directory, BufferOptions.defaults());
          Shape.Built built = shape.build(allocator, 1)) {
        buffer.subscribe("bench");
        ArrayDeque<CompletableFuture<Long>> pending = new ArrayDeque<>();
        while (buffer.status().open().bytes() < bytes) {
          for (int i = 0; i < PIPELINED && buffer.status().open().bytes() < bytes; i++) {
            pending.add(buffer.appendAsync(built.bundle()));
            bundles++;
          }
          pending.forEach(CompletableFuture::join);
          pending.clear();
        }
      }
      Spread open = open(directory);
      double[] reads = new double[OPENS];
      long logged = 0;
      for (int i = 0; i < OPENS; i++) {
        SequentialRead.Result plain = SequentialRead.of(directory.resolve("wal"));
        reads[i] = plain.nanos();
        logged = plain.bytes();
      }
      return new Result(logged, bundles, open, empty, Spread.of(reads));
    }
  }

  private static Spread open(Path directory) {
    double[] nanos = new double[OPENS];
    for (int i = 0; i < OPENS; i++) {
      long started = System.nanoTime();
      DurableBuffer buffer = DurableBuffer.open(directory, BufferOptions.defaults());
      nanos[i] = System.nanoTime() - started;
      buffer.close();
    }
    return Spread.of(nanos);
  }
}
