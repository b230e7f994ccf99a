package io.holdfast.engine;

import io.holdfast.engine.log.Identity;
import io.holdfast.engine.log.Log;
import io.holdfast.engine.progress.ProgressFile;
import io.holdfast.engine.progress.ResolvedSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The state of one subscriber, connected or not: what is resolved, what is out, what waits to come
 * again. Thread-safe.
 */
final class Subscription {
  /**
   * An entry that was taken, for delivery or to be given up.
   *
   * @param givenUp why it is not to be delivered any more; null when it is
   * @param isNews whether the disk must know of it before it is delivered
   */
  record Claim(
      Log.Located located, int attempt, long epoch, @Nullable GivenUp givenUp, boolean isNews) {}

  private record Waiting(long due, int attempts) {}

  private final String id;
  private final Log log;
  private final ResolvedSet resolved;
  private @Nullable Identity highest;
  private boolean dirty;

  /** The low-water mark of the last snapshot, and of the last one that is durable. */
  private long writtenLowWater;

  private long durableLowWater;

  /** Where new bundles are looked for. */
  private long readFrom;

  /** Given back or deferred, by sequence. */
  private final TreeMap<Long, Waiting> again = new TreeMap<>();

  /** Out, with the number of this attempt. */
  private final Map<Long, Integer> out = new HashMap<>();

  /** Failed attempts of what is not resolved, those of earlier owners included. */
  private final Map<Long, Integer> failures;

  /** What is to be given up, and could not be yet. */
  private final TreeMap<Long, GivenUp> leaving = new TreeMap<>();

  private long leavingDue;
  private final int maxAttempts;
  private final CrashGuard guard;

  /** From a sequence on, the first that may be delivered; {@code Long.MAX_VALUE} for none. */
  private LongUnaryOperator gate = LongUnaryOperator.identity();

  private boolean connected;

  /** Counts connections, so that deliveries of an earlier one resolve nothing. */
  private long epoch;

  private final Log.Totals base;
  private final Log.Totals addedAtBase;
  private long resolvedBundles;
  private long resolvedItems;
  private long resolvedBytes;

  /** A subscriber that goes on from this progress. */
  Subscription(String id, Log log, ProgressFile progress, BufferOptions options) {
    this.id = id;
    this.log = log;
    this.resolved = progress.resolved();
    this.highest = progress.highest().orElse(null);
    this.readFrom = resolved.lowWater();
    this.durableLowWater = resolved.lowWater();
    this.maxAttempts = options.retryPolicy().maxAttempts();
    this.failures = new HashMap<>(progress.failures());
    failures.keySet().removeIf(resolved::contains);
    this.guard =
        new CrashGuard(
            options.maxCrashes(),
            progress.handedOut(),
            resolved::contains,
            resolved.firstMissing(resolved.lowWater()),
            log.lastSequence(resolved.lowWater() - 1) + 1);
    Log.Counted counted = log.countNow(sequence -> !resolved.contains(sequence));
    this.base = counted.wanted();
    this.addedAtBase = counted.added();
  }

  String id() {
    return id;
  }

  /** Connects; empty when it is connected already. What it gives stands for the connection. */
  synchronized OptionalLong connect() {
    if (connected) {
      return OptionalLong.empty();
    }
    connected = true;
    epoch++;
    return OptionalLong.of(epoch);
  }

  /** Gives back all that is out. */
  synchronized void disconnect() {
    connected = false;
    epoch++;
    out.forEach((sequence, attempt) -> again.put(sequence, new Waiting(Long.MIN_VALUE, attempt)));
    out.clear();
    guard.disconnect();
    dirty = true;
  }

  synchronized boolean isConnected() {
    return connected;
  }

