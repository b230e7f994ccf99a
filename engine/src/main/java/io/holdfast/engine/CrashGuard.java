package io.holdfast.engine;

import io.holdfast.engine.progress.HandedOut;
import io.holdfast.engine.progress.ResolvedSet;
import io.holdfast.engine.stored.Bounds;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the bundle that ends the process each time it is handed out. After the second stop in a row
 * that was not clean, what may have been out goes out one at a time, and the disk knows which; the
 * one that is out alone when the process ends once more has a crash counted against it. One stop
 * alone, a power cut for instance, slows nothing down.
 *
 * <p>What may be out must be on the disk before it is. So that this is not a write for each bundle,
 * it reaches ahead: all below a mark may be out, and only who comes to the mark must wait for
 * another one.
 *
 * <p>What is on hold is no suspect: whoever took it has survived that. The disk is told of it with
 * the next progress; what it was told of before is believed until that is handed out again. Guarded
 * by its subscription's lock.
 */
final class CrashGuard {
  /** After so many stops in a row suspects go out alone. */
  private static final int STOPS = 2;

  /** For a subscriber that needs several bundles before it resolves one, alone has an end. */
  private static final long LONGEST_ALONE_NANOS = 5_000_000_000L;

  private static final long SHORTEST_ALONE_NANOS = 100_000_000L;

  private static final long LEAST_AHEAD = 64;
  private static final long MOST_AHEAD = 8192;

  /** More of what is on hold is not told: the rest is suspected. */
  private static final int MOST_RUNS = 4096;

  /** No key is lower. */
  private static final long LOWEST = -Bounds.HIGHEST;

  private final int limit;

  /** What earlier owners may have handed out is below this. */
  private final long suspectBelow;

  private int stops;
  private final Map<Long, Integer> crashes = new HashMap<>();

  /** On hold here, or by the last owner and not handed out since. */
  private ResolvedSet unsuspected = new ResolvedSet(LOWEST);

  private @Nullable Long alone;
  private long aloneSince;
  private long aloneNanos = LONGEST_ALONE_NANOS;

  /** Above the highest that was handed out by this owner. */
  private long handedBelow = Long.MIN_VALUE;

  private long handedSinceWrite;
  private long reach = Long.MIN_VALUE;
  private long durableReach = Long.MIN_VALUE;

  /**
   * A guard that goes on from what the last owner left.
   *
   * @param limit so many crashes are too many; 0 for no guard
   * @param end above everything that there is now
   */
  CrashGuard(int limit, HandedOut before, ResolvedSet resolved, long end) {
    this.limit = limit;
    long below = Math.min(before.below(), end);
    before.onHold().forEach(unsuspected::add);
    if (limit == 0 || firstSuspect(resolved) >= below) {
      this.suspectBelow = Long.MIN_VALUE;
      return;
    }
    this.suspectBelow = below;
    this.stops = before.stops() + (before.connected() ? 1 : 0);
    crashes.putAll(before.crashes());
    before.alone().ifPresent(key -> crashes.merge(key, 1, Integer::sum));
    crashes.keySet().removeIf(key -> key >= end || resolved.contains(key));
  }

  /** How many crashes are too many for this bundle; 0 when it has not so many. */
  int tooMany(long sequence) {
    int counted = crashes.getOrDefault(sequence, 0);
    return limit > 0 && counted >= limit ? counted : 0;
  }

  /** Whether nothing may go out now, because one is out alone. */
  boolean isOneAlone(long now) {
    if (alone != null && now - aloneSince >= aloneNanos) {
      alone = null;
      aloneNanos = Math.max(SHORTEST_ALONE_NANOS, aloneNanos / 2);
    }
    return alone != null;
  }

  /** When {@link #isOneAlone} ends by itself. */
  OptionalLong aloneUntil() {
    return alone == null ? OptionalLong.empty() : OptionalLong.of(aloneSince + aloneNanos);
  }

  /** A bundle goes out. True when this must be on the disk first. */
  boolean handOut(long sequence, long now) {
    if (limit == 0) {
      return false;
    }
    handedBelow = Math.max(handedBelow, sequence + 1);
    handedSinceWrite++;
    boolean believed = unsuspected.contains(sequence);
    unsuspected.remove(sequence);
    if (stops >= STOPS && sequence < suspectBelow && !believed) {
      alone = sequence;
      aloneSince = now;
      return true;
    }
    return sequence >= durableReach;
  }

  /** A bundle is on hold. True when it was alone, and the disk should not say so any longer. */
  boolean hold(long sequence) {
    boolean wasAlone = alone != null && alone == sequence;
    isBack(sequence);
    unsuspected.add(sequence, sequence);
    return wasAlone;
  }

  /** A bundle is no longer out. */
  void isBack(long sequence) {
    if (alone != null && alone == sequence) {
      alone = null;
    }
    unsuspected.remove(sequence);
  }

  /** The lowest sequence that is neither resolved nor on hold. */
  private long firstSuspect(ResolvedSet resolved) {
    ResolvedSet all = new ResolvedSet(resolved);
    unsuspected.runs().forEach(all::add);
    return all.firstMissing(all.lowWater());
  }

  /** Its crashes count no more. True when there were any. */
  boolean forgive(long sequence) {
    return crashes.remove(sequence) != null;
  }

  /** A bundle will not go out again. */
  void forget(long sequence) {
    isBack(sequence);
    crashes.remove(sequence);
  }

  /** Nothing is out, and nobody is connected. */
  void disconnect() {
    alone = null;
    unsuspected = new ResolvedSet(LOWEST);
    handedBelow = Long.MIN_VALUE;
    reach = Long.MIN_VALUE;
    durableReach = Long.MIN_VALUE;
  }

  /** What must be written now. */
  HandedOut snapshot(ResolvedSet resolved) {
    boolean anySuspects = firstSuspect(resolved) < suspectBelow;
    if (!anySuspects) {
      stops = 0;
    }
    boolean connected = handedBelow != Long.MIN_VALUE;
    if (connected) {
      long ahead = Math.clamp(2 * handedSinceWrite, LEAST_AHEAD, MOST_AHEAD);
      reach = Math.max(reach, handedBelow + ahead);
    }
    handedSinceWrite = 0;
    long below = Math.max(reach, anySuspects ? suspectBelow : Long.MIN_VALUE);
    if (!connected && !anySuspects) {
      return HandedOut.NOTHING;
    }
    return new HandedOut(
        connected,
        stops,
        below,
        alone == null ? OptionalLong.empty() : OptionalLong.of(alone),
        crashes,
        lowestRuns());
  }

  private Map<Long, Long> lowestRuns() {
    Map<Long, Long> runs = new TreeMap<>();
    for (Map.Entry<Long, Long> run : unsuspected.runs().entrySet()) {
      if (runs.size() == MOST_RUNS) {
        break;
      }
      runs.put(run.getKey(), run.getValue());
    }
    return runs;
  }

  /** The last snapshot is on the disk, or cannot be put there and must not hold anybody back. */
  void snapshotCounts() {
    durableReach = reach;
  }
}
