package io.holdfast.pipeline.operator.wal;

import io.holdfast.engine.Delivery;
import io.holdfast.engine.LossReason;
import io.holdfast.engine.Subscriber;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A subscriber whose deliveries are wrapped. */
record WrappingSubscriber(Subscriber real, UnaryOperator<Delivery> wrap) implements Subscriber {
  @Override
  public String id() {
    return real.id();
  }

  @Override
  public @Nullable Delivery next(Duration timeout) {
    Delivery next = real.next(timeout);
    return next == null ? null : wrap.apply(next);
  }

  @Override
  public void whenAvailable(Runnable listener) {
    real.whenAvailable(listener);
  }

  @Override
  public Backlog backlog() {
    return real.backlog();
  }

  @Override
  public OptionalLong oldestEpochNanos() {
    return real.oldestEpochNanos();
  }

  @Override
  public Backlog lost(LossReason reason) {
    return real.lost(reason);
  }

  @Override
  public void flush() {
    real.flush();
  }

  @Override
  public void close() {
    real.close();
  }
}
