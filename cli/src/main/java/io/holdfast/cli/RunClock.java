package io.holdfast.cli;

import io.holdfast.script.EventContext;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Gives events their time. */
final class RunClock {
  private final boolean byIndex;
  private final @Nullable String field;
  private final URI origin;

  RunClock(boolean byIndex, @Nullable String field, URI origin) {
    this.byIndex = byIndex;
    this.field = field;
    this.origin = origin;
  }

  /** Whether time passes between events. */
  boolean isRunning() {
    return !byIndex && field == null;
  }

  static long now() {
    return ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now());
  }

  /** When a line comes. */
  long time(long line) {
    return byIndex ? line - 1 : now();
  }

  /** The event with its time; null when it does not have the field that holds it. */
  @Nullable EventContext context(Value event, long line) {
    Long nanos = field == null ? Long.valueOf(time(line)) : timeOf(event, field);
    return nanos == null ? null : new EventContext(event, RecordValue.empty(), nanos, origin);
  }

  private static @Nullable Long timeOf(Value event, String field) {
    return event instanceof RecordValue fields && fields.get(field) instanceof Value.Int(long nanos)
        ? nanos
        : null;
  }

  /** What is wrong with an event that has no time. */
  String complaint() {
    return "the event has no integer `" + field + "`, which is to be its time";
  }
}
