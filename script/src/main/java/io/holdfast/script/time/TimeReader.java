package io.holdfast.script.time;

import io.holdfast.script.time.TimeItem.Field;
import io.holdfast.script.time.TimeItem.Kind;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.time.temporal.IsoFields;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one text, item by item, and puts together what it says. */
final class TimeReader {
  private static final int NANO_DIGITS = 9;
  private static final int MAX_OFFSET_SECONDS = 86_399;

  private final String text;
  private final Map<Field, Long> found = new EnumMap<>(Field.class);
  private @Nullable Boolean afternoon;
  private @Nullable DayOfWeek weekday;
  private @Nullable Integer offset;
  private int at;

  TimeReader(String text) {
    this.text = text;
  }

  void read(TimeItem item) {
    switch (item) {
      case TimeItem.Literal(String literal) -> {
        if (!text.startsWith(literal, at)) {
          throw unreadable();
        }
        at += literal.length();
      }
      case TimeItem.Blank _ -> skipBlanks();
      case TimeItem.Count(Field field, char _) -> {
        skipBlanks();
        set(field, number(field));
      }
      case TimeItem.Special(Kind kind) -> special(kind);
    }
  }

  private void skipBlanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private IllegalArgumentException unreadable() {
    return new IllegalArgumentException("the text does not fit the pattern");
  }

  private void set(Field field, long value) {
    Long old = found.putIfAbsent(field, value);
    if (old != null && old != value) {
      throw new IllegalArgumentException("the text contradicts itself");
    }
  }

  private long number(Field field) {
    int most = field == Field.TIMESTAMP ? 18 : field.width();
    boolean signed = field.mayHaveSign() && (peek() == '-' || peek() == '+');
    boolean negative = signed && peek() == '-';
    if (signed) {
      at++;
      most = 18;
    }
    long value = digits(1, most);
    return negative ? -value : value;
  }

  private long digits(int least, int most) {
    int start = at;
    while (at < text.length() && at - start < most && peek() >= '0' && peek() <= '9') {
      at++;
    }
    if (at - start < least) {
      throw unreadable();
    }
    return Long.parseLong(text, start, at, 10);
  }

  private void special(Kind kind) {
    switch (kind) {
      case SHORT_MONTH, LONG_MONTH -> {
        for (Month month : Month.values()) {
          if (take(month.getDisplayName(TextStyle.FULL, Locale.ENGLISH), kind == Kind.LONG_MONTH)) {
            set(Field.MONTH, month.getValue());
            return;
          }
        }
        throw unreadable();
      }
      case SHORT_WEEKDAY, LONG_WEEKDAY -> {
        for (DayOfWeek day : DayOfWeek.values()) {
          if (take(day.getDisplayName(TextStyle.FULL, Locale.ENGLISH), kind == Kind.LONG_WEEKDAY)) {
            weekday = day;
            return;
          }
        }
        throw unreadable();
      }
      case LOWER_HALF, UPPER_HALF -> {
        boolean pm = text.regionMatches(true, at, "pm", 0, 2);
        if (!pm && !text.regionMatches(true, at, "am", 0, 2)) {
          throw unreadable();
        }
        afternoon = pm;
        at += 2;
      }
      case FRACTION, FRACTION_3, FRACTION_6, FRACTION_9 -> {
        if (peek() == '.') {
          at++;
          fraction();
        }
      }
      case DIGITS_3, DIGITS_6, DIGITS_9 -> {
        long value = digits(kind.digits(), kind.digits());
        set(Field.NANOSECOND, value * (long) Math.pow(10, NANO_DIGITS - kind.digits()));
      }
      case ZONE_NAME -> throw new IllegalArgumentException("the name of a zone cannot be read");
      case OFFSET, OFFSET_COLON, OFFSET_LENIENT -> offset(kind == Kind.OFFSET_LENIENT);
    }
  }

  /** Takes a name: its first three letters, or all of it where that is allowed and there. */
  private boolean take(String name, boolean whole) {
    if (!text.regionMatches(true, at, name, 0, 3)) {
      return false;
    }
    at += whole && text.regionMatches(true, at, name, 0, name.length()) ? name.length() : 3;
    return true;
  }

  private void fraction() {
    int start = at;
    long value = digits(1, NANO_DIGITS);
    set(Field.NANOSECOND, value * (long) Math.pow(10, NANO_DIGITS - (at - start)));
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
  }

