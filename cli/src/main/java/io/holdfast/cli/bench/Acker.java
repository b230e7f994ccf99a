package io.holdfast.cli.bench;

import io.holdfast.engine.Delivery;
import io.holdfast.engine.Subscriber;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Takes and acks all that comes, until it is told to end. Run by one thread. */
final class Acker implements Callable<@Nullable Void> {
  private static final Duration PATIENCE = Duration.ofMillis(50);

  private final Subscriber subscriber;
  private final AtomicBoolean ended = new AtomicBoolean();

  Acker(Subscriber subscriber) {
    this.subscriber = subscriber;
  }

  /** Ends it soon. */
  void end() {
    ended.set(true);
  }

  @Override
  public @Nullable Void call() throws InterruptedException {
    while (!ended.get()) {
      try (Delivery delivery = subscriber.next(PATIENCE)) {
        if (delivery != null) {
          delivery.ack();
        }
      }
    }
    return null;
  }
}
