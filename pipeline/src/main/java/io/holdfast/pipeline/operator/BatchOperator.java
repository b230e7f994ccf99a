package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.Hold;
import io.holdfast.pipeline.Parcel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A batch in a pipeline. What it holds is not settled, so it comes again from a buffer or a source
 * that waits for that, if the pipeline ends before the batch is full. It says that it holds it, so
 * that they send the rest of the batch.
 */
final class BatchOperator implements Operator {
  private final OperatorContext context;
  private final int count;
  private final @Nullable Duration timeout;
  private List<Parcel> held = new ArrayList<>();
  private boolean draining;
  private boolean overdue;
  private volatile int waiting;

  /** How many batches have been passed on: a timer is for one of them. */
  private long batches;

  BatchOperator(OperatorContext context, int count, @Nullable Duration timeout) {
    this.context = context;
    this.count = count;
    this.timeout = timeout;
  }

  @Override
  public void process(String port, List<Parcel> parcels) {
    for (Parcel parcel : parcels) {
      held.add(parcel);
      if (draining) {
        drain();
      } else if (held.size() >= count) {
        passOn();
      } else if (held.size() == 1 && timeout != null) {
        long batch = batches;
        context.loop().schedule(timeout, () -> timeOut(batch));
      }
      // Not the one that fills it: it might be let go, with the batch on its way.
      if (!held.isEmpty()) {
        parcel.hold(timeout == null ? Hold.UNTIL_MORE : Hold.UNTIL_TIME);
      }
    }
    waiting = draining ? 0 : held.size();
  }

  private void timeOut(long batch) {
    if (batch == batches && !held.isEmpty()) {
      overdue = true;
      downstreamChanged();
    }
  }

  @Override
  public void downstreamChanged() {
    // What is passed on while nothing takes it would fail.
    if (overdue && context.isDownstreamOpen()) {
      passOn();
    }
  }

  private void passOn() {
    List<Parcel> batch = held;
    held = new ArrayList<>();
    batches++;
    overdue = false;
    waiting = 0;
    batch.forEach(Parcel::release);
    context.emit("out", batch);
  }

  @Override
  public void drain() {
    // Nothing comes any more to fill it.
    draining = true;
    overdue = !held.isEmpty();
    downstreamChanged();
    // What nothing takes is not waited for: it is not settled, and so comes again.
    waiting = 0;
  }

  @Override
  public long pending() {
    return waiting;
  }
}
