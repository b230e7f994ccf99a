package io.holdfast.engine;

import io.holdfast.engine.tasks.WaitSet;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When a bundle comes again whose attempt has {@linkplain Delivery#fail failed}: after {@code
 * first}, then after twice as long each time, up to {@code longest}. Jitter takes a random part
 * off, so that many that failed together do not come again together. A value.
 *
 * @param first the delay after the first failure
 * @param longest no delay is longer
 * @param jitter the largest part of a delay that may be taken off, 0 to 1
 * @param maxAttempts so many failed attempts make a dead letter; {@link #UNLIMITED} for never
 */
public record RetryPolicy(Duration first, Duration longest, double jitter, int maxAttempts) {
  /** No number of failures is too many. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /** Checks the ranges. */
  public RetryPolicy {
    if (first.isNegative() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "the delays must be 0 <= first <= longest, not first " + first + ", longest " + longest);
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("jitter must be from 0 to 1, not " + jitter);
    }
    if (maxAttempts < 1) {
      throw new IllegalArgumentException(
          "maxAttempts must be 1 or more, or RetryPolicy.UNLIMITED, not " + maxAttempts);
    }
  }

  /** From 100 ms to 1 minute, up to half of it taken off, unlimited attempts. */
  public static RetryPolicy defaults() {
    return new RetryPolicy(Duration.ofMillis(100), Duration.ofMinutes(1), 0.5, UNLIMITED);
  }

  /** With another {@link #maxAttempts}. */
  public RetryPolicy withMaxAttempts(int value) {
    return new RetryPolicy(first, longest, jitter, value);
  }

  /** The delay after this many failures, 1 or more. */
  Duration delay(int failures, RandomGenerator random) {
    double doubled = (double) WaitSet.nanos(first) * Math.pow(2, Math.min(failures, 63) - 1.0);
    double nanos = Math.min(doubled, (double) WaitSet.nanos(longest));
    double part;
    synchronized (random) {
      part = random.nextDouble();
    }
    return Duration.ofNanos((long) (nanos * (1 - jitter * part)));
  }
}
