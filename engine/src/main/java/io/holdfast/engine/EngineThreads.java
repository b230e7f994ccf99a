package io.holdfast.engine;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
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
    return host.register(name, () -> asStep(step));
  }

  /** Runs what may call the buffer, on a thread that it may not wait for. */
  void asStep(Runnable step) {
    Thread self = Thread.currentThread();
    boolean outermost = stepping.add(self);
    try {
      step.run();
    } finally {
      if (outermost) {
        stepping.remove(self);
      }
    }
  }

  @Override
  public void pause(long nanos) {
    host.pause(nanos);
  }

  /**
   * A task of its own, which is none of this buffer's: it may wait for those.
   *
   * @param step says whether it was the last one
   */
  Task apart(String name, BooleanSupplier step) {
    AtomicReference<@Nullable Task> self = new AtomicReference<>();
    Task task =
        host.register(
            name,
            () -> {
              if (step.getAsBoolean()) {
                Objects.requireNonNull(self.get()).close();
              }
            });
    // Nothing has signalled it yet, so no step comes before this.
    self.set(task);
    return task;
  }

  /** Whether the calling thread is in a step of one of the tasks. */
  boolean isStepping() {
    return stepping.contains(Thread.currentThread());
  }
}
