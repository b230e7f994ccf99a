package io.holdfast.cli.bench;

import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.DurableBuffer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * How fast an opening scans a log, beside a plain read of its files with a checksum. What an
 * opening takes without a log is taken off.
 */
public final class Replay {
  private static final int OPENS = 9;
  private static final int PIPELINED = 256;

  private final Path directory;

  /** Measures in a directory that does not exist yet. It is removed again. */
  public Replay(Path directory) {
    this.directory = directory;
  }

  /**
   * What was measured.
   *
   * @param bytes of the entries in the log
   * @param bundles how many entries there are
   * @param openNanos of an opening, the median
   * @param emptyNanos of an opening of an empty buffer, the median
   * @param readPerSecond bytes that a plain read of the same files gives in a second
   */
  public record Result(
      long bytes, long bundles, long openNanos, long emptyNanos, double readPerSecond) {
    /** Bytes that the scan takes in a second. */
    public double scanPerSecond() {
      return bytes / (Math.max(1, openNanos - emptyNanos) / 1e9);
    }
  }

  /** Measures a log of one size; no larger than what a buffer leaves in its log. */
  public Result measure(Shape shape, long bytes) throws IOException {
    Folders.mustBeNew(directory);
    try {
      // Once for the compiler: what is taken off must not be the loading of classes.
      open();
      long empty = open();
      long bundles = 0;
      long logged;
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
        logged = buffer.status().open().bytes();
      }
      long open = open();
      double read = 0;
      for (int i = 0; i < OPENS; i++) {
        read = Math.max(read, SequentialRead.of(directory.resolve("wal")).bytesPerSecond());
      }
      return new Result(logged, bundles, open, empty, read);
    } finally {
      Folders.remove(directory);
    }
  }

  /** The median of several openings, of which the first ones load classes. */
  private long open() throws IOException {
    long[] opens = new long[OPENS];
    for (int i = 0; i < OPENS; i++) {
      long started = System.nanoTime();
      DurableBuffer buffer = DurableBuffer.open(directory, BufferOptions.defaults());
      opens[i] = System.nanoTime() - started;
      buffer.close();
    }
    Arrays.sort(opens);
    return opens[OPENS / 2];
  }
}
