package io.holdfast.script;

import io.holdfast.script.operation.NumberText;
import org.jspecify.annotations.Nullable;

/** A line of the line protocol of InfluxDB that is taken apart. */
public final class InfluxLine {
  private static final char END = '\0';

  private final String text;
  private int at;

  /** The char at which the last name or value ended, which is read; {@link #END} at the end. */
  private char stop;

  private InfluxLine(String text) {
    this.text = text;
  }

  /**
   * Takes a line apart.
   *
   * @param line the line, without its end and without space around it
   * @param ingestNanos the time of a line that says none
   * @return a record of {@code measurement}, {@code tags}, {@code fields} and {@code timestamp}, or
   *     null if it is no such line
   */
  public static @Nullable RecordValue parse(String line, long ingestNanos) {
    return new InfluxLine(line).read(ingestNanos);
  }

  private @Nullable RecordValue read(long ingestNanos) {
    String measurement = name(", ");
    RecordValue tags = measurement != null && stop == ',' ? tags() : RecordValue.empty();
    RecordValue fields = measurement != null && tags != null ? fields() : null;
    Value timestamp = fields == null ? null : timestamp(ingestNanos);
    return measurement == null || tags == null || fields == null || timestamp == null
        ? null
        : RecordValue.builder()
            .put("measurement", Value.of(measurement))
            .put("tags", tags)
            .put("fields", fields)
            .put("timestamp", timestamp)
            .build();
  }

  private char next() {
    return at < text.length() ? text.charAt(at++) : END;
  }

  /**
   * Reads up to one of some chars, which must come. A backslash takes the meaning of these and of
   * itself; before others it stands for itself.
   */
  private @Nullable String name(String ends) {
    StringBuilder name = new StringBuilder();
    while (at < text.length()) {
      char c = next();
      if (ends.indexOf(c) >= 0) {
        stop = c;
        return name.toString();
      }
      if (c == '\\') {
        if (at == text.length()) {
          return null;
        }
        char escaped = next();
        if (escaped != '\\' && ends.indexOf(escaped) < 0) {
          name.append(c);
        }
        c = escaped;
      }
      name.append(c);
    }
    return null;
  }

  private @Nullable RecordValue tags() {
    RecordValue.Builder tags = RecordValue.builder();
    do {
      String key = name("= ,");
      if (key == null || stop != '=') {
        return null;
      }
      String value = name("= ,");
      if (value == null || stop == '=') {
        return null;
      }
      tags.put(key, Value.of(value));
    } while (stop == ',');
    return tags.build();
  }

  private @Nullable RecordValue fields() {
    RecordValue.Builder fields = RecordValue.builder();
    do {
      String key = name("=");
      Value value = key == null ? null : value();
      if (key == null || value == null) {
        return null;
      }
      fields.put(key, value);
    } while (stop == ',');
    return fields.build();
  }

  private @Nullable Value value() {
    if (at < text.length() && text.charAt(at) == '"') {
      at++;
      String quoted = name("\"");
      stop = next();
      return quoted == null || !isEnd(stop) ? null : Value.of(quoted);
    }
    StringBuilder plain = new StringBuilder();
    stop = next();
    while (!isEnd(stop)) {
      if (stop == 'i' && !plain.isEmpty()) {
        stop = next();
        return isEnd(stop) ? NumberText.integer(plain.toString()) : null;
      }
      plain.append(stop == '\\' && !plain.isEmpty() ? next() : stop);
      stop = next();
    }
    return switch (plain.toString()) {
      case "t", "T", "true", "True", "TRUE" -> Value.TRUE;
      case "f", "F", "false", "False", "FALSE" -> Value.FALSE;
      case String number -> NumberText.real(number);
    };
  }

  private static boolean isEnd(char c) {
    return c == ',' || c == ' ' || c == END;
  }

  private @Nullable Value timestamp(long ingestNanos) {
    String rest = text.substring(at);
    return rest.isEmpty() ? Value.of(ingestNanos) : NumberText.unsigned(rest);
  }
}
