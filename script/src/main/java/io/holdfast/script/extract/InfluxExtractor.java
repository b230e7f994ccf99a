package io.holdfast.script.extract;

import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import io.holdfast.script.operation.NumberText;
import org.jspecify.annotations.Nullable;

/** {@code influx||}: a line of the line protocol of InfluxDB. */
final class InfluxExtractor {
  private InfluxExtractor() {}

  static Extractor of(String pattern) {
    return (text, ingestNanos) -> new Line(text).read(ingestNanos);
  }

  /** One line that is taken apart. */
  private static final class Line {
    private final String text;
    private int at;

    Line(String text) {
      this.text = text;
    }

    @Nullable Value read(long ingestNanos) {
      String measurement = name(", ");
      RecordValue tags = tags();
      if (measurement.isEmpty() || tags == null || peek() != ' ') {
        return null;
      }
      at++;
      RecordValue fields = fields();
      if (fields == null) {
        return null;
      }
      Value timestamp = timestamp(ingestNanos);
      return timestamp == null
          ? null
          : RecordValue.builder()
              .put("measurement", Value.of(measurement))
              .put("tags", tags)
              .put("fields", fields)
              .put("timestamp", timestamp)
              .build();
    }

    private char peek() {
      return at < text.length() ? text.charAt(at) : '\0';
    }

    /** Reads up to one of some chars; a backslash takes the meaning of the next. */
    private String name(String ends) {
      StringBuilder name = new StringBuilder();
      while (at < text.length() && ends.indexOf(peek()) < 0) {
        boolean escape =
            peek() == '\\' && at + 1 < text.length() && ",= \\".indexOf(text.charAt(at + 1)) >= 0;
        at += escape ? 1 : 0;
        name.append(text.charAt(at++));
      }
      return name.toString();
    }

    private @Nullable RecordValue tags() {
      RecordValue.Builder tags = RecordValue.builder();
      while (peek() == ',') {
        at++;
        String key = name("=, ");
        if (peek() != '=') {
          return null;
        }
        at++;
        tags.put(key, Value.of(name(", ")));
      }
      return tags.build();
    }

    private @Nullable RecordValue fields() {
      RecordValue.Builder fields = RecordValue.builder();
      while (true) {
        String key = name("=, ");
        if (peek() != '=') {
          return null;
        }
        at++;
        Value value = peek() == '"' ? quoted() : plain(name(", "));
        if (value == null) {
          return null;
        }
        fields.put(key, value);
        if (peek() != ',') {
          return fields.build();
        }
        at++;
      }
    }

    private @Nullable Value quoted() {
      StringBuilder value = new StringBuilder();
      for (at++; at < text.length(); at++) {
        if (peek() == '"') {
          at++;
          return Value.of(value.toString());
        }
        if (peek() == '\\' && at + 1 < text.length()) {
          at++;
        }
        value.append(peek());
      }
      return null;
    }

    private static @Nullable Value plain(String text) {
      return switch (text) {
        case "t", "T", "true", "True", "TRUE" -> Value.TRUE;
        case "f", "F", "false", "False", "FALSE" -> Value.FALSE;
        default ->
            text.endsWith("i")
                ? NumberText.integer(text.substring(0, text.length() - 1))
                : NumberText.real(text);
      };
    }

    private @Nullable Value timestamp(long ingestNanos) {
      String rest = text.substring(at).strip();
      return rest.isEmpty() ? Value.of(ingestNanos) : NumberText.integer(rest);
    }
  }
}
