package io.holdfast.script;

import java.nio.charset.StandardCharsets;

/**
 * JSON text to values and back. Safe for use by many threads.
 *
 * <p>Integers are kept exactly, signed or unsigned 64-bit; one that does not fit is an error, not a
 * float. A number with a point or an exponent is a float and stays one: {@code 3.0} is written as
 * {@code 3.0}. Of a key that occurs twice the last value counts.
 */
public final class Json {
  /** How deep arrays and records may be nested, in text that is read and in values written. */
  public static final int MAX_DEPTH = 1000;

  private Json() {}

  /**
   * Reads one JSON text.
   *
   * @param utf8 the text in UTF-8, with nothing but white space around the value
   * @return the value
   * @throws JsonException if it is not valid JSON or UTF-8, nested deeper than {@link #MAX_DEPTH},
   *     or holds a number that does not fit into 64 bits
   */
  public static Value parse(byte[] utf8) {
    return new JsonReader(utf8, 0, utf8.length).read();
  }

  /**
   * Reads one JSON text that lies within an array.
   *
   * @param utf8 the bytes
   * @param offset where the text begins
   * @param length how many bytes it has
   * @return the value
   * @throws JsonException as {@link #parse(byte[])}; its places count from {@code offset}
   */
  public static Value parse(byte[] utf8, int offset, int length) {
    return new JsonReader(utf8, offset, length).read();
  }

  /**
   * Reads one JSON text.
   *
   * @param text the text, with nothing but white space around the value
   * @return the value
   * @throws JsonException as {@link #parse(byte[])}
   */
  public static Value parse(String text) {
    return parse(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes a value as compact JSON on one line.
   *
   * <p>Bytes become a base64 string. JSON has no infinities and no NaN; they are written as {@code
   * Infinity}, {@code -Infinity} and {@code NaN}, as the language prints them.
   *
   * @param value the value
   * @return the text
   * @throws JsonException if the value is nested deeper than {@link #MAX_DEPTH}
   */
  public static String write(Value value) {
    return new String(writeBytes(value), StandardCharsets.UTF_8);
  }

  /**
   * Writes a value as compact JSON on one line, in UTF-8.
   *
   * @param value the value
   * @return the bytes, which the caller owns
   * @throws JsonException as {@link #write}
   */
  public static byte[] writeBytes(Value value) {
    return JsonWriter.write(value);
  }
}
