package io.holdfast.pipeline;

import io.holdfast.script.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event and the duty to settle it. Whoever holds a parcel does exactly one thing with it:
 * settles it ({@link #ack}, {@link #fail}, {@link #refuse}), or passes the duty on ({@link #with},
 * {@link #fork}, {@link #join}), after which it is spent. Who keeps one until other events have
 * come says so ({@link #hold}).
 *
 * <p>To settle a spent parcel does nothing, so that a late answer and a time-out may race. To pass
 * the duty on twice is a mistake and throws. Hence what was handed out is settled at most once by
 * construction, and exactly once when no parcel is forgotten. Thread-safe.
 */
public final class Parcel {
  private static final Event NOTHING = Event.of(Value.NULL, 0, null, 0);

  private final Event event;
  private final Receiver receiver;

  /** What ends it that it is kept here; null when nobody has said that. Guarded by this. */
  private @Nullable Hold hold;

  private boolean spent;

  private Parcel(Event event, Receiver receiver) {
    this.event = event;
    this.receiver = receiver;
  }

  /**
   * A new duty.
   *
   * @param event what is handed out
   * @param receiver is told the outcome, once, on whatever thread settles it
   */
  public static Parcel of(Event event, Receiver receiver) {
    return new Parcel(event, receiver);
  }

  /**
   * One event made of several: how it is settled, all of them are.
   *
   * @throws IllegalStateException when one of them is spent; all others are failed then
   */
  public static Parcel join(Event event, List<Parcel> parcels) {
    List<Receiver> receivers = new ArrayList<>(parcels.size());
    try {
      for (Parcel parcel : parcels) {
        if (!parcel.takeDuty()) {
          throw new IllegalStateException("the duty for event " + parcel.event.id() + " is gone");
        }
        receivers.add(parcel.receiver);
      }
      return new Parcel(event, receivers.size() == 1 ? receivers.getFirst() : new All(receivers));
    } catch (Throwable trouble) {
      // Nobody would hold those that were passed on, so they are settled here.
      Outcome failed =
          Outcome.failed("it could not be joined with others: " + trouble.getMessage());
      receivers.forEach(receiver -> receiver.settled(failed));
      parcels.forEach(other -> other.settle(failed));
      throw trouble;
    }
  }

  /** The event. */
  public Event event() {
    return event;
  }

  /** Whether the duty is gone from this parcel. */
  public synchronized boolean isSpent() {
    return spent;
  }

  /** Whether the outcome means something to anybody; see {@link Receiver#cares}. */
  public boolean isCaredFor() {
    return receiver.cares();
  }

  /**
   * Says that it is kept until other events have come, so that whoever handed it out does not wait
   * for it before it hands out those. Until it is settled or passed on, or {@link #release} is
   * called; the last word counts. On a spent parcel this does nothing.
   *
   * @param until what ends it
   */
  public synchronized void hold(Hold until) {
    // Told within the lock, so that nothing is told of it once it is settled.
    if (!spent && hold != until) {
      hold = until;
      receiver.held(until);
    }
  }

  /** Says that it is not kept any more. Does nothing when it was not. */
  public synchronized void release() {
    if (hold != null) {
      hold = null;
      receiver.released();
    }
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
    if (!takeDuty()) {
      return false;
    }
    receiver.settled(outcome);
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
   * Passes the duty on to a parcel of no event, for who keeps nothing but the duty.
   *
   * @throws IllegalStateException when this parcel is spent
   */
  public Parcel withoutEvent() {
    return with(NOTHING);
  }

  /**
   * Passes the duty on to copies, all of which have to be settled; the worst outcome counts. When
   * one is not acked, those that are held by then are not waited for.
   *
   * @param copies how many, 1 or more
   * @throws IllegalStateException when this parcel is spent
   */
  public List<Parcel> fork(int copies) {
    if (copies < 1) {
      throw new IllegalArgumentException("a duty cannot be forked into " + copies);
    }
    spend();
    if (copies == 1) {
      return List.of(new Parcel(event, receiver));
    }
    CountDown countDown = new CountDown(copies, receiver);
    List<Parcel> parcels = new ArrayList<>(copies);
    for (int i = 0; i < copies; i++) {
      parcels.add(new Parcel(event, countDown.part()));
    }
    return parcels;
  }

  private void spend() {
    if (!takeDuty()) {
      throw new IllegalStateException("the duty for event " + event.id() + " is gone already");
    }
  }

  /** Takes the duty out of this parcel; false when it is gone already. */
  private synchronized boolean takeDuty() {
    boolean had = !spent;
    release();
    spent = true;
    return had;
  }

  @Override
  public String toString() {
    return "parcel of event " + Long.toUnsignedString(event.id()) + (isSpent() ? ", spent" : "");
  }

  /** Passes on what becomes of one event to all that it was made of. */
  private record All(List<Receiver> receivers) implements Receiver {
    @Override
    public void settled(Outcome outcome) {
      receivers.forEach(each -> each.settled(outcome));
    }

    @Override
    public void held(Hold hold) {
      receivers.forEach(each -> each.held(hold));
    }

    @Override
    public void released() {
      receivers.forEach(Receiver::released);
    }

    @Override
    public boolean cares() {
      return receivers.stream().anyMatch(Receiver::cares);
    }
  }
}
