package io.holdfast.pipeline;

import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import org.jspecify.annotations.Nullable;

/**
 * What flows. Immutable, may be shared between threads.
 *
 * @param value the event itself
 * @param meta what travels beside it, {@code $} in a query
 * @param ingestNanos when the source took it, in nanoseconds since the epoch
 * @param origin where it came from, as a URI; null when unknown
 * @param id its number at its origin, to be read as unsigned
 */
public record Event(
    Value value, RecordValue meta, long ingestNanos, @Nullable String origin, long id) {

  /** An event without metadata. */
  public static Event of(Value value, long ingestNanos, @Nullable String origin, long id) {
    return new Event(value, RecordValue.empty(), ingestNanos, origin, id);
  }

  /** This event with another value and metadata, as a query makes it. */
  public Event with(Value newValue, RecordValue newMeta) {
    return new Event(newValue, newMeta, ingestNanos, origin, id);
  }
}
