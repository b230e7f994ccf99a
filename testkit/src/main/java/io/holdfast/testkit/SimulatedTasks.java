package io.holdfast.testkit;

import io.holdfast.engine.TaskExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks on the thread that calls {@link #step}, one at a time, in an order that the seed
 * decides. Nothing runs by itself; a caller inside the engine that waits runs steps meanwhile,
 * through {@link #pause}.
 *
 * <p>Signals may come from any thread; only one thread at a time may step.
 */
public final class SimulatedTasks implements TaskExecutor {
  /** Steps after which tasks that keep each other busy for ever are called a fault. */
  private static final int BUSY = 1_000_000;

  /** The same, while a caller waits; a wait of one step each is no fault. */
  private static final int BUSY_WAIT = 20_000;

  /** A caller that waits longer than this without a step of any task waits for ever. */
  private static final Duration PATIENCE = Duration.ofDays(1000);

  private final SimulatedTime time;
  private final SplittableRandom random;
  private final List<Stepped> tasks = new ArrayList<>();
  private long waitedInVain;
  private long busySince;
  private int busySteps;

  /**
   * No tasks yet.
   *
   * @param time the clock that timers wait for
   * @param seed decides the order of steps
   */
  public SimulatedTasks(SimulatedTime time, long seed) {
    this.time = time;
    this.random = new SplittableRandom(seed);
  }

  @Override
  public Task register(String name, Runnable step) {
    Stepped task = new Stepped(name, step);
    synchronized (tasks) {
      tasks.add(task);
    }
    return task;
  }

  /**
   * Runs one step of one task that was signalled or whose timer is due.
   *
   * @return whether there was one
   */
  public boolean step() {
    Stepped chosen;
    synchronized (tasks) {
      List<Stepped> ready = tasks.stream().filter(Stepped::isReady).toList();
      if (ready.isEmpty()) {
        return false;
      }
      chosen = ready.get(random.nextInt(ready.size()));
      chosen.signalled = false;
      chosen.due = null;
    }
    chosen.step.run();
    return true;
  }

  /**
   * Steps until no task is ready.
   *
   * @return how many steps it took
   * @throws IllegalStateException when the tasks never come to rest; names those that are ready
   */
  public int runUntilIdle() {
    int steps = 0;
    while (step()) {
      if (++steps > BUSY) {
        throw new IllegalStateException("these tasks keep signalling: " + ready());
      }
    }
    return steps;
  }

  /**
   * Runs one step, on behalf of a caller that waits for tasks. When no task is ready, time passes
   * instead: until the next timer, or for {@code nanos}.
   *
   * @throws IllegalStateException when the caller has waited for years and no task has run, so that
   *     nothing will ever wake it; or when tasks run without end while no time passes
   */
  @Override
  public void pause(long nanos) {
    if (step()) {
      waitedInVain = 0;
      long moment = time.monotonicNanos();
      busySteps = moment == busySince ? busySteps + 1 : 0;
      busySince = moment;
      if (busySteps > BUSY_WAIT) {
        throw new IllegalStateException(
            "a caller waits while these tasks keep busy, and no time passes: " + ready());
      }
      return;
    }
    long now = time.monotonicNanos();
    long passing = Math.clamp(Math.min(nanos, nextTimer() - now), 0, PATIENCE.toNanos());
    waitedInVain += passing + 1;
    if (waitedInVain > PATIENCE.toNanos()) {
      throw new IllegalStateException("a caller waits, and no task will ever run");
    }
    time.advance(Duration.ofNanos(passing));
  }

  private List<Stepped> ready() {
    synchronized (tasks) {
      return tasks.stream().filter(Stepped::isReady).toList();
    }
  }

  /** Lets time pass and runs each timer that comes due at its own moment, until all are idle. */
  public void advance(Duration duration) {
    long end = time.monotonicNanos() + duration.toNanos();
    while (true) {
      runUntilIdle();
      long next = nextTimer();
      long now = time.monotonicNanos();
      if (next > end) {
        // A slow call of a disk may have let more time pass than that.
        time.advance(Duration.ofNanos(Math.max(0, end - now)));
        return;
      }
      time.advance(Duration.ofNanos(Math.max(0, next - now)));
    }
  }

  /** Forgets every task without running it, as the end of a process does. */
  public void kill() {
    synchronized (tasks) {
      tasks.forEach(task -> task.closed = true);
      tasks.clear();
    }
  }

  private long nextTimer() {
    synchronized (tasks) {
      long next = Long.MAX_VALUE;
      for (Stepped task : tasks) {
        next = task.due == null ? next : Math.min(next, task.due);
      }
      return next;
    }
  }

  private final class Stepped implements Task {
    private final String name;
    private final Runnable step;
    private boolean signalled;
    private @Nullable Long due;
    private boolean closed;

    private Stepped(String name, Runnable step) {
      this.name = name;
      this.step = step;
    }

    private boolean isReady() {
      return signalled || (due != null && due <= time.monotonicNanos());
    }

    @Override
    public void signal() {
      synchronized (tasks) {
        signalled = !closed;
      }
    }

    @Override
    public void signalAfter(Duration delay) {
      synchronized (tasks) {
        long at = time.monotonicNanos() + Math.max(0, nanos(delay));
        if (!closed && (due == null || at < due)) {
          due = at;
        }
      }
    }

    @Override
    public void close() {
      synchronized (tasks) {
        closed = true;
        tasks.remove(this);
      }
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static long nanos(Duration delay) {
    Duration most = Duration.ofNanos(Long.MAX_VALUE / 4);
    return delay.compareTo(most) > 0 ? most.toNanos() : delay.toNanos();
  }
}
