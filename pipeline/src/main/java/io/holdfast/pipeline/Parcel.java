package io.holdfast.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * An event and the duty to settle it. Whoever holds a parcel does exactly one thing with it:
 * settles it ({@link #ack}, {@link #fail}, {@link #refuse}), or passes the duty on ({@link #with},
 * {@link #fork}, {@link #join}), after which it is spent.
 *
 * <p>To settle a spent parcel does nothing, so that a late answer and a time-out may race. To pass
 * the duty on twice is a mistake and throws. Hence what was handed out is settled at most once by
 * construction, and exactly once when no parcel is forgotten. Thread-safe.
 */
public final class Parcel {
  private final Event event;
  private final Consumer<Outcome> receiver;
  private final AtomicBoolean spent = new AtomicBoolean();

  private Parcel(Event event, Consumer<Outcome> receiver) {
    this.event = event;
    this.receiver = receiver;
  }

  /**
   * A new duty.
   *
   * @param event what is handed out
   * @param receiver is told the outcome, once, on whatever thread settles it
   */
  public static Parcel of(Event event, Consumer<Outcome> receiver) {
    return new Parcel(event, receiver);
  }

  /**
   * One event made of several: how it is settled, all of them are.
   *
   * @throws IllegalStateException when one of them is spent; all others are failed then
   */
  public static Parcel join(Event event, List<Parcel> parcels) {
    List<Consumer<Outcome>> receivers = new ArrayList<>(parcels.size());
    for (Parcel parcel : parcels) {
      if (!parcel.spent.compareAndSet(false, true)) {
        // Nobody would hold those that were passed on, so they are settled here.
        String reason = "it was joined with an event that was settled before";
        receivers.forEach(receiver -> receiver.accept(Outcome.failed(reason)));
        parcels.forEach(other -> other.fail(reason));
        throw new IllegalStateException("the duty for event " + parcel.event.id() + " is gone");
      }
      receivers.add(parcel.receiver);
    }
    return new Parcel(
        event,
        outcome -> {
          for (Consumer<Outcome> each : receivers) {
            each.accept(outcome);
          }
        });
  }

  /** The event. */
  public Event event() {
    return event;
  }

  /** Whether the duty is gone from this parcel. */
  public boolean isSpent() {
    return spent.get();
  }

  /** Settles it: done. Returns false when it was spent before. */
  public boolean ack() {
    return settle(Outcome.ACKED);
  }

  /** Settles it: not now, {@code reason} says why. Returns false when it was spent before. */
  public boolean fail(String reason) {
    return settle(Outcome.failed(reason));
  }

  /** Settles it: never, {@code reason} says why. Returns false when it was spent before. */
  public boolean refuse(String reason) {
    return settle(Outcome.refused(reason));
  }

  /** Settles it. Returns false when it was spent before. */
  public boolean settle(Outcome outcome) {
    if (!spent.compareAndSet(false, true)) {
      return false;
    }
    receiver.accept(outcome);
    return true;
  }

  /**
   * Passes the duty on to an event that was derived from this one.
   *
   * @throws IllegalStateException when this parcel is spent
   */
  public Parcel with(Event derived) {
    spend();
    return new Parcel(derived, receiver);
  }

  /**
   * Passes the duty on to copies, all of which have to be settled; the worst outcome counts.
   *
   * @param copies how many, 1 or more
   * @throws IllegalStateException when this parcel is spent
   */
  public List<Parcel> fork(int copies) {
    if (copies < 1) {
      throw new IllegalArgumentException("a duty cannot be forked into " + copies);
    }
    spend();
    Consumer<Outcome> each = copies == 1 ? receiver : new CountDown(copies, receiver);
    List<Parcel> parcels = new ArrayList<>(copies);
    for (int i = 0; i < copies; i++) {
      parcels.add(new Parcel(event, each));
    }
    return parcels;
  }

  private void spend() {
    if (!spent.compareAndSet(false, true)) {
      throw new IllegalStateException("the duty for event " + event.id() + " is gone already");
    }
  }

  @Override
  public String toString() {
    return "parcel of event " + Long.toUnsignedString(event.id()) + (spent.get() ? ", spent" : "");
  }

  /** Waits for all copies and passes on the worst of their outcomes. */
  private static final class CountDown implements Consumer<Outcome> {
    private final AtomicInteger left;
    private final AtomicReference<Outcome> worst = new AtomicReference<>(Outcome.ACKED);
    private final Consumer<Outcome> receiver;

    CountDown(int copies, Consumer<Outcome> receiver) {
      this.left = new AtomicInteger(copies);
      this.receiver = receiver;
    }

    @Override
    public void accept(Outcome outcome) {
      worst.accumulateAndGet(outcome, Outcome::worse);
      if (left.decrementAndGet() == 0) {
        receiver.accept(worst.get());
      }
    }
  }
}
