package io.holdfast.cli.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/**
 * The limit: writes of one size into a file that was filled with zeros and synced before, each
 * followed by a sync of the data ({@code force(false)}).
 */
final class RawAppend {
  private static final int FILL_BYTES = 1 << 20;

  private RawAppend() {}

  /**
   * Writes for a time.
   *
   * @param file is made, and deleted again; nothing may be there
   * @param bytes of each write
   * @param space how much of the file is filled ahead; the writes begin again at its start when
   *     they reach its end
   * @return how long each write took with its sync
   */
  static Latencies run(Path file, int bytes, long space, long nanos) throws IOException {
    FileChannel made =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel = made) {
      return run(channel, bytes, space, nanos);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static Latencies run(FileChannel channel, int bytes, long space, long nanos)
      throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(FILL_BYTES);
    while (channel.size() < space) {
      channel.write(zeros.clear());
    }
    channel.force(true);
    byte[] noise = new byte[bytes];
    new Random(1).nextBytes(noise);
    ByteBuffer data = ByteBuffer.allocateDirect(bytes).put(noise).flip();
    Latencies latencies = new Latencies();
    long started = System.nanoTime();
    long at = 0;
    for (long now = started; now - started < nanos; ) {
      if (at + bytes > space) {
        at = 0;
      }
      data.rewind();
      while (data.hasRemaining()) {
        at += channel.write(data, at);
      }
      channel.force(false);
      long done = System.nanoTime();
      latencies.add(done - now);
      now = done;
    }
    latencies.took(System.nanoTime() - started);
    return latencies;
  }
}
