package io.holdfast.engine.tasks;

import io.holdfast.engine.TaskExecutor;
import io.holdfast.engine.TimeSource;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Threads that wait for a condition which other threads bring about. Thread-safe. */
public final class WaitSet {
  private static final long REST_NANOS = 1_000_000_000L;

  /** So long that it can be added to any time, and no overflow comes of it. */
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

  private final TaskExecutor executor;
  private final TimeSource time;
  private final Set<Thread> waiting = ConcurrentHashMap.newKeySet();

  /** A set for threads that wait on this executor's tasks. */
  public WaitSet(TaskExecutor executor, TimeSource time) {
    this.executor = executor;
    this.time = time;
  }

  /**
   * Waits until {@code done} holds. An interrupt does not end the wait; the flag is set again
   * behind it.
   *
   * @param done quick, without side effects but those it is for; called by the waiting thread only
   * @param nanos how long at most
   * @return whether it held in time
   */
  public boolean await(BooleanSupplier done, long nanos) {
    return await(done, nanos, false);
  }

  /** As {@link #await}, but ends with false, flag set, when the thread is interrupted. */
  public boolean awaitInterruptibly(BooleanSupplier done, long nanos) {
    return await(done, nanos, true);
  }

  private boolean await(BooleanSupplier done, long nanos, boolean interruptible) {
    if (done.getAsBoolean()) {
      return true;
    }
    long start = time.monotonicNanos();
    Thread self = Thread.currentThread();
    boolean interrupted = false;
    waiting.add(self);
    try {
      while (!done.getAsBoolean()) {
        long left = nanos - (time.monotonicNanos() - start);
        if (left <= 0) {
          return false;
        }
        executor.pause(Math.min(left, REST_NANOS));
        if (Thread.interrupted()) {
          interrupted = true;
          if (interruptible) {
            return done.getAsBoolean();
          }
        }
      }
      return true;
    } finally {
      waiting.remove(self);
      if (interrupted) {
        self.interrupt();
      }
    }
  }

  /** A duration in nanoseconds; none when it is negative, 73 years when it is longer. */
  public static long nanos(Duration duration) {
    if (duration.isNegative()) {
      return 0;
    }
    return duration.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : duration.toNanos();
  }

  /** Lets all that wait look again. */
  public void signalAll() {
    if (!waiting.isEmpty()) {
      for (Thread thread : waiting) {
        LockSupport.unpark(thread);
      }
    }
  }
}
