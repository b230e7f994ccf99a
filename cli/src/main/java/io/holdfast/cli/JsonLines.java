package io.holdfast.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The lines of a stream, as bytes, without their ends; blank ones are passed over. */
final class JsonLines {
  /** A line is longer than what can be kept. */
  static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    private final long line;

    TooLongException(long line, long limit) {
      super("the line is longer than " + limit + " bytes");
      this.line = line;
    }

    long line() {
      return line;
    }
  }

  private static final int CHUNK_BYTES = 64 << 10;

  private final InputStream input;
  private final long limit;
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private int position;
  private int filled;
  private long number;

  /**
   * Lines of a stream.
   *
   * @param limit the longest line, in bytes: input without an end of line must not fill the memory
   */
  JsonLines(InputStream input, long limit) {
    this.input = input;
    this.limit = Math.min(limit, Integer.MAX_VALUE / 2);
  }

  /** The number of the last line, from 1. */
  long number() {
    return number;
  }

  /** The next line that is not blank; null at the end. */
  byte @Nullable [] next() throws IOException {
    while (true) {
      byte[] line = line();
      if (line == null || !isBlank(line)) {
        return line;
      }
    }
  }

  /** Whether there is more without reading on. */
  boolean hasBuffered() {
    return position < filled;
  }

  /** The column of an offset into a line, from 1, in code points. */
  static int column(byte[] line, int offset) {
    int column = 1;
    for (int i = 0; i < Math.min(offset, line.length); i++) {
      column += (line[i] & 0xC0) == 0x80 ? 0 : 1;
    }
    return column;
  }

  private byte @Nullable [] line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    boolean any = false;
    number++;
    while (true) {
      if (position == filled) {
        filled = Math.max(0, input.read(chunk));
        position = 0;
        if (filled == 0) {
          return any ? line.toByteArray() : null;
        }
      }
      any = true;
      int end = position;
      while (end < filled && chunk[end] != '\n') {
        end++;
      }
      line.write(chunk, position, end - position);
      if (line.size() > limit) {
        throw new TooLongException(number, limit);
      }
      position = Math.min(end + 1, filled);
      if (end < filled) {
        return line.toByteArray();
      }
    }
  }

  private static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }
}