  /** Takes the next entry that may go out, if there is one and the connection still stands. */
  synchronized @Nullable Claim claim(long connection, long now, int maxInFlight) {
    if (!connected || connection != epoch || guard.isOneAlone(now)) {
      return null;
    }
    if (!leaving.isEmpty()) {
      // Until there is room for it where it goes, nothing else comes.
      return leavingDue > now ? null : take(leaving.firstKey(), now);
    }
    for (Map.Entry<Long, Waiting> entry : again.entrySet()) {
      if (entry.getValue().due <= now) {
        return take(entry.getKey(), now);
      }
    }
    if (out.size() + again.size() >= maxInFlight) {
      return null;
    }
    while (true) {
      long from = resolved.firstMissing(readFrom);
      long allowed = gate.applyAsLong(from);
      if (allowed == Long.MAX_VALUE) {
        return null;
      }
      Optional<Log.Located> found = log.next(allowed);
      if (found.isEmpty()) {
        return null;
      }
      Log.Located located = found.get();
      long sequence = located.sequence();
      readFrom = sequence;
      if (resolved.contains(sequence) || gate.applyAsLong(sequence) != sequence) {
        located.release();
        continue;
      }
      readFrom++;
      if (out.containsKey(sequence) || again.containsKey(sequence)) {
        located.release();
        continue;
      }
      return take(located, now);
    }
  }

  /** From now on only what the gate lets through is delivered; again from the earliest on. */
  synchronized void deliverOnly(LongUnaryOperator newGate) {
    gate = newGate;
    readFrom = resolved.lowWater();
  }

  /** How many are out or wait to come again. */
  synchronized int inFlight() {
    return out.size() + again.size();
  }

  /** The entry from a sequence on that is not resolved; the caller releases or reads it. */
  synchronized Optional<Log.Located> nextUnresolved(long from) {
    long at = from;
    while (true) {
      Optional<Log.Located> found = log.next(resolved.firstMissing(at));
      if (found.isEmpty() || !resolved.contains(found.get().sequence())) {
        return found;
      }
      at = found.get().sequence();
      found.get().release();
    }
  }

  /** Puts a delivery back as if it never was out; false when it was not. */
  synchronized boolean takeBack(long sequence, long fromEpoch) {
    if (fromEpoch != epoch || out.remove(sequence) == null) {
      return false;
    }
    guard.isBack(sequence);
    readFrom = Math.min(readFrom, sequence);
    return true;
  }

  /** What counted against a bundle counts no more. */
  synchronized void forgive(long sequence) {
    failures.remove(sequence);
    guard.forgive(sequence);
    dirty = true;
  }

  /** Resolves what nobody has in hands; false when somebody does, or it is resolved already. */
  synchronized boolean drop(Log.Located located) {
    long sequence = located.sequence();
    if (out.containsKey(sequence) || resolved.contains(sequence)) {
      return false;
    }
    again.remove(sequence);
    leaving.remove(sequence);
    out.put(sequence, 0);
    return resolve(sequence, epoch, located.items(), located.length());
  }

  private Claim take(long sequence, long now) {
    Optional<Log.Located> located = log.find(sequence);
    if (located.isEmpty()) {
      throw new IllegalStateException("sequence " + sequence + " left the log unresolved");
    }
    return take(located.get(), now);
  }

  private Claim take(Log.Located located, long now) {
    long sequence = located.sequence();
    Waiting waiting = again.remove(sequence);
    int attempt = waiting == null ? 1 : waiting.attempts + 1;
    out.put(sequence, attempt);
    GivenUp givenUp = leaving.remove(sequence);
    if (givenUp == null) {
      givenUp = isTooMuch(sequence);
    }
    boolean news = givenUp == null && guard.handOut(sequence, now);
    dirty |= news;
    return new Claim(located, attempt, epoch, givenUp, news);
  }

  private @Nullable GivenUp isTooMuch(long sequence) {
    int crashes = guard.tooMany(sequence);
    if (crashes > 0) {
      return new GivenUp(
          "the process ended " + crashes + " times while this bundle was out alone", crashes);
    }
    int failed = failures(sequence);
    return failed >= maxAttempts ? new GivenUp("it has failed " + failed + " times", failed) : null;
  }

  /** How many attempts have failed, with earlier owners too. */
  synchronized int failures(long sequence) {
    return failures.getOrDefault(sequence, 0);
  }

  /** Whether a delivery is still the one that is out. */
  synchronized boolean isOut(long sequence, long fromEpoch) {
    return fromEpoch == epoch && out.containsKey(sequence);
  }

  /** Ends a delivery for good; false when it was not out any more. */
  synchronized boolean resolve(long sequence, long fromEpoch, int items, int bytes) {
    if (fromEpoch != epoch || out.remove(sequence) == null) {
      return false;
    }
    resolved.add(sequence, sequence);
    failures.remove(sequence);
    guard.forget(sequence);
    resolvedBundles++;
    resolvedItems += items;
    resolvedBytes += bytes;
    dirty = true;
    return true;
  }

