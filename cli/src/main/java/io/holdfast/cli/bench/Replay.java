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

  private final Path directory;

  /** Measures in a directory that does not exist yet. It is removed again. */
  public Replay(Path directory) {
    this.directory = directory;
  }

  /**
   * What was measured.
   *
   * @param bytes of the log files
   * @param bundles that were appended; those that are in segments by now are not scanned
   * @param openNanos of an opening, the shortest of several
   * @param emptyNanos of an opening of an empty buffer, likewise
   * @param readPerSecond bytes that a plain read of the same files gives in a second, the most
   */
  public record Result(
      long bytes, long bundles, long openNanos, long emptyNanos, double readPerSecond) {
    /** Bytes that the scan takes in a second. */
    public double scanPerSecond() {
      return bytes / (Math.max(1, openNanos - emptyNanos) / 1e9);
    }
  }

  /** Measures the log that is left of bundles of so many bytes. */
  public Result measure(Shape shape, long bytes) throws IOException {
    Folders.mustBeNew(directory);
    try {
      // Once for the compiler: what is taken off must not be the loading of classes.
      open();
      long empty = open();
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
      long open = open();
      double read = 0;
      long logged = 0;
      for (int i = 0; i < OPENS; i++) {
        SequentialRead.Result plain = SequentialRead.of(directory.resolve("wal"));
        read = Math.max(read, plain.bytesPerSecond());
        logged = plain.bytes();
      }
      return new Result(logged, bundles, open, empty, read);
    } finally {
      Folders.remove(directory);
    }
  }

  /** The shortest of several openings: what they sync takes longer than some scans, or does not. */
  private long open() throws IOException {
    long shortest = Long.MAX_VALUE;
    for (int i = 0; i < OPENS; i++) {
      long started = System.nanoTime();
      DurableBuffer buffer = DurableBuffer.open(directory, BufferOptions.defaults());
      shortest = Math.min(shortest, System.nanoTime() - started);
      buffer.close();
    }
    return shortest;
  }
}
