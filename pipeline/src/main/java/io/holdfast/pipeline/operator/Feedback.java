package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.Hold;
import io.holdfast.pipeline.Outcome;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.Receiver;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Watches how the events that an operator emits fare, and how long that takes. */
final class Feedback {
  private final OperatorContext context;
  private final double limitMillis;
  private final Consumer<Boolean> listener;

  /**
   * Feedback for an operator.
   *
   * @param limitMillis how long an event may take to be settled
   * @param listener is told on the loop, once for each event, whether it was acked in that time, or
   *     came within it to where it is held; and again if one that came there is bad in the end
   */
  Feedback(OperatorContext context, double limitMillis, Consumer<Boolean> listener) {
    this.context = context;
    this.limitMillis = limitMillis;
    this.listener = listener;
  }

  /** Passes the duty for a parcel on to one that is watched from now on. */
  Parcel watched(Parcel parcel) {
    return Parcel.of(parcel.event(), new Watch(parcel.withoutEvent()));
  }

  /** Watches one event. How long a window or a batch holds it says nothing of how it fares. */
  private final class Watch implements Receiver {
    private final Parcel duty;
    private volatile long since = now();
    private volatile boolean isHeld;

    /** The last that was told of it; null before. */
    private volatile @Nullable Boolean told;

    Watch(Parcel duty) {
      this.duty = duty;
    }

    @Override
    public void settled(Outcome outcome) {
      boolean good = outcome.isAcked() && isInTime();
      duty.settle(outcome);
      tell(good);
    }

    @Override
    public void held(Hold hold) {
      if (!isHeld) {
        isHeld = true;
        tell(isInTime());
      }
      duty.hold(hold);
    }

    @Override
    public void released() {
      isHeld = false;
      since = now();
      duty.release();
    }

    @Override
    public boolean cares() {
      return duty.isCaredFor();
    }

    private boolean isInTime() {
      return (now() - since) / 1e6 <= limitMillis;
    }

    private void tell(boolean good) {
      // A window may hold it for long, so that it came there well is said at once; but it is one
      // event, though several hold it in turn.
      Boolean before = told;
      if (before == null || (before && !good)) {
        told = good;
        context.loop().post(() -> listener.accept(good));
      }
    }
  }

  private long now() {
    return context.host().time().monotonicNanos();
  }
}
