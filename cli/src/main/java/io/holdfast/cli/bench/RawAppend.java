package io.holdfast.cli.bench;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/**
 * The limit: durable writes of one size into a file that was filled with zeros and synced before,
 * so that nobody has blocks to find while it counts.
 */
final class RawAppend {
  /** How a write becomes durable. */
  enum Mode {
    /** A write through the system's cache, and a sync of the data ({@code force(false)}). */
    SYNC,
    /** A write past the cache that is durable when it returns ({@code DIRECT}, {@code DSYNC}). */
    DIRECT
  }

  private static final int FILL_BYTES = 1 << 20;

  /** No filesystem has larger blocks that is written to past its cache here. */
  private static final int ALIGNMENT = 64 << 10;

  private RawAppend() {}

  /**
   * Writes for a time, in the way that is faster here.
   *
   * @param file is made, and deleted again; nothing may be there
   * @param bytes of each write
   * @param space how much of the file is filled ahead; the writes begin again at its start when
   *     they reach its end
   * @return how long each write took until it was durable
   */
  static Latencies best(Path file, int bytes, long space, long nanos) throws IOException {
    Latencies cached = run(file, Mode.SYNC, bytes, space, nanos);
    try {
      Latencies direct = run(file, Mode.DIRECT, bytes, space, nanos);
      return direct.perSecond() > cached.perSecond() ? direct : cached;
    } catch (IOException | UnsupportedOperationException refused) {
      // As on a filesystem in memory.
      return cached;
    }
  }

  /** As {@link #best}, in one way. */
  static Latencies run(Path file, Mode mode, int bytes, long space, long nanos) throws IOException {
    try {
      fill(file, space);
      if (mode == Mode.SYNC) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          return run(channel, true, bytes, space, nanos);
        }
      }
      try (FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.WRITE,
              StandardOpenOption.DSYNC,
              ExtendedOpenOption.DIRECT)) {
        int block = (int) Files.getFileStore(file).getBlockSize();
        return run(channel, false, (bytes + block - 1) / block * block, space, nanos);
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static void fill(Path file, long space) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(FILL_BYTES);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (channel.size() < space + ALIGNMENT) {
        channel.write(zeros.clear());
      }
      channel.force(true);
    }
  }

  private static Latencies run(
      FileChannel channel, boolean syncs, int bytes, long space, long nanos) throws IOException {
    byte[] noise = new byte[bytes];
    new Random(1).nextBytes(noise);
    ByteBuffer data =
        ByteBuffer.allocateDirect(bytes + 2 * ALIGNMENT)
            .alignedSlice(ALIGNMENT)
            .slice(0, bytes)
            .put(noise);
    Latencies latencies = new Latencies();
    long started = System.nanoTime();
    long at = 0;
    for (long now = started; now - started < nanos; ) {
      if (at + bytes > space) {
        at = 0;
      }
      data.clear();
      while (data.hasRemaining()) {
        at += channel.write(data, at);
      }
      if (syncs) {
        channel.force(false);
      }
      long done = System.nanoTime();
      latencies.add(done - now);
      now = done;
    }
    latencies.took(System.nanoTime() - started);
    return latencies;
  }
}
