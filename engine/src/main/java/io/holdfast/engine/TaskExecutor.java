package io.holdfast.engine;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs the engine's background work: the committer, the waker, zeroing, upkeep. Each is a resumable
 * task, a step that does what there is to do and returns; it never waits for another task. So one
 * thread can run a whole engine, step by step, in an order of its choosing.
 *
 * <p>{@link #threads()} gives each task a thread of its own. A test installs one that it steps.
 */
public interface TaskExecutor {

  /**
   * Registers a task. Its step runs once or more after each {@link Task#signal} (signals that come
   * before a run are one), never twice at once, and sees all that happened before the signal.
   *
   * @param name for threads and reports
   * @param step must not throw; what it throws is handed to the thread's uncaught handler
   */
  Task register(String name, Runnable step);

  /**
   * Lets the calling thread, which waits for what tasks do, rest for at most {@code nanos}. May
   * return early and for no reason. The engine unparks the thread when there is news; an executor
   * without threads runs tasks here instead.
   */
  default void pause(long nanos) {
    LockSupport.parkNanos(this, nanos);
  }

  /**
   * One daemon platform thread for each task, parked while there is nothing to do. A platform
   * thread that calls {@link Task#signalOrRun}, and is not interrupted, runs the step itself if
   * nobody else is at it.
   */
  static TaskExecutor threads() {
    return ThreadTasks::start;
  }

  /** A registered task. */
  interface Task extends AutoCloseable {
    /** Asks for a run, soon. Callable from any thread, from within the step too; never waits. */
    void signal();

    /**
     * As {@link #signal}, from a caller that has nothing to do until the run has ended: it may be
     * lent for it, which spares two changes of thread. By default it is not.
     */
    default void signalOrRun() {
      signal();
    }

    /**
     * Asks for a run once {@code delay} has passed, unless an earlier one is asked for already. The
     * next run clears it, for whatever reason it comes: a step asks again for what it still needs.
     */
    void signalAfter(Duration delay);

    /**
     * Ends the task after the run that is under way, if any, which this waits for (not when called
     * from within the step). Later signals do nothing.
     */
    @Override
    void close();
  }
}
