package io.holdfast.connectors.codec;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.Json;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads one value of MessagePack. For one value. */
final class MsgpackReader {
  private final ByteBuffer in;

  MsgpackReader(byte[] bytes) {
    in = ByteBuffer.wrap(bytes);
  }

  Value read() {
    try {
      Value value = value(0);
      if (in.hasRemaining()) {
        throw bad("there is more after the value");
      }
      return value;
    } catch (BufferUnderflowException e) {
      in.position(in.limit());
      throw bad("it ends too soon");
    }
  }

  private CodecException bad(String reason) {
    return new CodecException("no MessagePack: " + reason, in.position());
  }

  private Value value(int depth) {
    if (depth > Json.MAX_DEPTH) {
      throw bad("it is nested deeper than " + Json.MAX_DEPTH);
    }
    int first = unsigned8();
    if (first < 0x80 || first >= 0xe0) {
      return Value.of((byte) first);
    }
    if (first < 0x90) {
      return fields(first & 0xf, depth);
    }
    if (first < 0xa0) {
      return elements(first & 0xf, depth);
    }
    return first < 0xc0 ? text(first & 0x1f) : marked(first, depth);
  }

  /** A value whose first byte says nothing but its type. */
  private Value marked(int type, int depth) {
    return switch (type) {
      case 0xc0 -> Value.NULL;
      case 0xc2 -> Value.FALSE;
      case 0xc3 -> Value.TRUE;
      case 0xc4 -> new Value.Bytes(bytes(unsigned8()));
      case 0xc5 -> new Value.Bytes(bytes(unsigned16()));
      case 0xc6 -> new Value.Bytes(bytes(unsigned32()));
      case 0xca -> Value.of((double) in.getFloat());
      case 0xcb -> Value.of(in.getDouble());
      case 0xcc -> Value.of(unsigned8());
      case 0xcd -> Value.of(unsigned16());
      case 0xce -> Value.of(unsigned32());
      case 0xcf -> Value.ofUnsigned(in.getLong());
      case 0xd0 -> Value.of(in.get());
      case 0xd1 -> Value.of(in.getShort());
      case 0xd2 -> Value.of(in.getInt());
      case 0xd3 -> Value.of(in.getLong());
      case 0xd9 -> text(unsigned8());
      case 0xda -> text(unsigned16());
      case 0xdb -> text(unsigned32());
      case 0xdc -> elements(unsigned16(), depth);
      case 0xdd -> elements(unsigned32(), depth);
      case 0xde -> fields(unsigned16(), depth);
      case 0xdf -> fields(unsigned32(), depth);
      case 0xc1 -> throw bad("the type c1 is never used");
      default -> throw bad("there is no value for an extension");
    };
  }

  private int unsigned8() {
    return Byte.toUnsignedInt(in.get());
  }

  private int unsigned16() {
    return Short.toUnsignedInt(in.getShort());
  }

  private long unsigned32() {
    return Integer.toUnsignedLong(in.getInt());
  }

  private byte[] bytes(long length) {
    // What is said to be there takes no memory before it is.
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[(int) length];
    in.get(bytes);
    return bytes;
  }

  private Value.Text text(long length) {
    return Value.of(Utf8.text(bytes(length)));
  }

  private Value elements(long count, int depth) {
    List<Value> elements = new ArrayList<>();
    for (long left = count; left > 0; left--) {
      elements.add(value(depth + 1));
    }
    return ArrayValue.of(elements);
  }

  private Value fields(long count, int depth) {
    RecordValue.Builder fields = RecordValue.builder();
    for (long left = count; left > 0; left--) {
      if (!(value(depth + 1) instanceof Value.Text(String key))) {
        throw bad("a key is no string");
      }
      fields.put(key, value(depth + 1));
    }
    return fields.build();
  }
}
