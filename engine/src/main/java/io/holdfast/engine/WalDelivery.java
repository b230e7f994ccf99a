package io.holdfast.engine;

import io.holdfast.engine.stored.Identity;
import io.holdfast.engine.stored.StoredBundle;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** A delivery of an entry that was read from a log. */
final class WalDelivery implements Delivery {
  private final WalSubscriber subscriber;
  private final Feed feed;
  private final StoredBundle entry;
  private final Subscription.Claim claim;
  private final Identity identity;
  private final AtomicBoolean resolved = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();

  WalDelivery(
      WalSubscriber subscriber,
      Feed feed,
      StoredBundle entry,
      Subscription.Claim claim,
      Identity identity) {
    this.subscriber = subscriber;
    this.feed = feed;
    this.entry = entry;
    this.claim = claim;
    this.identity = identity;
  }

  Feed feed() {
    return feed;
  }

  StoredBundle entry() {
    return entry;
  }

  Subscription.Claim claim() {
    return claim;
  }

  // What becomes of it in its subscription; each says whether it was still out.

  boolean resolve() {
    Identity stored = entry.identity();
    return feed.subscription()
        .resolve(stored, claim.epoch(), claim.located().items(), claim.located().length());
  }

  /** Whether it does not come any more, though its connection still has it. */
  boolean isResolved() {
    return feed.subscription().isResolved(entry.sequence(), claim.epoch());
  }

  int countFailure() {
    return feed.subscription().countFailure(entry.sequence(), claim.epoch());
  }

  boolean giveBack(long due) {
    return feed.subscription().giveBack(entry.sequence(), claim.epoch(), due);
  }

  void giveUpLater(GivenUp givenUp, long due) {
    feed.subscription().giveUpLater(entry.sequence(), claim.epoch(), givenUp, due);
  }

  @Override
  public RecordBundle bundle() {
    return entry.bundle();
  }

  @Override
  public long sequence() {
    return identity.sequence();
  }

  @Override
  public long ingestionEpochNanos() {
    return identity.time();
  }

  @Override
  public int attempt() {
    return claim.attempt();
  }

  @Override
  public int failures() {
    return feed.subscription().failures(entry.sequence());
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
  public void fail(String reason) {
    if (!resolved.getAndSet(true)) {
      subscriber.failed(this, reason);
    }
  }

  @Override
  public boolean reject(String reason) {
    return !resolved.getAndSet(true) && subscriber.rejected(this, reason, null);
  }

  @Override
  public boolean reject(String reason, RecordBundle rest) {
    if (resolved.get()) {
      return false;
    }
    GivenUp.Part part = feed.buffer().copy(rest, entry);
    if (resolved.getAndSet(true)) {
      part.rows().close();
      return false;
    }
    return subscriber.rejected(this, reason, part);
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
    feed.buffer().deliveryClosed();
  }

  /** Frees the memory of one that nobody was given. */
  void release() {
    resolved.set(true);
    close();
  }
}
