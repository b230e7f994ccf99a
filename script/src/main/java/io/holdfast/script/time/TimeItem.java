package io.holdfast.script.time;

/** A piece of a pattern. */
sealed interface TimeItem {
  /**
   * Text as it is.
   *
   * @param text the text, without white space
   */
  record Literal(String text) implements TimeItem {}

  /**
   * White space: written as it is, read as any amount of it.
   *
   * @param text the white space
   */
  record Blank(String text) implements TimeItem {}

  /**
   * A number.
   *
   * @param field what it counts
   * @param padding the character that fills it up, or nul for none
   */
  record Count(Field field, char padding) implements TimeItem {}

  /**
   * Anything else.
   *
   * @param kind what
   */
  record Special(Kind kind) implements TimeItem {}

  /** What a number counts. */
  enum Field {
    YEAR(4),
    CENTURY(2),
    YEAR_OF_CENTURY(2),
    ISO_YEAR(4),
    ISO_YEAR_OF_CENTURY(2),
    MONTH(2),
    DAY(2),
    WEEK_FROM_SUNDAY(2),
    WEEK_FROM_MONDAY(2),
    ISO_WEEK(2),
    WEEKDAY_FROM_SUNDAY(1),
    WEEKDAY_FROM_MONDAY(1),
    DAY_OF_YEAR(3),
    HOUR(2),
    HOUR_OF_HALF(2),
    MINUTE(2),
    SECOND(2),
    NANOSECOND(9),
    TIMESTAMP(1);

    private final int width;

    Field(int width) {
      this.width = width;
    }

    /** Returns how wide it is written, and how many digits are read at most, but for timestamps. */
    int width() {
      return width;
    }

    boolean mayHaveSign() {
      return this == YEAR || this == ISO_YEAR || this == TIMESTAMP;
    }
  }

  /** What is no number. */
  enum Kind {
    SHORT_MONTH,
    LONG_MONTH,
    SHORT_WEEKDAY,
    LONG_WEEKDAY,
    LOWER_HALF,
    UPPER_HALF,
    /** A point and as many digits as it takes. */
    FRACTION(-1),
    FRACTION_3(3),
    FRACTION_6(6),
    FRACTION_9(9),
    DIGITS_3(3),
    DIGITS_6(6),
    DIGITS_9(9),
    ZONE_NAME,
    OFFSET,
    OFFSET_COLON,
    OFFSET_LENIENT;

    private final int digits;

    Kind() {
      this(0);
    }

    Kind(int digits) {
      this.digits = digits;
    }

    /** Returns how many digits a fraction has, or -1 where that depends. */
    int digits() {
      return digits;
    }

    boolean isZone() {
      return this == ZONE_NAME || this == OFFSET || this == OFFSET_COLON || this == OFFSET_LENIENT;
    }
  }
}