  private void offset(boolean lenient) {
    skipBlanks();
    if (lenient && (peek() == 'Z' || peek() == 'z')) {
      at++;
      offset = 0;
      return;
    }
    int sign = peek() == '+' ? 1 : peek() == '-' ? -1 : 0;
    if (sign == 0) {
      throw unreadable();
    }
    at++;
    long hours = digits(2, 2);
    while (peek() == ':' || Character.isWhitespace(peek())) {
      at++;
    }
    boolean hasMinutes = !lenient || (peek() >= '0' && peek() <= '9');
    long minutes = hasMinutes ? digits(2, 2) : 0;
    long seconds = hours * 3600 + minutes * 60;
    if (minutes > 59 || seconds > MAX_OFFSET_SECONDS) {
      throw new IllegalArgumentException("there is no such offset from UTC");
    }
    offset = (int) (sign * seconds);
  }

  /** Puts the time together, once all items are read. */
  Instant finish(boolean zoned) {
    if (at != text.length()) {
      throw new IllegalArgumentException("the text goes on where the pattern ends");
    }
    Integer shift = offset;
    if (zoned && shift == null) {
      throw new IllegalArgumentException("the text has no offset from UTC");
    }
    try {
      Long timestamp = found.get(Field.TIMESTAMP);
      if (timestamp != null) {
        return Instant.ofEpochSecond(timestamp, found.getOrDefault(Field.NANOSECOND, 0L));
      }
      LocalDate date = date();
      if (weekday != null && date.getDayOfWeek() != weekday) {
        throw new IllegalArgumentException("the day of the week is another one");
      }
      LocalDateTime local = LocalDateTime.of(date, time());
      return local.toInstant(ZoneOffset.ofTotalSeconds(0)).minusSeconds(shift == null ? 0 : shift);
    } catch (DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException("there is no such time", e);
    }
  }

  private LocalDate date() {
    Long year = year();
    if (year != null && found.containsKey(Field.MONTH) && found.containsKey(Field.DAY)) {
      return LocalDate.of(Math.toIntExact(year), value(Field.MONTH), value(Field.DAY));
    }
    if (year != null && found.containsKey(Field.DAY_OF_YEAR)) {
      return LocalDate.ofYearDay(Math.toIntExact(year), value(Field.DAY_OF_YEAR));
    }
    Integer day = dayOfWeek();
    if (day != null && found.containsKey(Field.ISO_YEAR) && found.containsKey(Field.ISO_WEEK)) {
      return LocalDate.of(value(Field.ISO_YEAR), 1, 4)
          .with(IsoFields.WEEK_OF_WEEK_BASED_YEAR, value(Field.ISO_WEEK))
          .with(java.time.temporal.ChronoField.DAY_OF_WEEK, day);
    }
    throw new IllegalArgumentException("the text does not say which day it is");
  }

  private @Nullable Long year() {
    Long year = found.get(Field.YEAR);
    Long rest = found.get(Field.YEAR_OF_CENTURY);
    Long century = found.get(Field.CENTURY);
    if (year != null || rest == null) {
      return year;
    }
    if (century != null) {
      return century * 100 + rest;
    }
    return rest < 70 ? 2000 + rest : 1900 + rest;
  }

  private @Nullable Integer dayOfWeek() {
    if (weekday != null) {
      return weekday.getValue();
    }
    Long fromMonday = found.get(Field.WEEKDAY_FROM_MONDAY);
    Long fromSunday = found.get(Field.WEEKDAY_FROM_SUNDAY);
    if (fromMonday != null) {
      return Math.toIntExact(fromMonday);
    }
    return fromSunday == null ? null : fromSunday == 0 ? 7 : Math.toIntExact(fromSunday);
  }

  private LocalTime time() {
    Integer hour = hour();
    if (hour == null || !found.containsKey(Field.MINUTE)) {
      throw new IllegalArgumentException("the text does not say which time of the day it is");
    }
    int second = found.containsKey(Field.SECOND) ? value(Field.SECOND) : 0;
    int nanos = found.containsKey(Field.NANOSECOND) ? value(Field.NANOSECOND) : 0;
    // A leap second is the end of the second before it.
    return LocalTime.of(hour, value(Field.MINUTE), Math.min(second, second == 60 ? 59 : second))
        .withNano(nanos);
  }

  private @Nullable Integer hour() {
    if (found.containsKey(Field.HOUR)) {
      return value(Field.HOUR);
    }
    if (!found.containsKey(Field.HOUR_OF_HALF) || afternoon == null) {
      return null;
    }
    int hour = value(Field.HOUR_OF_HALF);
    if (hour < 1 || hour > 12) {
      throw new IllegalArgumentException("there is no such hour");
    }
    return hour % 12 + (afternoon ? 12 : 0);
  }

  private int value(Field field) {
    Long value = found.get(field);
    return Math.toIntExact(value == null ? 0L : value);
  }
}
