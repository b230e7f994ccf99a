package io.holdfast.pipeline;

import java.time.Duration;

/**
 * Runs the work of one pipeline, one piece after another, in the order in which it was posted. So
 * operators need no locks. A test installs a loop that it steps.
 */
public interface EventLoop extends AutoCloseable {
  /** Runs the task after what was posted before it. Callable from any thread; never waits. */
  void post(Runnable task);

  /** Posts the task once the delay has passed. Callable from any thread; never waits. */
  void schedule(Duration delay, Runnable task);

  /** Ends the loop after the task that runs now. What is posted later is dropped. */
  @Override
  void close();

  /** Makes loops. */
  @FunctionalInterface
  interface Factory {
    /**
     * A new loop, running.
     *
     * @param name for its thread and for reports
     */
    EventLoop create(String name);
  }

  /** Loops with a daemon thread each. */
  static Factory threads() {
    return ThreadLoop::new;
  }
}
