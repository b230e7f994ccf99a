package io.holdfast.engine;

import io.holdfast.engine.log.Log;
import io.holdfast.engine.progress.ResolvedSet;
import io.holdfast.engine.stored.Identity;
import io.holdfast.engine.stored.Totals;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The state of one subscriber, connected or not: what is resolved, what is out, what waits to come
 * again. Thread-safe.
 */
final class Subscription {
  /** An entry that was taken for delivery. */
  record Claim(Store.Located located, int attempt, long epoch) {}

  private record Waiting(long due, int attempts) {}

  private final String id;
  private final Store store;
  private final ResolvedSet resolved;
  private @Nullable Identity highest;
  private boolean dirty;

  /** What the last snapshot held, and the last one that is durable. Neither changes. */
  private ResolvedSet written;

  private ResolvedSet durable;

  /** Where new bundles are looked for. */
  private long readFrom;

  /** Given back or deferred, by sequence. */
  private final TreeMap<Long, Waiting> again = new TreeMap<>();

  /** Out, with the number of this attempt. */
  private final Map<Long, Integer> out = new HashMap<>();

  private boolean connected;

  /** Counts connections, so that deliveries of an earlier one resolve nothing. */
  private long epoch;

  /** What was unresolved when somebody first asked, and what appends had added by then. */
  private Log.@Nullable Counted counted;

  private long countedAt;

  /** What was resolved since. */
  private Totals resolvedSince = Totals.NONE;

  /** A subscriber with this progress. */
  Subscription(String id, Store store, ResolvedSet resolved, @Nullable Identity highest) {
    this.id = id;
    this.store = store;
    this.resolved = resolved;
    this.highest = highest;
    this.readFrom = resolved.lowWater();
    this.written = new ResolvedSet(resolved);
    this.durable = written;
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
  }

  synchronized boolean isConnected() {
    return connected;
  }

  /** Takes the next entry that may go out, if there is one and the connection still stands. */
  synchronized @Nullable Claim claim(long connection, long now, int maxInFlight)
      throws IOException {
    if (!connected || connection != epoch) {
      return null;
    }
    for (Map.Entry<Long, Waiting> entry : List.copyOf(again.entrySet())) {
      if (entry.getValue().due <= now) {
        long key = entry.getKey();
        Optional<Store.Located> located = store.find(key);
        again.remove(key);
        if (located.isEmpty()) {
          // Its segment turned out to be damaged, and was set aside as a whole.
          continue;
        }
        int attempt = entry.getValue().attempts + 1;
        out.put(key, attempt);
        return new Claim(located.get(), attempt, epoch);
      }
    }
    if (out.size() + again.size() >= maxInFlight) {
      return null;
    }
    while (true) {
      Optional<Store.Located> found = store.next(resolved.firstMissing(readFrom));
      if (found.isEmpty()) {
        return null;
      }
      Store.Located located = found.get();
      readFrom = located.key();
      if (resolved.contains(located.key())) {
        located.release();
        continue;
      }
      if (out.containsKey(located.key()) || again.containsKey(located.key())) {
        located.release();
        readFrom++;
        continue;
      }
      readFrom++;
      out.put(located.key(), 1);
      return new Claim(located, 1, epoch);
    }
  }

  /** Ends a delivery for good; false when it was not out any more. */
  synchronized boolean resolve(long sequence, long fromEpoch, int items, int bytes) {
    if (fromEpoch != epoch || out.remove(sequence) == null) {
      return false;
    }
    resolved.add(sequence, sequence);
    resolvedSince = resolvedSince.plus(items, bytes);
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
    Integer attempt = out.remove(sequence);
    if (attempt == null) {
      return false;
    }
    again.put(sequence, new Waiting(due, attempt));
    return true;
  }

  /** When a deferred bundle is due after {@code now}; {@code Long.MAX_VALUE} when none is. */
  synchronized long nextDue(long now) {
    long due = Long.MAX_VALUE;
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
      countedAt = store.generation();
      at = store.countMissing(resolved);
      counted = at;
      resolvedSince = Totals.NONE;
    }
    Totals left = at.wanted().plus(store.added()).minus(at.added()).minus(resolvedSince);
    return new Subscriber.Backlog(left.bundles(), left.items(), left.bytes());
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
   * that no file holds.
   */
  synchronized ResolvedSet snapshot() throws IOException {
    long end = Math.min(store.lastSequence(resolved.lowWater() - 1) + 1, store.hiddenFrom());
    long from = resolved.lowWater();
    while (true) {
      Optional<Store.Located> found = store.next(resolved.firstMissing(from));
      long key = found.map(Store.Located::key).orElse(end);
      found.ifPresent(Store.Located::release);
      if (found.isEmpty() || !resolved.contains(key)) {
        resolved.raise(Math.min(key, Math.max(end, resolved.lowWater())));
        break;
      }
      from = key;
    }
    dirty = false;
    written = new ResolvedSet(resolved);
    return written;
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
