package io.holdfast.connectors.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a stream, as bytes, without their ends. A line that is longer than the limit is
 * passed over: a file without line ends must not fill the memory. For one thread.
 */
final class LineReader {
  private static final int CHUNK_BYTES = 1 << 16;

  private static final byte[] NOTHING = {};

  private final InputStream in;
  private final int limit;
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private int position;
  private int filled;
  private boolean tooLong;

  /**
   * Lines of a stream.
   *
   * @param limit the longest line, in bytes
   */
  LineReader(InputStream in, int limit) {
    this.in = in;
    this.limit = limit;
  }

  /** Whether the last line was too long, and is passed over. */
  boolean wasTooLong() {
    return tooLong;
  }

  /** The next line, empty when it is too long; null after the last. */
  byte @Nullable [] next() throws IOException {
    tooLong = false;
    if (position == filled && !fill()) {
      return null;
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      int end = position;
      while (end < filled && chunk[end] != '\n') {
        end++;
      }
      boolean isWhole = end < filled;
      tooLong |= line.size() + (end - position) > limit;
      if (!tooLong) {
        line.write(chunk, position, end - position);
      }
      position = isWhole ? end + 1 : end;
      if (isWhole || !fill()) {
        return tooLong ? NOTHING : withoutReturn(line.toByteArray());
      }
    }
  }

  private boolean fill() throws IOException {
    position = 0;
    filled = Math.max(0, in.read(chunk));
    return filled > 0;
  }

  private static byte[] withoutReturn(byte[] line) {
    int length = line.length;
    return length > 0 && line[length - 1] == '\r' ? Arrays.copyOf(line, length - 1) : line;
  }
}
