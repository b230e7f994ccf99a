package io.holdfast.cli.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** A plain read of files from their beginning to their end, with a CRC-32 over all of it. */
final class SequentialRead {
  /** Small enough for the processor's cache: with larger ones it is slower. */
  private static final int CHUNK_BYTES = 1 << 18;

  private SequentialRead() {}

  /** What was read, and how fast. */
  record Result(long bytes, long nanos) {
    double bytesPerSecond() {
      return bytes / (nanos / 1e9);
    }
  }

  /** Reads every file in a folder. */
  static Result of(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(folder)) {
      files = found.sorted().toList();
    }
    ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK_BYTES);
    CRC32 crc = new CRC32();
    long bytes = 0;
    long started = System.nanoTime();
    for (Path file : files) {
      try (FileChannel channel = FileChannel.open(file)) {
        for (int read = channel.read(buffer); read > 0; read = channel.read(buffer)) {
          bytes += read;
          crc.update(buffer.flip());
          buffer.clear();
        }
      }
    }
    return new Result(bytes, System.nanoTime() - started);
  }
}
