package io.holdfast.cli;

import io.holdfast.connectors.codec.Codec;
import io.holdfast.connectors.codec.CodecException;
import io.holdfast.script.EventContext;
import io.holdfast.script.Value;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads events, one a line. */
final class RunInput {
  /** Input without an end of line must not fill the memory. */
  private static final long MAX_LINE_BYTES = 256L << 20;

  private final InputStream input;
  private final JsonLines lines;
  private final String name;
  private final Codec codec;
  private final RunClock clock;
  private long bytes;

  RunInput(InputStream input, String name, Codec codec, RunClock clock) {
    this.input = input;
    this.lines = new JsonLines(input, MAX_LINE_BYTES);
    this.name = name;
    this.codec = codec;
    this.clock = clock;
  }

  /** A line that is no event. The message has its place. */
  static final class BadLine extends Exception {
    private static final long serialVersionUID = 1L;

    BadLine(String message) {
      super(message, null, false, false);
    }
  }

  /** How many bytes were read. */
  long bytes() {
    return bytes;
  }

  /** Whether the next line may have to be waited for. */
  boolean mayWait() throws IOException {
    return !lines.hasBuffered() && input.available() == 0;
  }

  /**
   * The next event; null at the end.
   *
   * @throws BadLine when the line is none; the next may be
   */
  @Nullable EventContext next() throws IOException, BadLine {
    byte[] line = lines.next();
    if (line == null) {
      return null;
    }
    bytes += line.length + 1;
    Value event;
    try {
      event = codec.decode(withoutReturn(line), clock.time(lines.number()));
    } catch (CodecException e) {
      throw new BadLine(at(JsonLines.column(line, e.offset())) + e.reason());
    }
    EventContext context = clock.context(event, lines.number());
    if (context == null) {
      throw new BadLine(at(1) + clock.complaint());
    }
    return context;
  }

  private static byte[] withoutReturn(byte[] line) {
    int last = line.length - 1;
    return last >= 0 && line[last] == '\r' ? Arrays.copyOf(line, last) : line;
  }

  private String at(int column) {
    return name + ":" + lines.number() + ":" + column + ": error: ";
  }
}
