package io.holdfast.script.extract;

import io.holdfast.script.Value;
import io.holdfast.script.time.TimeFormat;

/** {@code datetime|%Y-%m-%d %H:%M:%S|}: the nanoseconds since 1970 that a time is. */
final class DatetimeExtractor {
  private DatetimeExtractor() {}

  static Extractor of(String pattern) {
    TimeFormat format;
    try {
      format = TimeFormat.of(pattern);
    } catch (IllegalArgumentException e) {
      // As in the reference, a pattern that means nothing is no error: it matches nothing.
      return (_, _) -> null;
    }
    return (text, _) -> {
      try {
        return Value.of(format.read(text));
      } catch (IllegalArgumentException e) {
        return null;
      }
    };
  }
}
