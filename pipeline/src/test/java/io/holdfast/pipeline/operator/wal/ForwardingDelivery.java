package io.holdfast.pipeline.operator.wal;

import io.holdfast.engine.Delivery;
import io.holdfast.engine.RecordBundle;
import java.time.Duration;

/** A delivery that is another one, but for what a test changes. */
class ForwardingDelivery implements Delivery {
  private final Delivery real;

  ForwardingDelivery(Delivery real) {
    this.real = real;
  }

  @Override
  public RecordBundle bundle() {
    return real.bundle();
  }

  @Override
  public long sequence() {
    return real.sequence();
  }

  @Override
  public long ingestionEpochNanos() {
    return real.ingestionEpochNanos();
  }

  @Override
  public int attempt() {
    return real.attempt();
  }

  @Override
  public int failures() {
    return real.failures();
  }

  @Override
  public void ack() {
    real.ack();
  }

  @Override
  public void ackDurably() {
    real.ackDurably();
  }

  @Override
  public boolean reject(String reason) {
    return real.reject(reason);
  }

  @Override
  public boolean reject(String reason, RecordBundle rest) {
    return real.reject(reason, rest);
  }

  @Override
  public void fail(String reason) {
    real.fail(reason);
  }

  @Override
  public void defer(Duration delay) {
    real.defer(delay);
  }

  @Override
  public void hold() {
    real.hold();
  }

  @Override
  public void close() {
    real.close();
  }
}
