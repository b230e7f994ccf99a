package io.holdfast.script.time;

import io.holdfast.script.time.TimeItem.Field;
import io.holdfast.script.time.TimeItem.Kind;
import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** Writes the items of a pattern. */
final class TimeWriter {
  private static final int DAYS_PER_WEEK = 7;
  private static final int NANO_DIGITS = 9;

  private TimeWriter() {}

  static void write(TimeItem item, LocalDateTime time, StringBuilder out) {
    switch (item) {
      case TimeItem.Literal(String text) -> out.append(text);
      case TimeItem.Blank(String text) -> out.append(text);
      case TimeItem.Count(Field field, char padding) -> {
        String digits = Long.toString(value(field, time));
        boolean padded = padding != '\0';
        out.repeat(padding, padded ? Math.max(0, field.width() - digits.length()) : 0);
        out.append(digits);
      }
      case TimeItem.Special(Kind kind) -> out.append(text(kind, time));
    }
  }

  private static int nanos(LocalDateTime time) {
    return time.get(ChronoField.NANO_OF_SECOND);
  }

  private static long value(Field field, LocalDateTime time) {
    return switch (field) {
      case YEAR -> time.getYear();
      case CENTURY -> Math.floorDiv(time.getYear(), 100);
      case YEAR_OF_CENTURY -> Math.floorMod(time.getYear(), 100);
      case ISO_YEAR -> time.get(IsoFields.WEEK_BASED_YEAR);
      case ISO_YEAR_OF_CENTURY -> Math.floorMod(time.get(IsoFields.WEEK_BASED_YEAR), 100);
      case MONTH -> time.getMonthValue();
      case DAY -> time.getDayOfMonth();
      case WEEK_FROM_SUNDAY -> week(time, time.getDayOfWeek().getValue() % DAYS_PER_WEEK);
      case WEEK_FROM_MONDAY -> week(time, time.getDayOfWeek().getValue() - 1);
      case ISO_WEEK -> time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
      case WEEKDAY_FROM_SUNDAY -> time.getDayOfWeek().getValue() % DAYS_PER_WEEK;
      case WEEKDAY_FROM_MONDAY -> time.getDayOfWeek().getValue();
      case DAY_OF_YEAR -> time.getDayOfYear();
      case HOUR -> time.getHour();
      case HOUR_OF_HALF -> time.get(ChronoField.CLOCK_HOUR_OF_AMPM);
      case MINUTE -> time.getMinute();
      case SECOND -> time.getSecond();
      case NANOSECOND -> nanos(time);
      case TIMESTAMP -> time.toEpochSecond(ZoneOffset.UTC);
    };
  }

  /** Counts the weeks of the year, the first being the first whole one. */
  private static int week(LocalDateTime time, int dayOfWeek) {
    return (time.getDayOfYear() + DAYS_PER_WEEK - 1 - dayOfWeek) / DAYS_PER_WEEK;
  }

  private static String text(Kind kind, LocalDateTime time) {
    Month month = time.getMonth();
    DayOfWeek day = time.getDayOfWeek();
    return switch (kind) {
      case SHORT_MONTH -> month.getDisplayName(TextStyle.SHORT, Locale.ENGLISH).substring(0, 3);
      case LONG_MONTH -> month.getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case SHORT_WEEKDAY -> day.getDisplayName(TextStyle.SHORT, Locale.ENGLISH).substring(0, 3);
      case LONG_WEEKDAY -> day.getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case LOWER_HALF -> time.getHour() < 12 ? "am" : "pm";
      case UPPER_HALF -> time.getHour() < 12 ? "AM" : "PM";
      case FRACTION -> fraction(nanos(time));
      case FRACTION_3, FRACTION_6, FRACTION_9 -> "." + digits(nanos(time), kind.digits());
      case DIGITS_3, DIGITS_6, DIGITS_9 -> digits(nanos(time), kind.digits());
      case ZONE_NAME, OFFSET, OFFSET_COLON, OFFSET_LENIENT ->
          throw new IllegalArgumentException("a time without a zone cannot be written with one");
    };
  }

  /** The fewest of 0, 3, 6 and 9 digits that say it all. */
  private static String fraction(int nanos) {
    for (int digits = 0; digits < NANO_DIGITS; digits += 3) {
      if (nanos % (long) Math.pow(10, NANO_DIGITS - digits) == 0) {
        return digits == 0 ? "" : "." + digits(nanos, digits);
      }
    }
    return "." + digits(nanos, NANO_DIGITS);
  }

  private static String digits(int nanos, int count) {
    String all = Integer.toString(nanos);
    return ("0".repeat(NANO_DIGITS - all.length()) + all).substring(0, count);
  }
}
