package io.holdfast.pipeline.operator.wal;

import io.holdfast.engine.Delivery;
import io.holdfast.pipeline.bundle.StoredEvent;
import java.util.ArrayList;
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

  /** Those that were sent. */
  private final List<Row> sent;

  private int unsettled;
  private int collected;

  Held(Delivery delivery, List<StoredEvent> events) {
    this.delivery = delivery;
    this.events = events;
    this.sent = new ArrayList<>(events.size());
    this.unsettled = events.size();
  }

  /** An event of a bundle; its order is that of the buffer. */
  static final class Row {
    private final Held held;
    private final StoredEvent event;
    private final long order;
    private boolean collected;
    private boolean letGo;

    private Row(Held held, StoredEvent event, long order) {
      this.held = held;
      this.event = event;
      this.order = order;
    }

    Held held() {
      return held;
    }

    StoredEvent event() {
      return event;
    }

    long order() {
      return order;
    }

    /** Whether downstream keeps it until other events have come. */
    boolean isCollected() {
      return collected;
    }

    void setCollected(boolean now) {
      if (collected != now) {
        collected = now;
        held.collected += now ? 1 : -1;
      }
    }

    /** Whether it counts as done, whatever downstream may still say of it. */
    boolean isLetGo() {
      return letGo;
    }

    /** It counts as done, though it is not. */
    void letGo() {
      setCollected(false);
      letGo = true;
      held.delivered();
    }
  }

  boolean hasNext() {
    return sent.size() < events.size();
  }

  /** The next event that was never sent. */
  Row next(long order) {
    Row row = new Row(this, events.get(sent.size()), order);
    sent.add(row);
    return row;
  }

  /** How many events it has. */
  int size() {
    return events.size();
  }

  /** Whether it waits only for what downstream collects. */
  boolean isOnlyCollected() {
    return collected > 0 && collected == unsettled;
  }

  /** What downstream collects of it. */
  List<Row> collected() {
    return sent.stream().filter(Row::isCollected).toList();
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
