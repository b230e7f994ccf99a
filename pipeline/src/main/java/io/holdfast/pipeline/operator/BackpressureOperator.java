package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.Parcel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Holds events off while those before them fare badly. */
final class BackpressureOperator implements Operator {
  private final OperatorContext context;
  private final List<Duration> steps;
  private final boolean pauses;
  private final Feedback feedback;

  /** How long to wait between events, zero while all is well. */
  private Duration delay = Duration.ZERO;

  private long nextAt = Long.MIN_VALUE;

  /** How often it has waited: a timer is for one of these times. */
  private long waits;

  BackpressureOperator(
      OperatorContext context, double timeoutMillis, List<Duration> steps, boolean pauses) {
    this.context = context;
    this.steps = steps;
    this.pauses = pauses;
    this.feedback = new Feedback(context, timeoutMillis, this::learn);
  }

  @Override
  public void process(String port, List<Parcel> parcels) {
    List<Parcel> passing = new ArrayList<>();
    List<Parcel> overflowing = new ArrayList<>();
    for (Parcel parcel : parcels) {
      long now = now();
      if (now >= nextAt) {
        nextAt = delay.isZero() ? Long.MIN_VALUE : now + delay.toNanos();
        passing.add(feedback.watched(parcel));
      } else if (pauses) {
        // It came before upstream knew.
        passing.add(feedback.watched(parcel));
      } else {
        overflowing.add(parcel);
      }
    }
    context.emit("out", passing);
    context.emit(OperatorBlueprint.OVERFLOW, overflowing);
  }

  private void learn(boolean good) {
    delay = good ? Duration.ZERO : longer();
    waits++;
    if (delay.isZero()) {
      nextAt = Long.MIN_VALUE;
      context.setAccepting(true);
      return;
    }
    nextAt = now() + delay.toNanos();
    if (pauses) {
      context.setAccepting(false);
      long wait = waits;
      context.loop().schedule(delay, () -> goOn(wait));
    }
  }

  private void goOn(long wait) {
    if (wait == waits) {
      delay = Duration.ZERO;
      nextAt = Long.MIN_VALUE;
      context.setAccepting(true);
    }
  }

  /** Returns the step after the delay; the last stays. */
  private Duration longer() {
    Duration last = Duration.ZERO;
    for (Duration step : steps) {
      last = step;
      if (step.compareTo(delay) > 0) {
        break;
      }
    }
    return last;
  }

  private long now() {
    return context.host().time().monotonicNanos();
  }
}
