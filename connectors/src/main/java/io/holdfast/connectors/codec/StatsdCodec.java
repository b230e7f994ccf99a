package io.holdfast.connectors.codec;

import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One metric of StatsD: {@code metric:value|type}, and {@code |@rate} if it was sampled. The value
 * of a gauge that begins with a sign is a change, which the field {@code action} says.
 */
final class StatsdCodec implements Codec {
  private static final String NUMBER =
      "[+-]?(?:[0-9]++\\.?+[0-9]*+|\\.[0-9]++)(?:[eE][+-]?[0-9]++)?";
  private static final Pattern LINE =
      Pattern.compile(
          "(?<metric>[^:]*):(?<value>[+-]?"
              + NUMBER
              + ")\\|(?<type>c|g|h|ms|s)(?:\\|@(?<rate>"
              + NUMBER
              + "))?",
          Pattern.DOTALL);

  private static final String FIELDS = "a metric of StatsD has the fields metric, type and value";

  @Override
  public String name() {
    return "statsd";
  }

  @Override
  public Value decode(byte[] bytes, long ingestNanos) {
    Matcher line = LINE.matcher(Utf8.text(bytes));
    if (!line.matches()) {
      throw new CodecException("no metric of StatsD, such as name:1|c");
    }
    String type = line.group("type");
    String value = line.group("value");
    RecordValue.Builder metric =
        RecordValue.builder()
            .put("metric", Value.of(line.group("metric")))
            .put("type", Value.of(type));
    char sign = value.charAt(0);
    if (type.equals("g") && (sign == '+' || sign == '-')) {
      metric.put("action", Value.of(sign == '+' ? "add" : "sub"));
      value = value.substring(1);
    }
    metric.put("value", number(value));
    String rate = line.group("rate");
    if (rate != null) {
      metric.put("sample_rate", real(rate));
    }
    return metric.build();
  }

  private static Value number(String text) {
    if (!text.chars().allMatch(c -> c == '+' || c == '-' || (c >= '0' && c <= '9'))) {
      return real(text);
    }
    try {
      return text.startsWith("-")
          ? Value.of(Long.parseLong(text))
          : Value.ofUnsigned(Long.parseUnsignedLong(text));
    } catch (NumberFormatException e) {
      throw new CodecException("the value of the metric is no number of 64 bits");
    }
  }

  private static Value real(String text) {
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new CodecException("the metric has a number with two signs");
    }
    if (Double.isInfinite(value)) {
      throw new CodecException("a number of the metric is too large");
    }
    return Value.of(value);
  }

  @Override
  public byte[] encode(Value value) {
    if (!(value instanceof RecordValue metric
        && metric.get("metric") instanceof Value.Text(String name)
        && metric.get("type") instanceof Value.Text(String type))) {
      throw new CodecException(FIELDS);
    }
    Value number = metric.get("value");
    if (number == null) {
      throw new CodecException(FIELDS);
    }
    StringBuilder line = new StringBuilder(name).append(':');
    if (type.equals("g") && metric.get("action") instanceof Value.Text(String action)) {
      line.append(
          switch (action) {
            case "add" -> "+";
            case "sub" -> "-";
            default -> "";
          });
    }
    line.append(text(number)).append('|').append(type);
    Value rate = metric.get("sample_rate");
    if (rate != null) {
      line.append("|@").append(text(rate));
    }
    return Utf8.bytes(line);
  }

  private static String text(Value number) {
    return switch (number) {
      case Value.Int(long integer) -> Long.toString(integer);
      case Value.Unsigned(long bits) -> Long.toUnsignedString(bits);
      // With a point, also where JSON has only an exponent.
      case Value.Real(double real) when Double.isFinite(real) -> Double.toString(real);
      default -> throw new CodecException("a metric of StatsD has numbers, not " + number.type());
    };
  }
}
