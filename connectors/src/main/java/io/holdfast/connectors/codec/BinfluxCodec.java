package io.holdfast.connectors.codec;

import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One point of InfluxDB in Tremor's binary form. Numbers are big endian, lengths 16 bits. */
final class BinfluxCodec implements Codec {
  private static final int INTEGER = 0;
  private static final int FLOAT = 1;
  private static final int TRUE = 2;
  private static final int FALSE = 3;
  private static final int TEXT = 4;

  private static final int MAX_LENGTH = 0xFFFF;

  @Override
  public String name() {
    return "binflux";
  }

  @Override
  public Value decode(byte[] bytes, long ingestNanos) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      RecordValue.Builder point = RecordValue.builder().put("measurement", text(in));
      Value timestamp = Value.ofUnsigned(in.getLong());
      RecordValue.Builder tags = RecordValue.builder();
      for (int left = length(in); left > 0; left--) {
        tags.put(text(in).value(), text(in));
      }
      RecordValue.Builder fields = RecordValue.builder();
      for (int left = length(in); left > 0; left--) {
        fields.put(text(in).value(), field(in));
      }
      if (in.hasRemaining()) {
        throw bad("there is more after the point", in);
      }
      return point
          .put("tags", tags.build())
          .put("fields", fields.build())
          .put("timestamp", timestamp)
          .build();
    } catch (BufferUnderflowException e) {
      throw bad("it ends too soon", in.position(in.limit()));
    }
  }

  private static CodecException bad(String reason, ByteBuffer in) {
    return new CodecException("no binflux: " + reason, in.position());
  }

  private static int length(ByteBuffer in) {
    return Short.toUnsignedInt(in.getShort());
  }

  private static Value.Text text(ByteBuffer in) {
    byte[] utf8 = new byte[length(in)];
    in.get(utf8);
    return Value.of(Utf8.text(utf8));
  }

  private static Value field(ByteBuffer in) {
    int type = in.get();
    return switch (type) {
      case INTEGER -> Value.of(in.getLong());
      case FLOAT -> Value.of(in.getDouble());
      case TRUE -> Value.TRUE;
      case FALSE -> Value.FALSE;
      case TEXT -> text(in);
      default -> throw bad("there is no field of type " + type, in);
    };
  }

  @Override
  public byte[] encode(Value value) {
    if (!(value instanceof RecordValue point
        && point.get("measurement") instanceof Value.Text(String measurement)
        && point.get("fields") instanceof RecordValue fields)) {
      throw new CodecException("a point of InfluxDB has the fields measurement and fields");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      write(out, measurement);
      out.writeLong(InfluxCodec.time(point.get("timestamp")));
      Map<String, Value> tags = InfluxCodec.sorted(tags(point.get("tags")));
      writeLength(out, tags.size());
      for (Map.Entry<String, Value> tag : tags.entrySet()) {
        if (!(tag.getValue() instanceof Value.Text(String text))) {
          throw new CodecException("the tag " + tag.getKey() + " is no string");
        }
        write(out, tag.getKey());
        write(out, text);
      }
      writeLength(out, fields.size());
      for (Map.Entry<String, Value> field : InfluxCodec.sorted(fields).entrySet()) {
        write(out, field.getKey());
        writeField(out, field.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  private static RecordValue tags(@Nullable Value tags) {
    return switch (tags) {
      case RecordValue written -> written;
      case null -> RecordValue.empty();
      default -> throw new CodecException("the tags are no record");
    };
  }

  private static void writeLength(DataOutputStream out, int length) throws IOException {
    if (length > MAX_LENGTH) {
      throw new CodecException("binflux has room for " + MAX_LENGTH + " of a thing, not " + length);
    }
    out.writeShort(length);
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = Utf8.bytes(text);
    writeLength(out, utf8.length);
    out.write(utf8);
  }

  private static void writeField(DataOutputStream out, Value value) throws IOException {
    switch (value) {
      case Value.Int(long integer) -> {
        out.writeByte(INTEGER);
        out.writeLong(integer);
      }
      case Value.Real(double real) -> {
        out.writeByte(FLOAT);
        out.writeDouble(real);
      }
      case Value.Bool(boolean bool) -> out.writeByte(bool ? TRUE : FALSE);
      case Value.Text(String text) -> {
        out.writeByte(TEXT);
        write(out, text);
      }
      default -> throw new CodecException("a field of InfluxDB cannot be " + value.type());
    }
  }
}
