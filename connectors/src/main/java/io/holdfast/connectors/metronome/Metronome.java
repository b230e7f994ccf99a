package io.holdfast.connectors.metronome;

import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.Settlement;
import io.holdfast.pipeline.Source;
import io.holdfast.pipeline.SourceContext;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.time.Duration;
import java.util.List;

/**
 * Makes an event, waits for the interval, and so on, the first at once. While the flow is closed it
 * makes none, and makes none up afterwards, so the ids have no holes.
 */
final class Metronome implements Source {
  private final Duration interval;
  private final String origin;

  Metronome(Duration interval, String origin) {
    this.interval = interval;
    this.origin = origin;
  }

  @Override
  public void run(SourceContext context) throws InterruptedException {
    long due = context.time().monotonicNanos();
    for (long id = 0; ; id++) {
      boolean closed = !context.isOpen();
      context.awaitOpen();
      long now = context.time().monotonicNanos();
      if (closed || now - due > interval.toNanos()) {
        // The flow was closed, or the machine slept: the beat begins anew with this tick.
        due = now;
      }
      context.emit(List.of(tick(id, context.time().epochNanos())), Settlement.NOBODY);
      due += interval.toNanos();
      context.sleep(Duration.ofNanos(Math.max(0, due - context.time().monotonicNanos())));
    }
  }

  private Event tick(long id, long now) {
    RecordValue value =
        RecordValue.builder()
            .put("onramp", Value.of("metronome"))
            .put("ingest_ns", Value.of(now))
            .put("id", Value.of(id))
            .build();
    return Event.of(value, now, origin, id);
  }
}
