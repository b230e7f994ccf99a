package io.holdfast.script.library;

import io.holdfast.script.Value;
import io.holdfast.script.time.TimeFormat;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.function.ToIntFunction;

/** {@code core::datetime}. */
final class DatetimeModule {
  private static final long SECOND = 1_000_000_000L;
  private static final long UNSIGNED_32_MAX = 0xFFFF_FFFFL;

  private DatetimeModule() {}

  static LibraryModule module() {
    List<Function> functions = new ArrayList<>();
    functions.add(
        Function.pure(
            "parse",
            2,
            "Returns the time that a string is by a pattern, as nanoseconds since 1970.",
            arguments -> parse(arguments.string(0), arguments.string(1))));
    functions.add(
        Function.pure(
            "format",
            2,
            "Returns a time, in nanoseconds since 1970, as a string by a pattern.",
            arguments -> format(nanos(arguments), arguments.string(1))));
    functions.add(
        Function.pure(
            "iso8601",
            1,
            "Returns a time, in nanoseconds since 1970, as ISO 8601 has it.",
            arguments -> format(nanos(arguments), "%Y-%m-%dT%H:%M:%S%.9f+00:00")));
    functions.add(
        Function.impure(
            "today",
            0,
            "Returns the beginning of this day in UTC, in nanoseconds since 1970.",
            (_, context) -> today(context)));
    functions.add(
        Function.pure(
            "from_human_format",
            1,
            "Returns how many nanoseconds a duration such as `1 day 20 minutes` has. It knows"
                + " years, weeks, days, minutes, seconds, milliseconds, microseconds and"
                + " nanoseconds.",
            arguments -> HumanDuration.parse(arguments.string(0))));
    addParts(functions);
    addRoundings(functions);
    addDurations(functions);
    return new LibraryModule(
        "core::datetime",
        "Times, as nanoseconds since 1970-01-01T00:00Z, and durations, in nanoseconds. Patterns"
            + " are those of `strftime`: `%Y-%m-%d %H:%M:%S`.",
        functions);
  }

  private static void addParts(List<Function> functions) {
    functions.add(part("year", "the year", LocalDateTime::getYear));
    functions.add(part("month", "the month, from 1,", LocalDateTime::getMonthValue));
    functions.add(part("day", "the day of the month", LocalDateTime::getDayOfMonth));
    functions.add(part("hour", "the hour", LocalDateTime::getHour));
    functions.add(part("minute", "the minute", LocalDateTime::getMinute));
    functions.add(part("second", "the second", LocalDateTime::getSecond));
    functions.add(
        part(
            "millisecond",
            "the millisecond",
            time -> time.get(ChronoField.NANO_OF_SECOND) / 1_000_000));
    functions.add(
        part(
            "microsecond",
            "the microsecond within its millisecond",
            time -> time.get(ChronoField.NANO_OF_SECOND) / 1000 % 1000));
    functions.add(
        part(
            "nanosecond",
            "the nanosecond within its microsecond",
            time -> time.get(ChronoField.NANO_OF_SECOND) % 1000));
    functions.add(
        part(
            "subsecond",
            "the nanosecond within its second",
            time -> time.get(ChronoField.NANO_OF_SECOND)));
  }

  private static void addRoundings(List<Function> functions) {
    functions.add(rounding("to_nearest_second", "rounded to seconds", it -> nearest(it, SECOND)));
    functions.add(
        rounding(
            "to_nearest_millisecond", "rounded to milliseconds", it -> nearest(it, 1_000_000)));
    functions.add(
        rounding("to_nearest_microsecond", "rounded to microseconds", it -> nearest(it, 1000)));
    functions.add(rounding("without_subseconds", "in whole seconds", it -> it / SECOND));
  }

  private static void addDurations(List<Function> functions) {
    long day = 24 * 3600 * SECOND;
    functions.add(duration("nanoseconds", it -> it));
    functions.add(duration("microseconds", it -> it * 1000));
    functions.add(duration("milliseconds", it -> it * 1_000_000));
    functions.add(duration("seconds", it -> it * SECOND));
    functions.add(duration("minutes", it -> Math.multiplyExact(it, 60 * SECOND)));
    functions.add(duration("hours", it -> Math.multiplyExact(it, 3600 * SECOND)));
    functions.add(duration("days", it -> Math.multiplyExact(it, day)));
    functions.add(duration("weeks", it -> Math.multiplyExact(it, 7 * day)));
    // Each fourth year has one day more.
    functions.add(duration("years", it -> Math.multiplyExact(it * 365 + it / 4, day)));
  }

  private static Function part(String name, String what, ToIntFunction<LocalDateTime> part) {
    return Function.pure(
        name,
        1,
        "Returns " + what + " of a time, in UTC.",
        arguments -> {
          long nanos = nanos(arguments);
          LocalDateTime time =
              LocalDateTime.ofEpochSecond(nanos / SECOND, (int) (nanos % SECOND), ZoneOffset.UTC);
          return Value.of(part.applyAsInt(time));
        });
  }

  private static Function rounding(String name, String how, LongUnaryOperator rounding) {
    return Function.pure(
        name,
        1,
        "Returns a time " + how + ".",
        arguments -> Value.of(rounding.applyAsLong(nanos(arguments))));
  }

  private static long nearest(long nanos, long unit) {
    long rest = nanos % unit;
    return rest * 2 >= unit ? nanos - rest + unit : nanos - rest;
  }

  private static Function duration(String unit, LongUnaryOperator toNanos) {
    return Function.pure(
        "with_" + unit,
        1,
        "Returns how many nanoseconds so many " + unit + " have.",
        arguments -> {
          long count = arguments.integer(0);
          if (count < 0 || count > UNSIGNED_32_MAX) {
            throw new BadArgument("a count must be from 0 to " + UNSIGNED_32_MAX);
          }
          try {
            return Value.of(toNanos.applyAsLong(count));
          } catch (ArithmeticException e) {
            throw new BadArgument("the duration does not fit into 64 bits of nanoseconds");
          }
        });
  }

  private static long nanos(Arguments arguments) {
    long nanos = arguments.integer(0);
    if (nanos < 0) {
      throw new BadArgument("a time must not lie before 1970");
    }
    return nanos;
  }

  private static Value parse(String text, String pattern) {
    try {
      long nanos = TimeFormat.of(pattern).read(text);
      if (nanos < 0) {
        throw new BadArgument("a time must not lie before 1970");
      }
      return Value.of(nanos);
    } catch (IllegalArgumentException e) {
      throw new BadArgument(String.valueOf(e.getMessage()));
    }
  }

  private static Value format(long nanos, String pattern) {
    try {
      return Value.of(TimeFormat.of(pattern).write(nanos));
    } catch (IllegalArgumentException e) {
      throw new BadArgument(String.valueOf(e.getMessage()));
    }
  }

  private static Value today(CallContext context) {
    long now = context.environment().nanoClock().getAsLong();
    Instant day = Instant.EPOCH.plusNanos(now).truncatedTo(ChronoUnit.DAYS);
    return Value.of(day.getEpochSecond() * SECOND);
  }
}
