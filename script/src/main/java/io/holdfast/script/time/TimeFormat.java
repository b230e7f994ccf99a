package io.holdfast.script.time;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** A pattern for dates and times. Immutable. */
public final class TimeFormat {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final List<TimeItem> items;

  private TimeFormat(List<TimeItem> items) {
    this.items = items;
  }

  /**
   * Reads a pattern.
   *
   * @param pattern the pattern
   * @return the format
   * @throws IllegalArgumentException with a message for people if the pattern has a letter after a
   *     percent sign that means nothing
   */
  public static TimeFormat of(String pattern) {
    List<TimeItem> items = new ArrayList<>();
    new PatternReader(pattern, items).read();
    return new TimeFormat(List.copyOf(items));
  }

  /**
   * Writes a time, in UTC.
   *
   * @param nanos nanoseconds since 1970-01-01T00:00Z
   * @return the text
   * @throws IllegalArgumentException with a message for people if the pattern asks for a zone
   */
  public String write(long nanos) {
    LocalDateTime time =
        LocalDateTime.ofEpochSecond(
            Math.floorDiv(nanos, NANOS_PER_SECOND),
            (int) Math.floorMod(nanos, NANOS_PER_SECOND),
            ZoneOffset.UTC);
    StringBuilder text = new StringBuilder();
    for (TimeItem item : items) {
      TimeWriter.write(item, time, text);
    }
    return text.toString();
  }

  /**
   * Reads a time. Without a zone in the pattern it is one of UTC.
   *
   * @param text the text
   * @return nanoseconds since 1970-01-01T00:00Z
   * @throws IllegalArgumentException with a message for people if the text does not fit, does not
   *     hold a date and a time, or the time cannot be counted so
   */
  public long read(String text) {
    TimeReader reader = new TimeReader(text);
    items.forEach(reader::read);
    boolean zoned =
        items.stream().anyMatch(it -> it instanceof TimeItem.Special(var kind) && kind.isZone());
    Instant instant = reader.finish(zoned);
    try {
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), NANOS_PER_SECOND), instant.getNano());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("the time does not fit into 64 bits of nanoseconds", e);
    }
  }
}
