package io.holdfast.engine;

import io.holdfast.engine.stored.DamagedBundleException;
import io.holdfast.engine.stored.Identity;
import io.holdfast.engine.stored.Located;
import io.holdfast.engine.stored.StoredBundle;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A delivery of an entry that was read from a log. */
final class WalDelivery implements Delivery {
  private final WalSubscriber subscriber;
  private final Feed feed;
  private final Identity identity;

  /** Of the claim, without what it held of the files. */
  private final int attempt;

  private final long epoch;
  private final int items;
  private final int length;

  /** What it is where it is stored. */
  private final Identity stored;

  private final AtomicBoolean resolved = new AtomicBoolean();

  /** Null while its memory is free. Guarded by this. */
  private @Nullable StoredBundle entry;

  private boolean closed;

  WalDelivery(
      WalSubscriber subscriber,
      Feed feed,
      StoredBundle entry,
      Subscription.Claim claim,
      Identity identity) {
    this.subscriber = subscriber;
    this.feed = feed;
    this.entry = entry;
    this.attempt = claim.attempt();
    this.epoch = claim.epoch();
    this.items = claim.located().items();
    this.length = claim.located().length();
    this.identity = identity;
    this.stored = entry.identity();
  }

  Feed feed() {
    return feed;
  }

  Identity stored() {
    return stored;
  }

  /**
   * The bundle for one who closes it, also after its memory was freed.
   *
   * @throws StorageException when it is to be read again, and cannot be
   */
  StoredBundle share() {
    synchronized (this) {
      if (entry != null) {
        return entry.share();
      }
    }
    return readAgain();
  }

  /** As one that is handed out: the memory for its rows is there until it is freed. */
  private StoredBundle readCounted() {
    boolean read = false;
    feed.buffer().handedOut();
    try {
      StoredBundle bundle = readAgain();
      read = true;
      return bundle;
    } finally {
      if (!read) {
        feed.buffer().deliveryClosed();
      }
    }
  }

  private StoredBundle readAgain() {
    WalBuffer buffer = feed.buffer();
    buffer.checkOpen();
    try {
      Optional<Located> located = buffer.store().find(stored.sequence());
      if (located.isPresent()) {
        return buffer.store().read(located.get());
      }
    } catch (DamagedBundleException damaged) {
      throw new StorageException(String.valueOf(damaged.getMessage()), damaged);
    } catch (IOException e) {
      // Closing closes the files as well: then that is the reason.
      buffer.checkOpen();
      throw new StorageException(
          "the bundle with sequence "
              + stored.sequence()
              + " cannot be read again ("
              + e.getMessage()
              + "); it stays in line",
          e);
    }
    buffer.checkOpen();
    throw new StorageException(
        "the bundle with sequence " + stored.sequence() + " is not there any more", null);
  }

  // What becomes of it in its subscription; each says whether it was still out.

  boolean resolve() {
    boolean done = feed.subscription().resolve(stored, epoch, items, length);
    if (done) {
      feed.resolved(stored.sequence());
    }
    return done;
  }

  /** Whether it does not come any more, though its connection still has it. */
  boolean isResolved() {
    return feed.subscription().isResolved(stored.sequence(), epoch);
  }

  int countFailure() {
    return feed.subscription().countFailure(stored.sequence(), epoch);
  }

  boolean giveBack(long due) {
    return feed.subscription().giveBack(stored.sequence(), epoch, due);
  }

  Subscription.Hold stayOut() {
    return feed.subscription().hold(stored.sequence(), epoch, attempt);
  }

  boolean takeBack() {
    return feed.subscription().takeBack(stored.sequence(), epoch);
  }

  void giveUpLater(GivenUp givenUp, long due) {
    feed.subscription().giveUpLater(stored.sequence(), epoch, givenUp, due);
  }

  @Override
  public synchronized RecordBundle bundle() {
    if (closed) {
      throw new IllegalStateException("this delivery is closed, and its bundle is gone");
    }
    if (entry == null) {
      entry = readCounted();
    }
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
    return attempt;
  }

  @Override
  public int failures() {
    return feed.subscription().failures(stored.sequence());
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
    GivenUp.Part part = feed.buffer().copy(rest, stored, length);
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
  public void hold() {
    if (!resolved.get() && subscriber.hold(this)) {
      free(false);
    }
  }

  @Override
  public void close() {
    if (!resolved.getAndSet(true)) {
      subscriber.givenBack(this);
    }
    free(true);
  }

  private void free(boolean forEver) {
    StoredBundle freed;
    synchronized (this) {
      closed |= forEver;
      freed = entry;
      entry = null;
    }
    if (freed != null) {
      freed.close();
      feed.buffer().deliveryClosed();
    }
  }

  /** Frees the memory of one that nobody was given. */
  void release() {
    resolved.set(true);
    free(true);
  }
}
