package io.holdfast.testkit;

import io.holdfast.engine.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Two clocks that move only when they are told to. They start at 2026-01-01T00:00:00Z and at zero.
 * All methods may be called from any thread.
 */
public final class SimulatedTime implements TimeSource {
  private final AtomicLong epoch =
      new AtomicLong(Instant.parse("2026-01-01T00:00:00Z").toEpochMilli() * 1_000_000);
  private final AtomicLong monotonic = new AtomicLong();

  /** Both clocks at their start. */
  public SimulatedTime() {}

  @Override
  public long epochNanos() {
    return epoch.get();
  }

  @Override
  public long monotonicNanos() {
    return monotonic.get();
  }

  /**
   * Lets time pass on both clocks. Timers of a {@link SimulatedTasks} on this clock that come due
   * run at its next step: use {@link SimulatedTasks#advance} to run each at its own moment.
   *
   * @throws IllegalArgumentException when the duration is negative
   */
  public void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("time does not go back: " + duration);
    }
    epoch.addAndGet(duration.toNanos());
    monotonic.addAndGet(duration.toNanos());
  }

  /** Sets the wall clock forward or back, as an operator or NTP does; timers are not moved. */
  public void jump(Duration duration) {
    epoch.addAndGet(duration.toNanos());
  }
}
