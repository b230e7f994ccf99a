package io.holdfast.pipeline.operator.wal;

import io.holdfast.engine.Delivery;
import io.holdfast.pipeline.bundle.StoredEvent;
import java.util.List;

/** A bundle that was read, and what of it is not settled yet. Runs on the loop. */
final class Held {
  private final Delivery delivery;
  private final List<StoredEvent> events;
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

  /** One event is done for good; with the last one the bundle is. True then. */
  boolean settleOne() {
    unsettled--;
    if (unsettled > 0) {
      return false;
    }
    delivery.ack();
    delivery.close();
    return true;
  }

  /** Gives the bundle back as a whole. */
  void giveBack() {
    delivery.close();
  }
}
