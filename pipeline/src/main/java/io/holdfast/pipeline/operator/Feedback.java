package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.Parcel;
import java.util.function.Consumer;

/** Watches how the events that an operator emits fare, and how long that takes. */
final class Feedback {
  private final OperatorContext context;
  private final double limitMillis;
  private final Consumer<Boolean> listener;

  /**
   * Feedback for an operator.
   *
   * @param limitMillis how long an event may take to be settled
   * @param listener is told on the loop, for each event, whether it was acked in that time
   */
  Feedback(OperatorContext context, double limitMillis, Consumer<Boolean> listener) {
    this.context = context;
    this.limitMillis = limitMillis;
    this.listener = listener;
  }

  /** Passes the duty for a parcel on to one that is watched from now on. */
  Parcel watched(Parcel parcel) {
    long sent = context.host().time().monotonicNanos();
    Parcel duty = parcel.with(parcel.event());
    return Parcel.of(
        parcel.event(),
        outcome -> {
          double millis = (context.host().time().monotonicNanos() - sent) / 1e6;
          boolean good = outcome.isAcked() && millis <= limitMillis;
          duty.settle(outcome);
          context.loop().post(() -> listener.accept(good));
        });
  }
}
