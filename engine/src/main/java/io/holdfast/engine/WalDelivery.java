package io.holdfast.engine;

import io.holdfast.engine.log.StoredEntry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** A delivery of an entry that was read from the log. */
final class WalDelivery implements Delivery {
  private final WalSubscriber subscriber;
  private final StoredEntry entry;
  private final Subscription.Claim claim;
  private final AtomicBoolean resolved = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();

  WalDelivery(WalSubscriber subscriber, StoredEntry entry, Subscription.Claim claim) {
    this.subscriber = subscriber;
    this.entry = entry;
    this.claim = claim;
  }

  StoredEntry entry() {
    return entry;
  }

  Subscription.Claim claim() {
    return claim;
  }

  @Override
  public RecordBundle bundle() {
    return entry.bundle();
  }

  @Override
  public long sequence() {
    return entry.sequence();
  }

  @Override
  public long ingestionEpochNanos() {
    return entry.time();
  }

  @Override
  public int attempt() {
    return claim.attempt();
  }

  @Override
  public void ack() {
    if (!resolved.getAndSet(true)) {
      subscriber.acked(this);
    }
  }

  @Override
  public void ackDurably() {
    if (!resolved.getAndSet(true)) {
      subscriber.ackedDurably(this);
    }
  }

  @Override
  public int failures() {
    return subscriber.failures(this);
  }

  @Override
  public void fail(String reason) {
    if (!resolved.getAndSet(true)) {
      subscriber.failed(this, reason);
    }
  }

  @Override
  public void reject(String reason) {
    if (!resolved.getAndSet(true)) {
      subscriber.rejected(this, reason);
    }
  }

  @Override
  public void defer(Duration delay) {
    if (!resolved.getAndSet(true)) {
      subscriber.deferred(this, delay);
    }
  }

  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    if (!resolved.getAndSet(true)) {
      subscriber.givenBack(this);
    }
    entry.close();
    subscriber.closed();
  }

  /** Frees the memory of one that nobody was given. */
  void release() {
    resolved.set(true);
    close();
  }
}
