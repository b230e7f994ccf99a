package io.holdfast.engine;

import io.holdfast.engine.segment.RefusedSegmentException;
import io.holdfast.engine.stored.DamagedBundleException;
import io.holdfast.engine.stored.Identity;
import io.holdfast.engine.stored.Located;
import io.holdfast.engine.stored.Refusals;
import io.holdfast.engine.stored.StoredBundle;
import io.holdfast.engine.stored.Totals;
import io.holdfast.engine.tasks.WaitSet;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A connection to a subscription, and to its dead letters while they are replayed. */
final class WalSubscriber implements Subscriber {
  /** What could not be read is not tried before this time again. */
  private static final long READ_RETRY_NANOS = 5_000_000_000L;

  /** Longer than who reads waits after a failure: else that is all that it would come to. */
  private static final long MEMORY_RETRY_NANOS = 60_000_000_000L;

  /** After so long it is tried again to give up what could not be. */
  private static final Duration GIVE_UP_RETRY = Duration.ofSeconds(1);

  private final WalBuffer buffer;
  private final LogFeed feed;
  private final long connection;
  private final WaitSet available;
  private final Map<Unread, Refusals> unread = new ConcurrentHashMap<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean paused = new AtomicBoolean();
  private final AtomicBoolean replayPaused = new AtomicBoolean();
  private volatile @Nullable Runnable listener;

  /** The threads that are in the listener, and whether there was news for it meanwhile. */
  private final Map<Thread, Boolean> telling = new ConcurrentHashMap<>();

  /** The connection to the letters, once some are replayed. Guarded by this. */
  private @Nullable Replay replay;

  private record Replay(LetterFeed letters, long connection) {}

  /** A claim and where it is from. */
  private record Taken(Feed feed, Subscription.Claim claim) {}

  /** A bundle that the disk has refused to give, of the line or of the letters. */
  private record Unread(Subscription of, long key) {}

  WalSubscriber(WalBuffer buffer, LogFeed feed, long connection) {
    this.connection = connection;
    this.buffer = buffer;
    this.feed = feed;
    this.available = new WaitSet(buffer.options().tasks(), buffer.options().time());
  }

  @Override
  public String id() {
    return feed.subscription().id();
  }

