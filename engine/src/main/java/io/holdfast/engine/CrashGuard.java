package io.holdfast.engine;

import io.holdfast.engine.progress.HandedOut;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the bundle that ends the process each time it is handed out. After the second stop in a row
 * that was not clean, what may have been out goes out one at a time, and the disk knows which; the
 * one that is out alone when the process ends once more has a crash counted against it. One stop
 * alone, a power cut for instance, slows nothing down.
 *
 * <p>What may be out must be on the disk before it is. So that this is not a write for each bundle,
 * it reaches ahead: all below a mark may be out, and only who comes to the mark must wait for
 * another one. Guarded by its subscription's lock.
 */
final class CrashGuard {
  /** After so many stops in a row suspects go out alone. */
  private static final int STOPS = 2;

  /** For a subscriber that needs several bundles before it resolves one, alone has an end. */
  private static final long LONGEST_ALONE_NANOS = 5_000_000_000L;

  private static final long SHORTEST_ALONE_NANOS = 100_000_000L;

  private static final long LEAST_AHEAD = 64;
  private static final long MOST_AHEAD = 8192;

  private final int limit;

  /** What earlier owners may have handed out is below this. */
  private final long suspectBelow;

  private int stops;
  private final Map<Long, Integer> crashes = new HashMap<>();

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
  CrashGuard(int limit, HandedOut before, LongPredicate isResolved, long firstMissing, long end) {
    this.limit = limit;
    long below = Math.min(before.below(), end);
    if (limit == 0 || firstMissing >= below) {
      this.suspectBelow = Long.MIN_VALUE;
      return;
    }
    this.suspectBelow = below;
    this.stops = before.stops() + (before.connected() ? 1 : 0);
    crashes.putAll(before.crashes());
    crashes.keySet().removeIf(isResolved::test);
    if (before.alone().isPresent() && !isResolved.test(before.alone().getAsLong())) {
      crashes.merge(before.alone().getAsLong(), 1, Integer::sum);
    }
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
    if (stops >= STOPS && sequence < suspectBelow) {
      alone = sequence;
      aloneSince = now;
      return true;
    }
    return sequence >= durableReach;
  }

  /** A bundle is no longer out, or on hold. Whether it was alone. */
  boolean isBack(long sequence) {
    boolean was = alone != null && alone == sequence;
    if (was) {
      alone = null;
    }
    return was;
  }

  /** Its crashes count no more. */
  void forgive(long sequence) {
    crashes.remove(sequence);
  }

  /** A bundle will not go out again. */
  void forget(long sequence) {
    isBack(sequence);
    crashes.remove(sequence);
  }

  /** Nothing is out, and nobody is connected. */
  void disconnect() {
    alone = null;
    handedBelow = Long.MIN_VALUE;
    reach = Long.MIN_VALUE;
    durableReach = Long.MIN_VALUE;
  }

  /** What must be written now. */
  HandedOut snapshot(long lowWater) {
    boolean anySuspects = lowWater < suspectBelow;
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
        crashes);
  }

  /** The last snapshot is on the disk, or cannot be put there and must not hold anybody back. */
  void snapshotCounts() {
    durableReach = reach;
  }
}
