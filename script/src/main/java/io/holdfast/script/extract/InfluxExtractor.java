package io.holdfast.script.extract;

import io.holdfast.script.InfluxLine;
import io.holdfast.script.Value;

/** {@code influx||}: a line of the line protocol of InfluxDB. */
final class InfluxExtractor {
  private InfluxExtractor() {}

  /** A line without content fits a pattern whose result nobody takes, and only such. */
  static Extractor of(String pattern, boolean bound) {
    return (text, ingestNanos) -> {
      String line = text.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        return bound ? null : Value.TRUE;
      }
      return InfluxLine.parse(line, ingestNanos);
    };
  }
}
