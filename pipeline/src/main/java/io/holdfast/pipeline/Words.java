package io.holdfast.pipeline;

import java.time.Duration;
import java.util.Locale;

/** Amounts as a person reads them. */
final class Words {
  private Words() {}

  /** {@code 1 event}, {@code 2 events}. */
  static String count(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /** Milliseconds below a second, tenths of seconds below a minute, else minutes and seconds. */
  static String duration(Duration duration) {
    long millis = duration.toMillis();
    if (millis < 1000) {
      return millis + " ms";
    }
    if (millis < 60_000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
    return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
  }
}
