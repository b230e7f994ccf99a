package io.holdfast.engine;

import io.holdfast.engine.log.Log;
import io.holdfast.engine.progress.Attempts;
import io.holdfast.engine.progress.Losses;
import io.holdfast.engine.progress.ResolvedSet;
import io.holdfast.engine.stored.Identity;
import io.holdfast.engine.stored.Located;
import io.holdfast.engine.stored.Totals;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
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
   * A bundle that was taken, for delivery or to be given up.
   *
   * @param givenUp why it is not to be delivered any more; null when it is
   * @param isNews whether the disk must know of it before it is delivered
   */
  record Claim(
      Located located, int attempt, long epoch, @Nullable GivenUp givenUp, boolean isNews) {}

  private record Waiting(long due, int attempts) {}

  private final String id;
  private final Store store;
  private final ResolvedSet resolved;
  private @Nullable Identity highest;
  private boolean dirty;

  /** What the last snapshot held, and the last one that is durable. Neither changes. */
  private ResolvedSet written;

  private ResolvedSet durable;
  private Attempts writtenAttempts = Attempts.NONE;
  private Losses losses;
  private long newlyLost;

  /** Where new bundles are looked for. */
  private long readFrom;

  /** Given back or deferred, by sequence. */
  private final TreeMap<Long, Waiting> again = new TreeMap<>();

  /** Out, with the number of this attempt. */
  private final Map<Long, Integer> out = new HashMap<>();

  /** Out as well, but for long: it takes nobody's place. */
  private final Map<Long, Integer> held = new HashMap<>();

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
  private boolean progressed;

  /** Counts connections, so that deliveries of an earlier one resolve nothing. */
  private long epoch;

  /** What was unresolved when somebody first asked, and what appends had added by then. */
  private Log.@Nullable Counted counted;

  private long countedAt;

  /** Below this nothing was in line at first, and not all of it may have been here. */
  private final long startedAt;

  /** What was resolved since. */
  private Totals resolvedSince = Totals.NONE;

  /** A subscriber that goes on from this progress. */
  Subscription(String id, Store store, SubscriberFiles.Progress progress, BufferOptions options) {
    this.id = id;
    this.store = store;
    this.resolved = progress.resolved();
    this.highest = progress.highest();
    this.readFrom = resolved.lowWater();
    this.startedAt = resolved.lowWater();
    this.written = new ResolvedSet(resolved);
    this.durable = written;
    this.maxAttempts = options.retryPolicy().maxAttempts();
    long end = store.lastSequence(resolved.lowWater() - 1) + 1;
    this.failures = new HashMap<>(progress.attempts().failures());
    // What is not there yet is another bundle than the one that this was counted against.
    failures.keySet().removeIf(key -> key >= end || resolved.contains(key));
    this.losses = progress.attempts().losses();
    this.guard =
        new CrashGuard(options.maxCrashes(), progress.attempts().handedOut(), resolved, end);
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
    held.forEach(this::comesAgain);
    held.clear();
    out.forEach(this::comesAgain);
    out.clear();
    guard.disconnect();
    dirty = true;
  }

  private void comesAgain(long sequence, int attempt) {
    again.put(sequence, new Waiting(Long.MIN_VALUE, attempt));
  }

  /** Whether somebody has it in hands. */
  private boolean isOut(long sequence) {
    return out.containsKey(sequence) || held.containsKey(sequence);
  }

  /** Takes it out of somebody's hands: which attempt that was, or null for none. */
  private @Nullable Integer takeFromHands(long sequence) {
    Integer attempt = out.remove(sequence);
    return attempt == null ? held.remove(sequence) : attempt;
  }

  /** What came of a {@link #hold}. */
  enum Hold {
    NOT_OUT,
    HELD,
    /** And the disk says that it is out alone, until it is told otherwise. */
    WAS_ALONE
  }

  /** It stays out for long, if it still is, in the same attempt. */
  synchronized Hold hold(long sequence, long fromEpoch, int attempt) {
    if (fromEpoch != epoch) {
      return Hold.NOT_OUT;
    }
    if (!out.remove(sequence, attempt)) {
      return Objects.equals(held.get(sequence), attempt) ? Hold.HELD : Hold.NOT_OUT;
    }
    held.put(sequence, attempt);
    dirty = true;
    return guard.hold(sequence) ? Hold.WAS_ALONE : Hold.HELD;
  }

  /** Whether something was resolved since the buffer was opened. */
  synchronized boolean hasProgressed() {
    return progressed;
  }

  synchronized boolean isConnected() {
    return connected;
  }

  /**
   * Takes the next entry that may go out, if there is one and the connection still stands.
   *
   * @param now monotonic, for what is due
   * @param notBefore nanoseconds since the epoch: what was appended before has expired
   */
  synchronized @Nullable Claim claim(long connection, long now, int maxInFlight, long notBefore)
      throws IOException {
    if (!connected || connection != epoch || guard.isOneAlone(now)) {
      return null;
    }
    if (!leaving.isEmpty()) {
      // Until there is room for it where it goes, nothing else comes.
      return leavingDue > now ? null : take(leaving.firstKey(), now);
    }
    if (out.size() >= maxInFlight) {
      return null;
    }
    for (var entry = again.firstEntry(); entry != null; entry = again.higherEntry(entry.getKey())) {
      if (entry.getValue().due <= now) {
        Claim claim = isExpired(entry.getKey(), notBefore) ? null : take(entry.getKey(), now);
        if (claim != null) {
          return claim;
        }
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
      Optional<Located> found = store.next(allowed);
      if (found.isEmpty()) {
        return null;
      }
      Located located = found.get();
      long sequence = located.key();
      readFrom = sequence;
      if (resolved.contains(sequence) || gate.applyAsLong(sequence) != sequence) {
        located.release();
        continue;
      }
      readFrom++;
      if (isOut(sequence) || again.containsKey(sequence)) {
        located.release();
        continue;
      }
      if (located.isOlderThan(notBefore)) {
        lose(located, LossReason.EXPIRED);
        located.release();
        continue;
      }
      return take(located, now);
    }
  }

  /** Loses what waits to come again, when it has expired meanwhile. */
  private boolean isExpired(long key, long notBefore) throws IOException {
    Optional<Located> located = store.find(key);
    try {
      if (located.isEmpty() || !located.get().isOlderThan(notBefore)) {
        return false;
      }
      lose(located.get(), LossReason.EXPIRED);
      return true;
    } finally {
      located.ifPresent(Located::release);
    }
  }

  /** A policy takes a bundle; a delivery of it that is out stays valid, its ack does nothing. */
  private void lose(Located located, LossReason reason) {
    long key = located.key();
    held.remove(key);
    out.put(key, 0);
    again.remove(key);
    stopLeaving(key);
    resolve(key, epoch, located.items(), located.length());
    losses = losses.plus(reason, located.items(), located.length());
    newlyLost++;
  }

  /**
   * A policy takes all that is not resolved up to a key.
   *
   * @return how many that were
   */
  synchronized long loseUpTo(long last, LossReason reason) throws IOException {
    long before = losses.of(reason).bundles();
    while (true) {
      Optional<Located> found = nextUnresolved(resolved.lowWater());
      if (found.isEmpty() || found.get().key() > last) {
        found.ifPresent(Located::release);
        return losses.of(reason).bundles() - before;
      }
      lose(found.get(), reason);
      found.get().release();
    }
  }

  /** What policies have taken, with earlier owners too. */
  synchronized Totals lost(LossReason reason) {
    return losses.of(reason);
  }

  /** How many bundles policies have taken since this was asked last. */
  synchronized long takeNewlyLost() {
    long lost = newlyLost;
    newlyLost = 0;
    return lost;
  }

  /** From now on only what the gate lets through is delivered; again from the earliest on. */
  synchronized void deliverOnly(LongUnaryOperator newGate) {
    gate = newGate;
    readFrom = resolved.lowWater();
  }

  /** How many are out, but for those that are held. */
  synchronized int out() {
    return out.size();
  }

  /** Whether nothing may go out now, because one is out alone. */
  synchronized boolean isOneAlone(long now) {
    return guard.isOneAlone(now);
  }

  /** The entry from a sequence on that is not resolved; the caller releases or reads it. */
  synchronized Optional<Located> nextUnresolved(long from) throws IOException {
    return store.nextMissing(resolved, from);
  }

  /** When the earliest that is not resolved was appended, nanoseconds since the epoch. */
  synchronized OptionalLong oldest() throws IOException {
    return store.oldestMissing(resolved);
  }

  /** Puts a delivery back as if it never was out; false when it was not. */
  synchronized boolean takeBack(long sequence, long fromEpoch) {
    if (fromEpoch != epoch || takeFromHands(sequence) == null) {
      return false;
    }
    guard.isBack(sequence);
    readFrom = Math.min(readFrom, sequence);
    return true;
  }

  /** What counted against a bundle counts no more. */
  synchronized void forgive(long sequence) {
    boolean counted = failures.remove(sequence) != null;
    dirty |= guard.forgive(sequence) || counted;
  }

  /** Resolves what nobody has in hands; false when somebody does, or it is resolved already. */
  synchronized boolean drop(Located located) {
    long sequence = located.key();
    if (isOut(sequence) || resolved.contains(sequence)) {
      return false;
    }
    again.remove(sequence);
    stopLeaving(sequence);
    out.put(sequence, 0);
    return resolve(sequence, epoch, located.items(), located.length());
  }

  private void stopLeaving(long key) {
    GivenUp givenUp = leaving.remove(key);
    if (givenUp != null) {
      givenUp.release();
    }
  }

  private @Nullable Claim take(long key, long now) throws IOException {
    Optional<Located> located = store.find(key);
    if (located.isEmpty()) {
      // Its segment turned out to be damaged, and was set aside as a whole.
      again.remove(key);
      stopLeaving(key);
      return null;
    }
    return take(located.get(), now);
  }

  private Claim take(Located located, long now) {
    long sequence = located.key();
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
    return fromEpoch == epoch && isOut(sequence);
  }

  /** Whether it is resolved, for the connection that it was handed out to. */
  synchronized boolean isResolved(long sequence, long fromEpoch) {
    return fromEpoch == epoch && resolved.contains(sequence);
  }

  /** Ends a delivery for good; false when it was not out any more. */
  synchronized boolean resolve(long sequence, long fromEpoch, int items, int bytes) {
    if (fromEpoch != epoch || takeFromHands(sequence) == null) {
      return false;
    }
    resolved.add(sequence, sequence);
    failures.remove(sequence);
    guard.forget(sequence);
    resolvedSince = resolvedSince.plus(items, bytes);
    progressed = true;
    dirty = true;
    return true;
  }

  /** As {@link #resolve}, of an entry that was read. */
  synchronized boolean resolve(Identity identity, long fromEpoch, int items, int bytes) {
    if (!resolve(identity.sequence(), fromEpoch, items, bytes)) {
      return false;
    }
    boolean hasSequence = identity.sequence() >= 0;
    if (hasSequence && (highest == null || identity.sequence() > highest.sequence())) {
      highest = identity;
    }
    return true;
  }

  /** Puts a delivery back in line; false when it was not out any more. */
  synchronized boolean giveBack(long sequence, long fromEpoch, long due) {
    if (fromEpoch != epoch) {
      return false;
    }
    Integer attempt = takeFromHands(sequence);
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
    if (fromEpoch != epoch || !isOut(sequence)) {
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
    } else {
      givenUp.release();
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

  synchronized Subscriber.Backlog backlog() throws IOException {
    Log.Counted at = counted;
    if (at == null || countedAt != store.generation()) {
      // With the latest to start at, what is not synced yet comes later and is no backlog.
      boolean isAllHere = store.lastSequence(-1) + 1 >= startedAt;
      countedAt = store.generation();
      at = store.countMissing(resolved);
      counted = isAllHere ? at : null;
      resolvedSince = Totals.NONE;
    }
    Totals left = at.wanted().plus(store.added()).minus(at.added()).minus(resolvedSince);
    // What was out when its segment was left out is not counted, and resolved later.
    return new Subscriber.Backlog(
        Math.max(0, left.bundles()), Math.max(0, left.items()), Math.max(0, left.bytes()));
  }

  /** New bundles may have come below those that were looked at. */
  synchronized void lookAgain() {
    counted = null;
    readFrom = resolved.lowWater();
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
   * that no file holds, when all files are known.
   */
  synchronized ResolvedSet snapshot() {
    try {
      if (!store.hasUnknown()) {
        raiseLowWater();
      }
    } catch (IOException unreadable) {
      // Then it is raised another time.
    }
    dirty = false;
    written = new ResolvedSet(resolved);
    writtenAttempts = new Attempts(guard.snapshot(resolved), failures, losses);
    return written;
  }

  private void raiseLowWater() throws IOException {
    long end = Math.min(store.lastSequence(resolved.lowWater() - 1) + 1, store.hiddenFrom());
    long from = resolved.lowWater();
    while (true) {
      Optional<Located> found = store.next(resolved.firstMissing(from));
      long key = found.map(Located::key).orElse(end);
      found.ifPresent(Located::release);
      if (found.isEmpty() || !resolved.contains(key)) {
        resolved.raise(Math.min(key, Math.max(end, resolved.lowWater())));
        return;
      }
      from = key;
    }
  }

  /** What the last {@link #snapshot} says of attempts. */
  synchronized Attempts writtenAttempts() {
    return writtenAttempts;
  }

  /** The highest bundle that is resolved and was read. */
  synchronized Optional<Identity> highest() {
    return Optional.ofNullable(highest);
  }

  /** The last {@link #snapshot} did not reach the disk. */
  synchronized void markDirty() {
    dirty = true;
  }

  /** The last {@link #snapshot} is durable. */
  synchronized void markDurable() {
    durable = written;
    guard.snapshotCounts();
  }

  /** What is handed out cannot be written; that must not hold anybody back. */
  synchronized void goOnUnwritten() {
    guard.snapshotCounts();
  }

  /** Everything below is resolved, durably. */
  synchronized long durableLowWater() {
    return durable.lowWater();
  }

  /** What the last {@link #snapshot} held; does not change. */
  synchronized ResolvedSet written() {
    return written;
  }

  /** What is resolved, durably; does not change. */
  synchronized ResolvedSet durable() {
    return durable;
  }
}
