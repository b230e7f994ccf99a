package io.holdfast.connectors.codec;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.Json;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes one value in the shortest form that MessagePack has for it. For one value. */
final class MsgpackWriter {
  /** A value may name one part many times, and say so in little memory. */
  private static final int MAX_BYTES = 1 << 27;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(bytes);

  byte[] write(Value value) {
    try {
      write(value, 0);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  private void write(Value value, int depth) throws IOException {
    if (depth > Json.MAX_DEPTH) {
      throw new CodecException("the value is nested deeper than " + Json.MAX_DEPTH);
    }
    if (bytes.size() > MAX_BYTES) {
      throw new CodecException("the MessagePack would have more than " + MAX_BYTES + " bytes");
    }
    switch (value) {
      case Value.Null _ -> out.writeByte(0xc0);
      case Value.Bool(boolean bool) -> out.writeByte(bool ? 0xc3 : 0xc2);
      case Value.Int(long integer) -> integer(integer);
      case Value.Unsigned(long bits) -> {
        out.writeByte(0xcf);
        out.writeLong(bits);
      }
      case Value.Real(double real) -> {
        out.writeByte(0xcb);
        out.writeDouble(real);
      }
      case Value.Text(String text) -> text(text);
      case Value.Bytes data -> {
        header(data.size(), 0, 0, 0xc4, 0xc5);
        out.write(data.toByteArray());
      }
      case ArrayValue array -> {
        header(array.size(), 0x90, 16, -1, 0xdc);
        for (int i = 0; i < array.size(); i++) {
          write(array.get(i), depth + 1);
        }
      }
      case RecordValue fields -> {
        header(fields.size(), 0x80, 16, -1, 0xde);
        for (String key : fields.keys()) {
          text(key);
          Value field = fields.get(key);
          write(field == null ? Value.NULL : field, depth + 1);
        }
      }
    }
  }

  private void text(String text) throws IOException {
    byte[] utf8 = Utf8.bytes(text);
    header(utf8.length, 0xa0, 32, 0xd9, 0xda);
    out.write(utf8);
  }

  /**
   * Writes how long something is.
   *
   * @param shortForm the first byte to which a length below {@code shortLengths} is added
   * @param of8 the type with a length of 8 bits, -1 if there is none
   * @param of16 the type with a length of 16 bits, before that with 32
   */
  private void header(int length, int shortForm, int shortLengths, int of8, int of16)
      throws IOException {
    if (length < shortLengths) {
      out.writeByte(shortForm + length);
    } else if (length <= 0xff && of8 >= 0) {
      out.writeByte(of8);
      out.writeByte(length);
    } else if (length <= 0xffff) {
      out.writeByte(of16);
      out.writeShort(length);
    } else {
      out.writeByte(of16 + 1);
      out.writeInt(length);
    }
  }

  private void integer(long value) throws IOException {
    if (value >= 0) {
      unsigned(value);
    } else if (value >= -32) {
      out.writeByte((int) value);
    } else if (value >= Byte.MIN_VALUE) {
      out.writeByte(0xd0);
      out.writeByte((int) value);
    } else if (value >= Short.MIN_VALUE) {
      out.writeByte(0xd1);
      out.writeShort((int) value);
    } else if (value >= Integer.MIN_VALUE) {
      out.writeByte(0xd2);
      out.writeInt((int) value);
    } else {
      out.writeByte(0xd3);
      out.writeLong(value);
    }
  }

  private void unsigned(long value) throws IOException {
    if (value < 0x80) {
      out.writeByte((int) value);
    } else if (value <= 0xff) {
      out.writeByte(0xcc);
      out.writeByte((int) value);
    } else if (value <= 0xffff) {
      out.writeByte(0xcd);
      out.writeShort((int) value);
    } else if (value <= 0xffff_ffffL) {
      out.writeByte(0xce);
      out.writeInt((int) value);
    } else {
      out.writeByte(0xcf);
      out.writeLong(value);
    }
  }
}
