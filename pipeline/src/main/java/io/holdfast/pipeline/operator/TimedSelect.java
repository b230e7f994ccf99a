package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.Parcel;
import java.time.Duration;
import java.util.List;

/** A select with windows that close when time passes, also while no event comes. */
final class TimedSelect implements Operator {
  private static final Duration STEP = Duration.ofMillis(100);

  private final OperatorContext context;
  private final WindowedSelect select;
  private boolean closed;

  TimedSelect(OperatorContext context, WindowedSelect select) {
    this.context = context;
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
        select.elapse(context.host().time().epochNanos());
      }
    } finally {
      schedule();
    }
  }

  @Override
  public void process(String port, List<Parcel> parcels) {
    select.process(port, parcels);
  }

  @Override
  public void close() {
    closed = true;
  }
}
