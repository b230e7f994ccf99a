package io.holdfast.pipeline.operator.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.pipeline.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A loop that the test runs; timers fire when it says so. */
final class HandLoop implements EventLoop {
  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final Queue<Runnable> timers = new ArrayDeque<>();

  /** For how long timers were set, each time. */
  final List<Duration> delays = new ArrayList<>();

  @Override
  public void post(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void schedule(Duration delay, Runnable task) {
    delays.add(delay);
    timers.add(task);
  }

  @Override
  public void close() {}

  void runAll() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  void runUntilPosted() throws InterruptedException {
    Runnable task = tasks.poll(30, TimeUnit.SECONDS);
    assertThat(task).as("something was posted").isNotNull();
    if (task != null) {
      task.run();
    }
    runAll();
  }

  boolean hasTimers() {
    return !timers.isEmpty();
  }

  /** Fires the oldest timer. */
  void fire() {
    timers.remove().run();
  }
}
