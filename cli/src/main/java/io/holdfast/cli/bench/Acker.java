package io.holdfast.cli.bench;

import io.holdfast.engine.Delivery;
import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.Subscriber;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Takes, decodes and acks all that comes, until it is told to end or has so many. Run by one
 * thread.
 */
final class Acker implements Callable<@Nullable Void> {
  private static final Duration PATIENCE = Duration.ofMillis(50);

  private final Subscriber subscriber;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final long enough;

  Acker(Subscriber subscriber) {
    this(subscriber, Long.MAX_VALUE);
  }

  Acker(Subscriber subscriber, long enough) {
    this.subscriber = subscriber;
    this.enough = enough;
  }

  /** Ends it soon. */
  void end() {
    ended.set(true);
  }

  @Override
  public @Nullable Void call() throws InterruptedException {
    long count = 0;
    while (!ended.get() && count < enough) {
      try (Delivery delivery = subscriber.next(PATIENCE)) {
        if (delivery != null) {
          delivery.bundle().slots().forEach(RecordBundle.Slot::root);
          delivery.ack();
          count++;
        }
      }
    }
    return null;
  }
}
