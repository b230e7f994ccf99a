package io.holdfast.pipeline.operator.wal;

import io.holdfast.engine.Delivery;
import io.holdfast.pipeline.bundle.EventBundle;
import io.holdfast.pipeline.bundle.StoredEvent;
import java.time.Duration;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A bundle that was read, and what of it is not settled yet. While downstream collects all that is
 * left of it, its events are on the disk only. Runs on the loop, but for {@link #isOver}.
 */
final class Held {
  /** So many different reasons say enough. */
  private static final int MOST_REASONS = 5;

  private final Delivery delivery;
  private final int size;

  /** Null while they are on the disk only. */
  private @Nullable List<StoredEvent> events;

  private int sent;
  private int settled;
  private final Tally tally = new Tally();

  private @Nullable Refused refused;
  private boolean resting;
  private boolean readAgain;
  private volatile boolean over;

  /**
   * What downstream will never take.
   *
   * @param rows by their place in the bundle: in another order they would make another letter
   * @param reasons why
   */
  private record Refused(BitSet rows, Set<String> reasons) {}

  Held(Delivery delivery, List<StoredEvent> events) {
    this.delivery = delivery;
    this.events = events;
    this.size = events.size();
  }

  /** An event of a bundle that was sent; its order is that of the buffer. */
  static final class Row {
    private final Held held;
    private final int index;
    private final long order;
    private Place place = Place.HERE;

    private Row(Held held, int index, long order) {
      this.held = held;
      this.index = index;
      this.order = order;
    }

    Held held() {
      return held;
    }

    long order() {
      return order;
    }

    Place place() {
      return place;
    }

    void move(Place now) {
      held.tally.count(place, -1);
      held.tally.count(now, 1);
      place = now;
    }
  }

  boolean hasNext() {
    return sent < size;
  }

  /** The next event that was never sent. */
  Row next(long order) {
    return new Row(this, sent++, order);
  }

  /**
   * An event of it, to be sent.
   *
   * @throws RuntimeException when it is on the disk only and cannot be read
   */
  StoredEvent event(Row row) {
    List<StoredEvent> read = events;
    if (read == null) {
      read = EventBundle.decode(delivery.bundle());
      // What was decoded does not need the memory that it was read into.
      delivery.hold();
      events = read;
      readAgain = true;
    }
    return read.get(row.index);
  }

  /** Whether its events were read a second time. */
  boolean isReadAgain() {
    return readAgain;
  }

  /** Its events are on the disk only, until one is needed. */
  void forget() {
    events = null;
  }

  /** How many events it has. */
  int size() {
    return size;
  }

  /** Where those are that are not here. */
  Tally tally() {
    return tally;
  }

  /** Whether all that is left of it is collected by downstream. */
  boolean isOnlyCollected() {
    return settled < size && tally.collected() == size - settled;
  }

  /** Whether its events are on the disk only, since {@link #rest}. */
  boolean isResting() {
    return resting;
  }

  /** From now on nothing of it is needed until something happens to it. */
  void rest() {
    resting = true;
    if (events != null) {
      events = null;
      delivery.hold();
    }
  }

  /** Something has happened to it. */
  void wake() {
    resting = false;
  }

  /** An event is done for good. */
  void delivered() {
    settled++;
  }

  /** Downstream will never take this event. */
  void refused(Row row, String reason) {
    settled++;
    Refused all = refused == null ? new Refused(new BitSet(), new LinkedHashSet<>()) : refused;
    all.rows.set(row.index);
    if (all.reasons.size() < MOST_REASONS) {
      all.reasons.add(reason);
    }
    refused = all;
  }

  /** Whether nothing of it is to be sent any more. */
  boolean isSettled() {
    return settled == size;
  }

  /** What downstream will never take, by its place in the bundle. */
  BitSet refused() {
    return refused == null ? new BitSet() : refused.rows;
  }

  /** Why, for people. */
  String reason() {
    return refused == null ? "" : String.join("; ", refused.reasons);
  }

  Delivery delivery() {
    return delivery;
  }

  /** Nobody asks for what becomes of its events any more. */
  void end() {
    over = true;
    events = null;
  }

  /** Whether nobody asks any more. On any thread. */
  boolean isOver() {
    return over;
  }

  /** All of it is done. */
  void ack() {
    delivery.ack();
    delivery.close();
  }

  /** Gives the bundle back as a whole. */
  void giveBack() {
    delivery.close();
  }

  /** Gives the bundle back as a whole, to come again after a while. */
  void giveBack(Duration pause) {
    delivery.defer(pause);
    delivery.close();
  }
}