  /** As {@link #resolve}, of an entry that was read. */
  synchronized boolean resolve(Identity identity, long fromEpoch, int items, int bytes) {
    if (!resolve(identity.sequence(), fromEpoch, items, bytes)) {
      return false;
    }
    if (highest == null || identity.sequence() > highest.sequence()) {
      highest = identity;
    }
    return true;
  }

  /** Puts a delivery back in line; false when it was not out any more. */
  synchronized boolean giveBack(long sequence, long fromEpoch, long due) {
    if (fromEpoch != epoch) {
      return false;
    }
    Integer attempt = out.remove(sequence);
    if (attempt == null) {
      return false;
    }
    guard.isBack(sequence);
    again.put(sequence, new Waiting(due, attempt));
    return true;
  }

  /**
   * Counts a failed attempt against a delivery.
   *
   * @return how many there are now, 0 when it was not out any more
   */
  synchronized int countFailure(long sequence, long fromEpoch) {
    if (fromEpoch != epoch || !out.containsKey(sequence)) {
      return 0;
    }
    dirty = true;
    return failures.merge(sequence, 1, Integer::sum);
  }

  /** A delivery that is to be given up could not be; nothing else comes before it. */
  synchronized void giveUpLater(long sequence, long fromEpoch, GivenUp givenUp, long due) {
    if (giveBack(sequence, fromEpoch, due)) {
      leaving.put(sequence, givenUp);
      leavingDue = due;
    }
  }

  /** When something may come that cannot come now; {@code Long.MAX_VALUE} when nothing does. */
  synchronized long nextDue(long now) {
    long due = guard.aloneUntil().orElse(Long.MAX_VALUE);
    due = due > now ? due : Long.MAX_VALUE;
    for (Waiting waiting : again.values()) {
      if (waiting.due > now) {
        due = Math.min(due, waiting.due);
      }
    }
    return due;
  }

  synchronized Subscriber.Backlog backlog() {
    Log.Totals added = log.added();
    return new Subscriber.Backlog(
        base.bundles() + added.bundles() - addedAtBase.bundles() - resolvedBundles,
        base.items() + added.items() - addedAtBase.items() - resolvedItems,
        base.bytes() + added.bytes() - addedAtBase.bytes() - resolvedBytes);
  }

  /** A copy of what is resolved. */
  synchronized ResolvedSet resolved() {
    return new ResolvedSet(resolved);
  }

  /** Whether there is progress that is not on the disk. */
  synchronized boolean isDirty() {
    return dirty;
  }

  /**
   * The progress as it is now, and clean from now on. The low-water mark is raised over sequences
   * that no file holds.
   */
  synchronized ProgressFile snapshot() {
    long end = log.lastSequence(resolved.lowWater() - 1) + 1;
    long from = resolved.lowWater();
    while (true) {
      Optional<Log.Located> found = log.next(resolved.firstMissing(from));
      long sequence = found.map(Log.Located::sequence).orElse(end);
      found.ifPresent(Log.Located::release);
      if (found.isEmpty() || !resolved.contains(sequence)) {
        resolved.raise(Math.min(sequence, Math.max(end, resolved.lowWater())));
        break;
      }
      from = sequence;
    }
    dirty = false;
    writtenLowWater = resolved.lowWater();
    return new ProgressFile(
        false,
        new ResolvedSet(resolved),
        Optional.ofNullable(highest),
        guard.snapshot(resolved.lowWater()),
        Map.copyOf(failures));
  }

  /** The last {@link #snapshot} did not reach the disk. */
  synchronized void markDirty() {
    dirty = true;
  }

  /** The last {@link #snapshot} is durable. */
  synchronized void markDurable() {
    durableLowWater = writtenLowWater;
    guard.snapshotCounts();
  }

  /** What is handed out cannot be written; that must not hold anybody back. */
  synchronized void goOnUnwritten() {
    guard.snapshotCounts();
  }

  /** Everything below is resolved, durably. */
  synchronized long durableLowWater() {
    return durableLowWater;
  }
}
