package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.Hold;
import io.holdfast.pipeline.Outcome;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.Receiver;
import io.holdfast.script.Duty;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The duty for what windows hold, as a parcel without its event, of which they keep only what they
 * make of it.
 */
final class Share implements Duty {
  private static final Receiver NOBODY =
      new Receiver() {
        @Override
        public void settled(Outcome outcome) {}

        @Override
        public boolean cares() {
          return false;
        }
      };

  private final Parcel parcel;

  private Share(Parcel parcel) {
    this.parcel = parcel;
  }

  /** Takes the duty for an event over. */
  static Share of(Parcel parcel) {
    return new Share(parcel.withoutEvent());
  }

  /** Gives a duty that a select gave back to an event; nobody waits for it when there is none. */
  static Parcel parcel(@Nullable Duty duty, Event event) {
    return duty == null ? Parcel.of(event, NOBODY) : ((Share) duty).parcel.with(event);
  }

  @Override
  public List<Share> split(int parts) {
    return parcel.fork(parts).stream().map(Share::new).toList();
  }

  @Override
  public Share join(List<Duty> others) {
    try {
      List<Parcel> parcels = new ArrayList<>(others.size() + 1);
      parcels.add(parcel);
      for (Duty other : others) {
        parcels.add(((Share) other).parcel);
      }
      return new Share(Parcel.join(parcel.event(), parcels));
    } catch (Throwable trouble) {
      // Memory is short, mostly: nobody has them in hand any more.
      String reason = "what a window held could not be put together: " + trouble;
      parcel.fail(reason);
      for (Duty other : others) {
        ((Share) other).parcel.fail(reason);
      }
      throw trouble;
    }
  }

  @Override
  public void hold(boolean timed) {
    parcel.hold(timed ? Hold.UNTIL_TIME : Hold.UNTIL_MORE);
  }

  @Override
  public boolean matters() {
    return parcel.isCaredFor();
  }

  @Override
  public void done() {
    parcel.ack();
  }
}
