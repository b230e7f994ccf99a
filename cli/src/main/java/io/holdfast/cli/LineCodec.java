package io.holdfast.cli;

import io.holdfast.script.Json;
import io.holdfast.script.Value;
import java.nio.charset.StandardCharsets;

/** What a line of a file is. */
enum LineCodec {
  /** A value in JSON. */
  JSON {
    @Override
    Value decode(byte[] line) {
      return Json.parse(line);
    }

    @Override
    byte[] encode(Value value) {
      return Json.writeBytes(value);
    }
  },
  /** A string as it is; what is none is printed as JSON. */
  STRING {
    @Override
    Value decode(byte[] line) {
      String text = new String(line, StandardCharsets.UTF_8);
      return Value.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
    }

    @Override
    byte[] encode(Value value) {
      return value instanceof Value.Text(String text)
          ? text.getBytes(StandardCharsets.UTF_8)
          : Json.writeBytes(value);
    }
  };

  /** The codec of a file by its name's ending. */
  static LineCodec of(String file) {
    return file.endsWith(".txt") || file.endsWith(".log") ? STRING : JSON;
  }

  /**
   * The value that a line is.
   *
   * @throws io.holdfast.script.JsonException when it is none
   */
  abstract Value decode(byte[] line);

  /**
   * The line that a value is, without its end.
   *
   * @throws io.holdfast.script.JsonException when it is nested too deeply
   */
  abstract byte[] encode(Value value);
}
