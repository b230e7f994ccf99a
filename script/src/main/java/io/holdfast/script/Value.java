package io.holdfast.script;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A value of the language: the JSON data model with 64-bit integers and bytes.
 *
 * <p>Values are immutable and may be shared between threads. {@link Object#equals} is strict about
 * types: the integer 1 and the float 1.0 are two values. The language's own {@code ==}, which finds
 * those two equal, is part of the compiled scripts.
 *
 * <p>An integer is an {@link Int} when it fits into a signed 64-bit number, and an {@link Unsigned}
 * only when it lies above that, so that equal integers are equal objects.
 */
public sealed interface Value
    permits Value.Null,
        Value.Bool,
        Value.Int,
        Value.Unsigned,
        Value.Real,
        Value.Text,
        Value.Bytes,
        ArrayValue,
        RecordValue {

  /** The only null. */
  Value NULL = new Null();

  /** The boolean true. */
  Bool TRUE = new Bool(true);

  /** The boolean false. */
  Bool FALSE = new Bool(false);

  /**
   * Returns the name that the language gives to this value's type, as messages show it.
   *
   * @return one of null, bool, integer, float, string, bytes, array, record
   */
  String type();

  /**
   * Returns the shared boolean value.
   *
   * @param value the boolean
   * @return {@link #TRUE} or {@link #FALSE}
   */
  static Bool of(boolean value) {
    return value ? TRUE : FALSE;
  }

  /**
   * Returns an integer value.
   *
   * @param value the integer
   * @return the value
   */
  static Int of(long value) {
    return new Int(value);
  }

  /**
   * Returns an integer value from the 64 bits of an unsigned number.
   *
   * @param bits the number, to be read as unsigned
   * @return an {@link Int} where it fits, else an {@link Unsigned}
   */
  static Value ofUnsigned(long bits) {
    return bits >= 0 ? new Int(bits) : new Unsigned(bits);
  }

  /**
   * Returns a float value.
   *
   * @param value the float; infinities and NaN are allowed
   * @return the value
   */
  static Real of(double value) {
    return new Real(value);
  }

  /**
   * Returns a string value.
   *
   * @param value the string, without unpaired surrogates
   * @return the value
   */
  static Text of(String value) {
    return new Text(value);
  }

  /** The null of JSON. */
  record Null() implements Value {
    @Override
    public String type() {
      return "null";
    }

    @Override
    public String toString() {
      return "null";
    }
  }

  /**
   * A boolean.
   *
   * @param value the boolean
   */
  record Bool(boolean value) implements Value {
    @Override
    public String type() {
      return "bool";
    }

    @Override
    public String toString() {
      return Boolean.toString(value);
    }
  }

  /**
   * An integer that fits into 64 bits with a sign.
   *
   * @param value the integer
   */
  record Int(long value) implements Value {
    @Override
    public String type() {
      return "integer";
    }

    @Override
    public String toString() {
      return Long.toString(value);
    }
  }

  /**
   * An integer above the largest signed one, up to 2<sup>64</sup> - 1.
   *
   * @param bits the number, to be read as unsigned; its highest bit is set
   */
  record Unsigned(long bits) implements Value {
    /**
     * Checks that the number does not fit into an {@link Int}.
     *
     * @param bits the number
     */
    public Unsigned {
      if (bits >= 0) {
        throw new IllegalArgumentException("fits into a signed integer: " + bits);
      }
    }

    @Override
    public String type() {
      return "integer";
    }

    @Override
    public String toString() {
      return Long.toUnsignedString(bits);
    }
  }

  /**
   * A 64-bit float.
   *
   * @param value the float
   */
  record Real(double value) implements Value {
    @Override
    public String type() {
      return "float";
    }

    @Override
    public String toString() {
      return Numbers.format(value);
    }
  }

  /**
   * A string.
   *
   * @param value the string
   */
  record Text(String value) implements Value {
    @Override
    public String type() {
      return "string";
    }

    @Override
    public String toString() {
      return Json.write(this);
    }
  }

  /** Bytes. JSON has none: they are written as a base64 string. */
  final class Bytes implements Value {
    private final byte[] content;

    /**
     * Copies the given bytes.
     *
     * @param content the bytes; the caller keeps the array
     */
    public Bytes(byte[] content) {
      this.content = content.clone();
    }

    /**
     * Returns how many bytes there are.
     *
     * @return the number of bytes
     */
    public int size() {
      return content.length;
    }

    /**
     * Returns a copy of the bytes, which the caller owns.
     *
     * @return the bytes
     */
    public byte[] toByteArray() {
      return content.clone();
    }

    @Override
    public String type() {
      return "bytes";
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Bytes that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(content);
    }

    @Override
    public String toString() {
      return "<<" + HexFormat.of().formatHex(content) + ">>";
    }
  }
}
