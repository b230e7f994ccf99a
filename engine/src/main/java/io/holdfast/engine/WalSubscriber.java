package io.holdfast.engine;

import io.holdfast.engine.log.DamagedEntryException;
import io.holdfast.engine.log.Identity;
import io.holdfast.engine.log.StoredEntry;
import io.holdfast.engine.tasks.WaitSet;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A connection to a subscription. */
final class WalSubscriber implements Subscriber {
  private final WalBuffer buffer;
  private final Subscription subscription;
  private final long connection;
  private final WaitSet available;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable Runnable listener;

  WalSubscriber(WalBuffer buffer, Subscription subscription, long connection) {
    this.connection = connection;
    this.buffer = buffer;
    this.subscription = subscription;
    this.available = new WaitSet(buffer.options().tasks(), buffer.options().time());
  }

  @Override
  public String id() {
    return subscription.id();
  }

  @Override
  public @Nullable Delivery next(Duration timeout) {
    long nanos = WaitSet.nanos(timeout);
    long start = buffer.options().time().monotonicNanos();
    while (true) {
      long spent = buffer.options().time().monotonicNanos() - start;
      Subscription.Claim claim = claim(Math.max(0, nanos - spent));
      if (claim == null) {
        return null;
      }
      if (claim.isNews()) {
        buffer.writeHandedOut(subscription);
      }
      WalDelivery delivery = read(claim);
      GivenUp givenUp = claim.givenUp();
      if (delivery == null) {
        continue;
      }
      if (givenUp == null) {
        buffer.delivered(claim.attempt());
        return delivery;
      }
      giveUp(delivery, givenUp);
      delivery.release();
    }
  }

  private Subscription.@Nullable Claim claim(long nanos) {
    var claimed =
        new Object() {
          Subscription.@Nullable Claim claim;
        };
    available.awaitInterruptibly(
        () -> {
          checkOpen();
          claimed.claim =
              subscription.claim(
                  connection,
                  buffer.options().time().monotonicNanos(),
                  buffer.options().maxInFlight());
          return claimed.claim != null;
        },
        nanos);
    return claimed.claim;
  }

  /** Null when the entry is damaged: it is given up, and the next one is tried. */
  private @Nullable WalDelivery read(Subscription.Claim claim) {
    long sequence = claim.located().sequence();
    try {
      StoredEntry entry = buffer.log().read(claim.located());
      buffer.handedOut();
      return new WalDelivery(this, entry, claim);
    } catch (DamagedEntryException damaged) {
      subscription.resolve(
          sequence, claim.epoch(), claim.located().items(), claim.located().length());
      buffer.report("holdfast.wal.corrupt", Level.ERROR, damaged.getMessage() + "; it is lost");
      buffer.progressMade();
      return null;
    } catch (IOException e) {
      subscription.giveBack(sequence, claim.epoch(), Long.MIN_VALUE);
      // Closing closes the files as well: then that is the reason.
      checkOpen();
      throw new StorageException(
          "the bundle with sequence "
              + sequence
              + " cannot be read ("
              + e.getMessage()
              + "); it stays in line",
          e);
    } catch (Throwable failure) {
      subscription.giveBack(sequence, claim.epoch(), Long.MIN_VALUE);
      throw failure;
    }
  }

  void acked(WalDelivery delivery) {
    if (resolve(delivery)) {
      buffer.acked();
    }
  }

  void ackedDurably(WalDelivery delivery) {
    if (!resolve(delivery)) {
      throw new ClosedException(
          "subscriber "
              + id()
              + " was closed meanwhile and has given sequence "
              + delivery.sequence()
              + " back; it comes again");
    }
    buffer.acked();
    buffer.flush(subscription);
  }

  void rejected(WalDelivery delivery, String reason) {
    int attempts = subscription.countFailure(delivery.sequence(), delivery.claim().epoch());
    if (attempts > 0) {
      giveUp(delivery, new GivenUp(reason, attempts));
    }
  }

  void failed(WalDelivery delivery, String reason) {
    int attempts = subscription.countFailure(delivery.sequence(), delivery.claim().epoch());
    if (attempts == 0) {
      return;
    }
    buffer.failed();
    RetryPolicy policy = buffer.options().retryPolicy();
    if (attempts >= policy.maxAttempts()) {
      giveUp(delivery, new GivenUp(reason, attempts));
      return;
    }
    Duration delay = policy.delay(attempts, buffer.options().random());
    long due = buffer.options().time().monotonicNanos() + delay.toNanos();
    if (subscription.giveBack(delivery.sequence(), delivery.claim().epoch(), due)) {
      buffer.progressMade();
      comesAgain(delay);
    }
  }

  private void giveUp(WalDelivery delivery, GivenUp givenUp) {
    if (resolve(delivery)) {
      buffer.rejected();
      buffer.report(
          "holdfast.subscriber.reject",
          Level.WARNING,
          "subscriber "
              + id()
              + " gave up sequence "
              + delivery.sequence()
              + ": "
              + givenUp.reason());
    }
  }

  private boolean resolve(WalDelivery delivery) {
    StoredEntry entry = delivery.entry();
    boolean done =
        subscription.resolve(
            new Identity(entry.sequence(), entry.time(), entry.crc()),
            delivery.claim().epoch(),
            delivery.claim().located().items(),
            entry.length());
    if (done) {
      buffer.progressMade();
      mayHaveMore();
    }
    return done;
  }

  void deferred(WalDelivery delivery, Duration delay) {
    long nanos = WaitSet.nanos(delay);
    long due = buffer.options().time().monotonicNanos() + nanos;
    if (subscription.giveBack(delivery.sequence(), delivery.claim().epoch(), due)) {
      buffer.deferred();
      comesAgain(Duration.ofNanos(nanos));
    }
  }

  private void comesAgain(Duration delay) {
    buffer.wakeAfter(delay);
    // Another may have waited for this one to be no longer out.
    mayHaveMore();
  }

  void givenBack(WalDelivery delivery) {
    if (subscription.giveBack(delivery.sequence(), delivery.claim().epoch(), Long.MIN_VALUE)) {
      mayHaveMore();
    }
  }

  int failures(WalDelivery delivery) {
    return subscription.failures(delivery.sequence());
  }

  void closed() {
    buffer.deliveryClosed();
  }

  /** Wakes those who wait for a bundle. */
  void mayHaveMore() {
    available.signalAll();
    Runnable told = listener;
    if (told != null) {
      try {
        told.run();
      } catch (RuntimeException | Error thrown) {
        buffer.report(
            "holdfast.listener.failure",
            Level.WARNING,
            "the listener of subscriber " + id() + " failed: " + thrown);
      }
    }
  }

  @Override
  public void whenAvailable(Runnable newListener) {
    listener = newListener;
    mayHaveMore();
  }

  @Override
  public Backlog backlog() {
    return subscription.backlog();
  }

  @Override
  public void flush() {
    checkOpen();
    buffer.flush();
  }

  private void checkOpen() {
    buffer.checkOpen();
    if (closed.get()) {
      throw new ClosedException("subscriber " + id() + " is closed");
    }
  }

  /** Without the flush: the buffer closes all at once. */
  void detach() {
    if (!closed.getAndSet(true)) {
      listener = null;
      subscription.disconnect();
      available.signalAll();
    }
  }

  @Override
  public void close() {
    if (closed.get()) {
      return;
    }
    detach();
    buffer.disconnected(this);
  }
}
