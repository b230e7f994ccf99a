package io.holdfast.connectors.codec;

import io.holdfast.script.InfluxLine;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One point in the line protocol of InfluxDB. */
final class InfluxCodec implements Codec {
  @Override
  public String name() {
    return "influx";
  }

  @Override
  public Value decode(byte[] bytes, long ingestNanos) {
    RecordValue point = InfluxLine.parse(Utf8.text(bytes).strip(), ingestNanos);
    if (point == null) {
      throw new CodecException("no line of InfluxDB's protocol, such as name,tag=a field=1 0");
    }
    return point;
  }

  @Override
  public byte[] encode(Value value) {
    if (!(value instanceof RecordValue point
        && point.get("measurement") instanceof Value.Text(String measurement)
        && point.get("fields") instanceof RecordValue fields
        && fields.size() > 0)) {
      throw new CodecException("a point of InfluxDB has the fields measurement and fields");
    }
    if (measurement.isEmpty() || measurement.startsWith("#")) {
      throw new CodecException("the measurement is empty or begins with #");
    }
    StringBuilder line = new StringBuilder();
    write(line, measurement, ", ");
    if (point.get("tags") instanceof RecordValue tags) {
      sorted(tags).forEach((key, tag) -> writeTag(line, key, tag));
    }
    char before = ' ';
    for (Map.Entry<String, Value> field : sorted(fields).entrySet()) {
      line.append(before);
      write(line, fieldName(field.getKey()), "=");
      line.append('=');
      writeField(line, field.getValue());
      before = ',';
    }
    Value timestamp = point.get("timestamp");
    if (timestamp != null) {
      line.append(' ').append(Long.toUnsignedString(time(timestamp)));
    }
    return Utf8.bytes(line);
  }

  static Map<String, Value> sorted(RecordValue fields) {
    Map<String, Value> sorted = new TreeMap<>();
    fields.forEach(sorted::put);
    return sorted;
  }

  private static void writeTag(StringBuilder line, String key, @Nullable Value tag) {
    if (!(tag instanceof Value.Text(String text))) {
      throw new CodecException("the tag " + key + " is no string");
    }
    line.append(',');
    write(line, key, "= ,");
    line.append('=');
    write(line, text, "= ,");
  }

  /** Readers differ in how they take a space or comma in the name of a field. */
  private static String fieldName(String name) {
    if (name.indexOf(' ') >= 0 || name.indexOf(',') >= 0) {
      throw new CodecException("the name of a field has a space or a comma: " + name);
    }
    return name;
  }

  private static void writeField(StringBuilder line, Value value) {
    switch (value) {
      case Value.Text(String text) -> {
        line.append('"');
        write(line, text, "\"");
        line.append('"');
      }
      case Value.Bool(boolean bool) -> line.append(bool);
      case Value.Int(long integer) -> line.append(integer).append('i');
      case Value.Real(double real) when Double.isFinite(real) -> line.append(real);
      default -> throw new CodecException("a field of InfluxDB cannot be " + value.type());
    }
  }

  /** Nanoseconds of a point as an unsigned integer. */
  static long time(@Nullable Value timestamp) {
    return switch (timestamp) {
      case Value.Int(long nanos) when nanos >= 0 -> nanos;
      case Value.Unsigned(long bits) -> bits;
      case null, default -> throw new CodecException("the timestamp is no integer from 0");
    };
  }

  /** Writes text with a backslash before each of some chars and before each backslash. */
  private static void write(StringBuilder line, String text, String special) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' || special.indexOf(c) >= 0) {
        line.append('\\');
      }
      line.append(c);
    }
  }
}
