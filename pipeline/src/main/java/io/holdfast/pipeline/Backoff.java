package io.holdfast.pipeline;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: doubles from try to try up to a cap, and is drawn at random
 * from the upper half of that, so that many who wait for one peer do not come at once. Belongs to
 * one thread.
 */
public final class Backoff {
  private final Duration first;
  private final Duration cap;
  private final RandomGenerator random;
  private long failures;

  /**
   * Before the first failure.
   *
   * @param first the longest wait after one failure, above zero
   * @param cap no wait is longer
   */
  public Backoff(Duration first, Duration cap, RandomGenerator random) {
    if (first.isNegative() || first.isZero() || cap.compareTo(first) < 0) {
      throw new IllegalArgumentException("no backoff from " + first + " to " + cap);
    }
    this.first = first;
    this.cap = cap;
    this.random = random;
  }

  /** Counts a failure, and says how long to wait before the next try. */
  public Duration next() {
    int doublings = (int) Math.min(failures++, 30);
    long most = Math.min(cap.toNanos(), saturatedShift(first.toNanos(), doublings));
    return Duration.ofNanos(most - random.nextLong(most / 2 + 1));
  }

  /** Forgets the failures: the last try went well. */
  public void reset() {
    failures = 0;
  }

  /** How many failures there were since the last success. */
  public long failures() {
    return failures;
  }

  private static long saturatedShift(long nanos, int doublings) {
    return nanos > Long.MAX_VALUE >> doublings ? Long.MAX_VALUE : nanos << doublings;
  }
}
