package io.holdfast.pipeline.operator.wal;

import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.Hold;
import io.holdfast.pipeline.Outcome;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.Receiver;
import io.holdfast.pipeline.operator.OperatorContext;
import io.holdfast.pipeline.operator.wal.Held.Row;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What downstream says of the events that were sent, on any thread, until the loop takes it. */
final class Reports {
  private final OperatorContext context;
  private final Runnable taker;
  private final ConcurrentLinkedQueue<Report> queue = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean isPosted = new AtomicBoolean();

  /** What became of an event. */
  sealed interface Report {
    /** The event. */
    Row row();
  }

  /** It is settled. */
  record Settled(Row row, Outcome outcome) implements Report {}

  /** Downstream collects it. */
  record Collected(Row row, Hold hold) implements Report {}

  /** It is on its way again. */
  record Released(Row row) implements Report {}

  /**
   * Nothing is said yet.
   *
   * @param taker is run on the loop when something was
   */
  Reports(OperatorContext context, Runnable taker) {
    this.context = context;
    this.taker = taker;
  }

  /** An event that is sent, of which is reported. */
  Parcel parcel(Row row, Event event) {
    return Parcel.of(event, new Sent(row));
  }

  private final class Sent implements Receiver {
    private final Row row;

    Sent(Row row) {
      this.row = row;
    }

    @Override
    public void settled(Outcome outcome) {
      add(new Settled(row, outcome));
    }

    @Override
    public void held(Hold hold) {
      add(new Collected(row, hold));
    }

    @Override
    public void released() {
      add(new Released(row));
    }

    @Override
    public boolean cares() {
      return !row.held().isOver();
    }
  }

  private void add(Report report) {
    if (report.row().held().isOver()) {
      return;
    }
    queue.add(report);
    if (isPosted.compareAndSet(false, true)) {
      context
          .loop()
          .post(
              () -> {
                isPosted.set(false);
                taker.run();
              });
    }
  }

  /** Whether all that was said was taken. */
  boolean isEmpty() {
    return queue.isEmpty();
  }

  /** What was said first, null when there is nothing. */
  @Nullable Report next() {
    return queue.poll();
  }

  /** Forgets what was said. */
  void clear() {
    queue.clear();
  }
}
