package io.holdfast.pipeline.operator.wal;

import io.holdfast.engine.Delivery;
import io.holdfast.pipeline.bundle.StoredEvent;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A bundle that was read, and what of it is not settled yet. Runs on the loop. */
final class Held {
  /** So many different reasons say enough. */
  private static final int MOST_REASONS = 5;

  private final Delivery delivery;
  private final List<StoredEvent> events;
  private final List<StoredEvent> refused = new ArrayList<>();
  private final Set<String> reasons = new LinkedHashSet<>();
  private int next;
  private int unsettled;

  Held(Delivery delivery, List<StoredEvent> events) {
    this.delivery = delivery;
    this.events = events;
    this.unsettled = events.size();
  }

  /** An event of a bundle; its order is that of the buffer. */
  record Row(Held held, StoredEvent event, long order) {}

  boolean hasNext() {
    return next < events.size();
  }

  /** The next event that was never sent. */
  Row next(long order) {
    return new Row(this, events.get(next++), order);
  }

  /** One event is done for good. */
  void delivered() {
    unsettled--;
  }

  /** Downstream will never take this event. */
  void refused(StoredEvent event, String reason) {
    unsettled--;
    refused.add(event);
    if (reasons.size() < MOST_REASONS) {
      reasons.add(reason);
    }
  }

  /** Whether nothing of it is to be sent any more. */
  boolean isSettled() {
    return unsettled == 0;
  }

  /** What downstream will never take. */
  List<StoredEvent> refused() {
    return refused;
  }

  /** Whether that is all of it. */
  boolean isAllRefused() {
    return refused.size() == events.size();
  }

  /** Why, for people. */
  String reason() {
    return String.join("; ", reasons);
  }

  Delivery delivery() {
    return delivery;
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
}
