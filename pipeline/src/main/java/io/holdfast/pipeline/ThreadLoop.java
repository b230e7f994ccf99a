package io.holdfast.pipeline;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A loop on a thread of its own. A platform thread, since pipelines compute: on virtual ones, as
 * many busy pipelines as there are cores would keep the connectors from running.
 */
final class ThreadLoop implements EventLoop {
  private final ScheduledThreadPoolExecutor executor;

  ThreadLoop(String name) {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            Thread.ofPlatform().name(name).daemon().factory(),
            new ThreadPoolExecutor.DiscardPolicy());
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public void post(Runnable task) {
    executor.execute(guarded(task));
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // Guarded tasks do not throw.
  public void schedule(Duration delay, Runnable task) {
    executor.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    executor.shutdown();
  }

  /** The executor would swallow what a task throws, and a bug would look like silence. */
  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (Throwable failure) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
      }
    };
  }
}
