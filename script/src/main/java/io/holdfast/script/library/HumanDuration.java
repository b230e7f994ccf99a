package io.holdfast.script.library;

import io.holdfast.script.Value;
import java.util.Map;

/** Durations as people write them. */
final class HumanDuration {
  private static final long SECOND = 1_000_000_000L;
  private static final long DAY = 24 * 3600 * SECOND;

  private static final Map<String, Long> UNITS =
      Map.of(
          "years",
          365 * DAY,
          "weeks",
          7 * DAY,
          "days",
          DAY,
          "minutes",
          60 * SECOND,
          "seconds",
          SECOND,
          "milliseconds",
          1_000_000L,
          "microseconds",
          1000L,
          "nanoseconds",
          1L);

  private static final int MAX_DIGITS = 10;

  private HumanDuration() {}

  /** Sums up the pairs of count and unit; a pair that is none counts nothing. */
  static Value parse(String text) {
    String[] words = text.split(" ", -1);
    long sum = 0;
    try {
      for (int i = 0; i + 1 < words.length; i += 2) {
        sum = Math.addExact(sum, nanos(words[i], words[i + 1]));
      }
    } catch (ArithmeticException e) {
      throw new BadArgument("the duration does not fit into 64 bits of nanoseconds");
    }
    if (sum == 0) {
      throw new BadArgument("`" + text + "` is not a duration such as `1 day 20 minutes`");
    }
    return Value.of(sum);
  }

  private static long nanos(String number, String unit) {
    if (number.isEmpty()
        || number.length() > MAX_DIGITS
        || !number.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return 0;
    }
    long count = Long.parseLong(number);
    Long size = UNITS.get(count == 1 && !unit.endsWith("s") ? unit + "s" : unit);
    if (size == null) {
      return 0;
    }
    boolean years = unit.startsWith("year");
    return Math.addExact(Math.multiplyExact(count, size), years ? count / 4 * DAY : 0);
  }
}
