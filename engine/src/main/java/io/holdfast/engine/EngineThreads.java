package io.holdfast.engine;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The host's executor, with a note of which threads are in a step of this buffer's tasks: what is
 * called from there must not wait for the task that it holds up.
 */
final class EngineThreads implements TaskExecutor {
  private final TaskExecutor host;
  private final Set<Thread> stepping = ConcurrentHashMap.newKeySet();

  EngineThreads(TaskExecutor host) {
    this.host = host;
  }

  @Override
  public Task register(String name, Runnable step) {
    return host.register(
        name,
        () -> {
          Thread self = Thread.currentThread();
          boolean outermost = stepping.add(self);
          try {
            step.run();
          } finally {
            if (outermost) {
              stepping.remove(self);
            }
          }
        });
  }

  @Override
  public void pause(long nanos) {
    host.pause(nanos);
  }

  /** Runs something once, in a task of its own, which may wait for the others. */
  void elsewhere(String name, Runnable work) {
    AtomicReference<@Nullable Task> task = new AtomicReference<>();
    task.set(
        host.register(
            name,
            () -> {
              try {
                work.run();
              } finally {
                Objects.requireNonNull(task.get()).close();
              }
            }));
    Objects.requireNonNull(task.get()).signal();
  }

  /** Whether the calling thread is in a step of one of the tasks. */
  boolean isStepping() {
    return stepping.contains(Thread.currentThread());
  }
}
