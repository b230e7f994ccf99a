package io.holdfast.pipeline.operator.wal;

import io.holdfast.engine.Delivery;
import io.holdfast.pipeline.bundle.StoredEvent;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** A bundle that was read, and what of it is not settled yet. Runs on the loop. */
final class Held {
  /** So many different reasons say enough. */
  private static final int MOST_REASONS = 5;

  private final Delivery delivery;
  private final List<StoredEvent> events;

  /** By their order in the buffer: in another order they would make another letter. */
  private final TreeMap<Long, StoredEvent> refused = new TreeMap<>();

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
  void refused(Row row, String reason) {
    unsettled--;
    refused.put(row.order(), row.event());
    if (reasons.size() < MOST_REASONS) {
      reasons.add(reason);
    }
  }

  /** Whether nothing of it is to be sent any more. */
  boolean isSettled() {
    return unsettled == 0;
  }

  /** What downstream will never take, in the order of the buffer. */
  List<StoredEvent> refused() {
    return List.copyOf(refused.values());
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
