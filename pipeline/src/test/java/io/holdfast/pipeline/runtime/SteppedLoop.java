package io.holdfast.pipeline.runtime;

import io.holdfast.engine.TimeSource;
import io.holdfast.pipeline.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A loop that the test steps, on a clock that the test moves. */
final class SteppedLoop implements EventLoop, TimeSource {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private record Timer(long due, long order, Runnable task) {}

  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>(new ArrayDeque<>());
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::due).thenComparingLong(Timer::order));
  private long now;
  private long order;
  private boolean closed;

  /** What is thrown at who asks for the time; null for the time. */
  @Nullable Error trouble;

  @Override
  public void post(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void schedule(Duration delay, Runnable task) {
    timers.add(new Timer(now + delay.toNanos(), order++, task));
  }

  @Override
  public void close() {
    closed = true;
  }

  /** Runs one task; false when there was none. */
  boolean step() {
    Runnable task = closed ? null : tasks.poll();
    if (task == null) {
      return false;
    }
    task.run();
    return true;
  }

  /** Runs until nothing is left that is due now. */
  void run() {
    while (step()) {
      // Until there is none.
    }
  }

  /** Runs until the condition holds; the disk works on threads of its own. */
  void runUntil(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      run();
      if (condition.getAsBoolean()) {
        return;
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("waited in vain until " + what);
      }
      Thread.sleep(1);
    }
  }

  /** As {@link #runUntil}, and lets timers fire. */
  void advanceUntil(String what, BooleanSupplier condition) throws InterruptedException {
    runUntil(
        what,
        () -> {
          if (condition.getAsBoolean()) {
            return true;
          }
          advance();
          return false;
        });
  }

  /** Moves the clock to the next timer and posts it; false when there is none. */
  boolean advance() {
    Timer next = timers.poll();
    if (next == null || closed) {
      return false;
    }
    now = Math.max(now, next.due());
    post(next.task());
    return true;
  }

  @Override
  public long epochNanos() {
    if (trouble != null) {
      throw trouble;
    }
    return 1_000_000_000L + now;
  }

  @Override
  public long monotonicNanos() {
    return now;
  }
}