  @Override
  public @Nullable Delivery next(Duration timeout) {
    long nanos = WaitSet.nanos(timeout);
    long start = now();
    while (true) {
      long spent = now() - start;
      Taken taken = take(Math.max(0, nanos - spent));
      if (taken == null) {
        return null;
      }
      Subscription.Claim claim = taken.claim();
      if (claim.isNews()) {
        taken.feed().buffer().writeHandedOut(taken.feed().subscription());
        wakeWhenDue();
      }
      GivenUp givenUp = claim.givenUp();
      if (givenUp != null && givenUp.part() != null) {
        // What is to be kept is in memory: the bundle itself need not be readable any more.
        claim.located().release();
        StoredBundle rows = givenUp.part().rows();
        giveUp(new WalDelivery(this, taken.feed(), rows, claim, named(taken, rows)), givenUp);
        continue;
      }
      WalDelivery delivery = read(taken);
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

  /** What it is called, for people. */
  private static Identity named(Taken taken, StoredBundle rows) {
    try {
      return taken.feed().identity(rows, taken.claim()).orElse(rows.identity());
    } catch (IOException refused) {
      return rows.identity();
    }
  }

  private long now() {
    return buffer.options().time().monotonicNanos();
  }

  private @Nullable Taken take(long nanos) {
    var found =
        new Object() {
          @Nullable Taken taken;
        };
    available.awaitInterruptibly(
        () -> {
          checkOpen();
          found.taken = take();
          return found.taken != null;
        },
        nanos);
    return found.taken;
  }

  private @Nullable Taken take() {
    LetterFeed letters = feed.box().replays();
    try {
      return letters == null
          ? take(feed, connection, buffer.options().maxInFlight())
          : takeWith(letters, buffer.options().maxInFlight());
    } catch (IOException e) {
      checkOpen();
      if (e instanceof RefusedSegmentException refused) {
        buffer.store().count(refused, now());
        buffer.wakeAfter(Duration.ofNanos(READ_RETRY_NANOS));
      }
      throw new StorageException(
          "a segment cannot be read (" + e.getMessage() + "); what it holds stays in line", e);
    } finally {
      // With no lock held: whoever is told may close the buffer.
      tellLosses(feed);
      if (letters != null) {
        tellLosses(letters);
      }
    }
  }

  /** Letters first: they are older. */
  private synchronized @Nullable Taken takeWith(LetterFeed letters, int most) throws IOException {
    // Who closes this has disconnected the letters by now, or does so after this.
    checkOpen();
    Replay replaying = replay;
    if (replaying == null || !replaying.letters().equals(letters)) {
      OptionalLong connected = letters.subscription().connect();
      if (connected.isEmpty()) {
        return take(feed, connection, most);
      }
      replaying = new Replay(letters, connected.getAsLong());
      replay = replaying;
    }
    // One that may end the process is out alone among both, or the wrong one is suspected.
    if (feed.subscription().isOneAlone(now())) {
      return null;
    }
    Taken letter = take(letters, replaying.connection(), most - feed.subscription().out());
    return letter != null || letters.subscription().isOneAlone(now())
        ? letter
        : take(feed, connection, most - letters.subscription().out());
  }

  private @Nullable Taken take(Feed from, long as, int mostInFlight) throws IOException {
    Subscription.Claim claim =
        from.subscription().claim(as, now(), mostInFlight, from.buffer().notBefore());
    return claim == null ? null : new Taken(from, claim);
  }

  private static void tellLosses(Feed of) {
    of.buffer().lost(of.subscription());
    of.buffer().tellFindings();
  }

  private static void lost(Taken taken) {
    Located located = taken.claim().located();
    long epoch = taken.claim().epoch();
    Subscription subscription = taken.feed().subscription();
    if (subscription.resolve(located.key(), epoch, located.items(), located.length())) {
      taken.feed().resolved(located.key());
    }
  }

  /** Null when the entry is damaged and given up, or has gone meanwhile: the next one is tried. */
  private @Nullable WalDelivery read(Taken taken) {
    Subscription.Claim claim = taken.claim();
    long sequence = claim.located().key();
    StoredBundle entry = null;
    boolean given = false;
    // Before it is read: a buffer that closes meanwhile leaves it readable.
    taken.feed().buffer().handedOut();
    try {
      entry = taken.feed().buffer().store().readOnce(claim.located());
      Optional<Identity> identity = taken.feed().identity(entry, claim);
      if (identity.isEmpty()) {
        return null;
      }
      given = true;
      unread.remove(unread(taken));
      return new WalDelivery(this, taken.feed(), entry, claim, identity.get());
    } catch (DamagedBundleException damaged) {
      lost(taken);
      buffer.report("holdfast.wal.corrupt", Level.ERROR, damaged.getMessage() + "; it is lost");
      taken.feed().buffer().progressMade();
      return null;
    } catch (IOException e) {
      // Closing closes the files as well: then that is the reason.
      if (buffer.isOpen() && isRefusedForGood(taken)) {
        unread.remove(unread(taken));
        lost(taken);
        buffer.report(
            "holdfast.wal.corrupt",
            Level.ERROR,
            "the bundle with sequence "
                + sequence
                + " cannot be read ("
                + e.getMessage()
                + "), again and again; it is lost");
        taken.feed().buffer().progressMade();
        return null;
      }
      throw later(taken, String.valueOf(e.getMessage()), READ_RETRY_NANOS, e);
    } catch (OutOfMemoryError tooLittle) {
      // Never counted: it may be whole, and there may be memory for it later.
      throw later(taken, "there is too little memory for it", MEMORY_RETRY_NANOS, tooLittle);
    } catch (Throwable failure) {
      giveBack(taken, Long.MIN_VALUE);
      throw failure;
    } finally {
      if (!given) {
        if (entry != null) {
          entry.close();
        }
        taken.feed().buffer().deliveryClosed();
      }
    }
  }

  private static Unread unread(Taken taken) {
    return new Unread(taken.feed().subscription(), taken.claim().located().key());
  }

  /** Whether it is this bundle that cannot be read, and not the disk that reads nothing. */
  private boolean isRefusedForGood(Taken taken) {
    Refusals refusals = unread.computeIfAbsent(unread(taken), none -> new Refusals());
    // Letters are on the same disk as the line.
    return refusals.isTooMuch(now(), buffer.store().triedReads());
  }

  /** Not at once: what lies behind it must not wait for a bad sector, or for memory. */
  private StorageException later(Taken taken, String why, long nanos, Throwable cause) {
    giveBack(taken, now() + nanos);
    checkOpen();
    buffer.wakeAfter(Duration.ofNanos(nanos));
    return new StorageException(
        "the bundle with sequence "
            + taken.claim().located().key()
            + " cannot be read ("
            + why
            + "); it stays in line",
        cause);
  }

  /** Puts back what was taken; what was given up stays so. */
  private static void giveBack(Taken taken, long due) {
    Subscription subscription = taken.feed().subscription();
    Subscription.Claim claim = taken.claim();
    if (claim.givenUp() == null) {
      subscription.giveBack(claim.located().key(), claim.epoch(), due);
    } else {
      subscription.giveUpLater(claim.located().key(), claim.epoch(), claim.givenUp(), due);
    }
  }

  void acked(WalDelivery delivery) {
    if (resolve(delivery)) {
      buffer.acked();
    }
  }

  void ackedDurably(WalDelivery delivery) {
    if (resolve(delivery)) {
      buffer.acked();
    } else if (!delivery.isResolved()) {
      // Else a policy took it meanwhile: it does not come again either.
      throw new ClosedException(
          "subscriber "
              + id()
              + " was closed meanwhile and has given sequence "
              + delivery.sequence()
              + " back; it comes again unless that was resolved");
    }
    delivery.feed().buffer().flush(delivery.feed().subscription());
  }

  private boolean resolve(WalDelivery delivery) {
    boolean done = delivery.resolve();
    if (done) {
      delivery.feed().buffer().progressMade();
      mayHaveMore();
    }
    return done;
  }

  boolean rejected(WalDelivery delivery, String reason, GivenUp.@Nullable Part part) {
    GivenUp givenUp = new GivenUp(reason, delivery.countFailure(), part);
    if (givenUp.attempts() > 0) {
      return giveUp(delivery, givenUp);
    }
    givenUp.release();
    return false;
  }

  void failed(WalDelivery delivery, String reason) {
    int attempts = delivery.countFailure();
    if (attempts == 0) {
      return;
    }
    buffer.failed();
    RetryPolicy policy = buffer.options().retryPolicy();
    if (attempts >= policy.maxAttempts()) {
      giveUp(delivery, new GivenUp(reason, attempts));
    } else {
      delivery.feed().buffer().progressMade();
      comesAgain(delivery, policy.delay(attempts, buffer.options().random()));
    }
  }

  void deferred(WalDelivery delivery, Duration delay) {
    if (comesAgain(delivery, delay)) {
      buffer.deferred();
    }
  }

  /** Whether it is out still, and has left its place to another one now. */
  boolean hold(WalDelivery delivery) {
    Subscription.Hold held = delivery.stayOut();
    if (held == Subscription.Hold.NOT_OUT) {
      return false;
    }
    if (held == Subscription.Hold.WAS_ALONE) {
      delivery.feed().buffer().writeHandedOut(delivery.feed().subscription());
    }
    delivery.feed().buffer().progressMade();
    mayHaveMore();
    return true;
  }

  private boolean comesAgain(WalDelivery delivery, Duration delay) {
    if (!delivery.giveBack(now() + WaitSet.nanos(delay))) {
      return false;
    }
    wakeWhenDue();
    // Another may have waited for this one to be no longer out.
    mayHaveMore();
    return true;
  }

  void givenBack(WalDelivery delivery) {
    if (delivery.giveBack(Long.MIN_VALUE)) {
      mayHaveMore();
    }
  }

  /** Whether it is given up; else it waits, or was not out any more. */
  private boolean giveUp(WalDelivery delivery, GivenUp givenUp) {
    boolean done = false;
    boolean ofReplay = delivery.feed() instanceof LetterFeed;
    AtomicBoolean waits = ofReplay ? replayPaused : paused;
    String who = (ofReplay ? "the replay of dead letters to subscriber " : "subscriber ") + id();
    try {
      String became = delivery.feed().giveUp(delivery, givenUp);
      givenUp.release();
      if (became.isEmpty()) {
        return false;
      }
      done = true;
      buffer.rejected();
      buffer.report(
          "holdfast.subscriber.reject",
          Level.WARNING,
          "subscriber "
              + id()
              + " gave up "
              + (givenUp.part() == null ? "" : "a part of ")
              + "sequence "
              + delivery.sequence()
              + " ("
              + givenUp.reason()
              + "); "
              + became);
      if (waits.getAndSet(false)) {
        buffer.report("holdfast.subscriber.resume", Level.INFO, who + " goes on");
      }
      delivery.feed().buffer().progressMade();
    } catch (ClosedException closing) {
      givenUp.release();
      delivery.giveBack(Long.MIN_VALUE);
    } catch (HoldfastException refused) {
      delivery.giveUpLater(givenUp, now() + GIVE_UP_RETRY.toNanos());
      if (!waits.getAndSet(true)) {
        buffer.report(
            "holdfast.subscriber.pause",
            Level.WARNING,
            (ofReplay ? "new bundles go on, but " : "")
                + who
                + " waits: sequence "
                + delivery.sequence()
                + " is given up ("
                + givenUp.reason()
                + ") and cannot be kept as a dead letter: "
                + refused.getMessage());
      }
      wakeWhenDue();
    }
    mayHaveMore();
    return done;
  }

  private void wakeWhenDue() {
    long now = now();
    long due = nextDue(now);
    if (due != Long.MAX_VALUE) {
      buffer.wakeAfter(Duration.ofNanos(due - now));
    }
  }

  /** When something may come that cannot come now; {@code Long.MAX_VALUE} when nothing does. */
  long nextDue(long now) {
    LetterFeed letters = feed.box().replays();
    return Math.min(
        feed.subscription().nextDue(now),
        letters == null ? Long.MAX_VALUE : letters.subscription().nextDue(now));
  }

  /** Wakes those who wait for a bundle. */
  void mayHaveMore() {
    available.signalAll();
    Thread self = Thread.currentThread();
    // A listener that acks brings this about itself. To call it from within it, for each of a
    // thousand acks within the one before, would be a deep stack: it is called again behind it.
    if (listener == null || telling.replace(self, true) != null) {
      return;
    }
    try {
      do {
        telling.put(self, false);
        tell();
      } while (telling.getOrDefault(self, false));
    } finally {
      telling.remove(self);
    }
  }

  private void tell() {
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
    try {
      return feed.subscription().backlog();
    } catch (IOException e) {
      throw new StorageException("a segment cannot be read (" + e.getMessage() + ")", e);
    }
  }

  @Override
  public OptionalLong oldestEpochNanos() {
    try {
      return feed.subscription().oldest();
    } catch (IOException e) {
      throw new StorageException("a segment cannot be read (" + e.getMessage() + ")", e);
    }
  }

  @Override
  public Backlog lost(LossReason reason) {
    Totals lost = feed.subscription().lost(reason);
    return new Backlog(lost.bundles(), lost.items(), lost.bytes());
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
      feed.subscription().disconnect();
      synchronized (this) {
        if (replay != null) {
          replay.letters().subscription().disconnect();
        }
      }
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
