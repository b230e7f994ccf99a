package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.Parcel;
import io.holdfast.script.Emission;
import io.holdfast.script.ScriptException;
import io.holdfast.script.SelectInstance;
import io.holdfast.script.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A select with windows that close when time passes, also while no event comes. */
final class TimedSelect implements Operator {
  private static final Duration STEP = Duration.ofMillis(100);

  private final OperatorContext context;
  private final Operator events;
  private final SelectInstance select;
  private boolean closed;

  TimedSelect(OperatorContext context, Operator events, SelectInstance select) {
    this.context = context;
    this.events = events;
    this.select = select;
  }

  @Override
  public void open(OperatorContext opened) {
    schedule();
  }

  private void schedule() {
    context.loop().schedule(STEP, this::tick);
  }

  private void tick() {
    if (closed) {
      return;
    }
    // What comes out while nothing takes it would be lost; the windows stay open a little longer.
    try {
      if (context.isDownstreamOpen()) {
        emit();
      }
    } finally {
      schedule();
    }
  }

  private void emit() {
    long now = context.host().time().epochNanos();
    List<Emission> results;
    try {
      results = select.tick(now);
    } catch (ScriptException e) {
      Event none = Event.of(Value.NULL, now, null, 0);
      context.error(Parcel.of(none, _ -> {}), e.getMessage());
      return;
    }
    List<Parcel> parcels = new ArrayList<>();
    for (Emission result : results) {
      Event event = new Event(result.value(), result.meta(), now, null, 0);
      // The events in the window are settled: nobody waits for this one.
      parcels.add(Parcel.of(event, _ -> {}));
    }
    if (!parcels.isEmpty()) {
      context.emit("out", parcels);
    }
  }

  @Override
  public void process(String port, List<Parcel> parcels) {
    events.process(port, parcels);
  }

  @Override
  public void close() {
    closed = true;
  }
}
