package io.holdfast.cli;

import io.holdfast.engine.CorruptException;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.Subscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Prints what a subscriber has not got yet, and acks what was printed, as the buffer's owner. */
final class AckingTail {
  /** So much is printed before it is acked: a kill repeats no more than this. */
  private static final int BATCH = 256;

  private static final int BATCH_CHARS = 256 << 10;
  private static final Duration WAIT = Duration.ofMillis(100);

  private final Console console;
  private final StopSignal stop;
  private boolean rejected;

  AckingTail(Console console, StopSignal stop) {
    this.console = console;
    this.stop = stop;
  }

  /** Prints until nothing is left, or until it is stopped. */
  ExitCode run(DurableBuffer buffer, String id, boolean follow) {
    try (Subscriber subscriber = buffer.subscribe(id)) {
      while (!stop.isStopped()) {
        List<Delivery> batch = new ArrayList<>();
        try {
          if (!fill(subscriber, batch, follow)) {
            break;
          }
          if (!batch.isEmpty() && !print(batch)) {
            console.say(
                "holdfast: nobody reads the events any more; what was not printed is given back");
            break;
          }
        } finally {
          batch.forEach(Delivery::close);
        }
      }
    }
    return rejected ? ExitCode.BAD : ExitCode.DONE;
  }

  /** Takes what is there; false when nothing is left and nothing is waited for. */
  private boolean fill(Subscriber subscriber, List<Delivery> batch, boolean follow) {
    Delivery first = subscriber.next(Duration.ZERO);
    if (first == null) {
      // What is left and does not come now is on its way: given back, or to be tried again.
      if (!follow && subscriber.backlog().bundles() == 0) {
        return false;
      }
      first = subscriber.next(WAIT);
    }
    long chars = 0;
    for (Delivery next = first;
        next != null;
        next =
            batch.size() < BATCH && chars < BATCH_CHARS ? subscriber.next(Duration.ZERO) : null) {
      batch.add(next);
      chars += next.bundle().slots().stream().mapToLong(slot -> 64L * slot.rowCount()).sum();
    }
    return true;
  }

  /** Prints a batch and acks it; false when nobody reads. */
  private boolean print(List<Delivery> batch) {
    StringBuilder out = new StringBuilder();
    List<Delivery> printed = new ArrayList<>();
    for (Delivery delivery : batch) {
      int start = out.length();
      try {
        String head =
            "\"sequence\":"
                + (delivery.sequence() < 0 ? "null" : delivery.sequence())
                + ",\"attempt\":"
                + delivery.attempt();
        EventLines.append(out, head, delivery.bundle());
        printed.add(delivery);
      } catch (CorruptException e) {
        out.setLength(start);
        rejected = true;
        console.say("holdfast: " + e.getMessage() + "; it is a dead letter now");
        delivery.reject("it holds no record batch");
      }
    }
    console.out().append(out);
    if (console.out().checkError()) {
      return false;
    }
    printed.forEach(Delivery::ack);
    return true;
  }
}
