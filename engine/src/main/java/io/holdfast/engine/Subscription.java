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
import org.jspecify.annotations.Nullable;

/**
 * The state of one subscriber, connected or not: what is resolved, what is out, what waits to come
 * again. Thread-safe.
 */
final class Subscription {
  /** An entry that was taken for delivery. */
  record Claim(Log.Located located, int attempt, long epoch) {}

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

  private boolean connected;

  /** Counts connections, so that deliveries of an earlier one resolve nothing. */
  private long epoch;

  private final Log.Totals base;
  private final Log.Totals addedAtBase;
  private long resolvedBundles;
  private long resolvedItems;
  private long resolvedBytes;

  /** A subscriber with this progress. */
  Subscription(String id, Log log, ResolvedSet resolved, @Nullable Identity highest) {
    this.id = id;
    this.log = log;
    this.resolved = resolved;
    this.highest = highest;
    this.readFrom = resolved.lowWater();
    this.durableLowWater = resolved.lowWater();
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
  }

  synchronized boolean isConnected() {
    return connected;
  }

  /** Takes the next entry that may go out, if there is one and the connection still stands. */
  synchronized @Nullable Claim claim(long connection, long now, int maxInFlight) {
    if (!connected || connection != epoch) {
      return null;
    }
    for (Map.Entry<Long, Waiting> entry : again.entrySet()) {
      if (entry.getValue().due <= now) {
        long sequence = entry.getKey();
        int attempt = entry.getValue().attempts + 1;
        again.remove(sequence);
        Optional<Log.Located> located = log.find(sequence);
        if (located.isEmpty()) {
          throw new IllegalStateException("sequence " + sequence + " left the log unresolved");
        }
        out.put(sequence, attempt);
        return new Claim(located.get(), attempt, epoch);
      }
    }
    if (out.size() + again.size() >= maxInFlight) {
      return null;
    }
    while (true) {
      Optional<Log.Located> found = log.next(resolved.firstMissing(readFrom));
      if (found.isEmpty()) {
        return null;
      }
      Log.Located located = found.get();
      readFrom = located.sequence();
      if (resolved.contains(located.sequence())) {
        located.release();
        continue;
      }
      readFrom++;
      out.put(located.sequence(), 1);
      return new Claim(located, 1, epoch);
    }
  }

  /** Ends a delivery for good; false when it was not out any more. */
  synchronized boolean resolve(long sequence, long fromEpoch, int items, int bytes) {
    if (fromEpoch != epoch || out.remove(sequence) == null) {
      return false;
    }
    resolved.add(sequence, sequence);
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
    return new ProgressFile(false, new ResolvedSet(resolved), Optional.ofNullable(highest));
  }

  /** The last {@link #snapshot} did not reach the disk. */
  synchronized void markDirty() {
    dirty = true;
  }

  /** The last {@link #snapshot} is durable. */
  synchronized void markDurable() {
    durableLowWater = writtenLowWater;
  }

  /** Everything below is resolved, durably. */
  synchronized long durableLowWater() {
    return durableLowWater;
  }
}
