package io.holdfast.engine;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A task on a daemon thread of its own, or, for a run, on that of a caller who would wait for it.
 *
 * <p>Not final: what its thread does but run, which is to sleep, to be woken and to end, is done
 * otherwise where a test tries all orders.
 */
class ThreadTasks implements TaskExecutor.Task, Runnable {
  /** {@link #due} when nothing is asked for. Not a time: those are bounded to half of the range. */
  private static final long NEVER = Long.MAX_VALUE;

  private static final long NOW = Long.MIN_VALUE;

  /** Delays are cut to this: 73 years. */
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

  private final Runnable step;
  private final Thread thread;
  private final long origin = System.nanoTime();

  /** When the next run is asked for, in nanoseconds since {@link #origin}. */
  private final AtomicLong due = new AtomicLong(NEVER);

  /** Held during a run. */
  private final ReentrantLock running = new ReentrantLock();

  /** What {@link #thread} sleeps for; {@link #NOW} while it is awake. */
  private volatile long sleepsUntil = NOW;

  private volatile boolean closed;

  ThreadTasks(String name, Runnable step) {
    this.step = step;
    // Nothing of the thread that happens to open a buffer may live as long as the buffer.
    this.thread =
        Thread.ofPlatform()
            .name(name)
            .daemon()
            .inheritInheritableThreadLocals(false)
            .unstarted(this);
  }

  static ThreadTasks start(String name, Runnable step) {
    ThreadTasks task = new ThreadTasks(name, step);
    task.thread.start();
    return task;
  }

  @Override
  public void signal() {
    // A reader of `due` that sees NOW will still run after this, so the unpark can be left out.
    if (due.getAndSet(NOW) != NOW) {
      wake();
    }
  }

  @Override
  public void signalOrRun() {
    Thread self = Thread.currentThread();
    // A virtual thread would hold on to its carrier, an interrupt would close files under the step.
    if (self.isVirtual() || self.isInterrupted() || running.isHeldByCurrentThread()) {
      signal();
      return;
    }
    // Who holds the lock, or has signalled before, looks at `due` after this.
    if (due.getAndSet(NOW) == NOW || !running.tryLock()) {
      return;
    }
    try {
      if (!runIfDue()) {
        // Maybe for want of stack, of which the task's own thread has more.
        due.set(NOW);
      }
    } finally {
      running.unlock();
      if (due.get() == NOW) {
        wake();
      }
    }
  }

  @Override
  public void signalAfter(Duration delay) {
    long nanos = delay.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : Math.max(0, delay.toNanos());
    long at = System.nanoTime() - origin + nanos;
    due.getAndUpdate(current -> Math.min(current, at));
    // Either this sees that the thread goes to sleep, or the thread sees what is due.
    if (at < sleepsUntil) {
      wake();
    }
  }

  @Override
  public void run() {
    while (!closed) {
      // An interrupt of an engine thread means nothing: park would return at once, a step see it.
      boolean ignored = Thread.interrupted();
      long wait = due.get();
      if (wait == NOW) {
        running.lock();
        try {
          boolean _ = runIfDue();
        } finally {
          running.unlock();
        }
      } else if (wait - (System.nanoTime() - origin) <= 0) {
        due.compareAndSet(wait, NOW);
      } else {
        sleepsUntil = wait;
        if (due.get() == wait) {
          sleep(wait);
        }
        sleepsUntil = NOW;
      }
    }
  }

  /** Ends a {@link #sleep} of the task's own thread, or its next one. */
  void wake() {
    LockSupport.unpark(thread);
  }

  /** Until then, unless it is woken; it may also end by itself. */
  void sleep(long until) {
    if (until == NEVER) {
      LockSupport.park(this);
      return;
    }
    long left = until - (System.nanoTime() - origin);
    if (left > 0) {
      LockSupport.parkNanos(this, left);
    }
  }

  /** False if the step failed. */
  private boolean runIfDue() {
    if (closed || due.get() != NOW) {
      return true;
    }
    // Reads as well as writes: what happened before the signal is visible to the step.
    due.getAndSet(NEVER);
    try {
      step.run();
      return true;
    } catch (Throwable failure) {
      report(failure);
      return false;
    }
  }

  private void report(Throwable failure) {
    Thread.UncaughtExceptionHandler handler = thread.getUncaughtExceptionHandler();
    if (handler == null) {
      return;
    }
    try {
      handler.uncaughtException(thread, failure);
    } catch (Throwable ignored) {
      // As the JVM does: a handler that throws must not end the task, callers would wait for ever.
    }
  }

  @Override
  public void close() {
    closed = true;
    wake();
    if (running.isHeldByCurrentThread()) {
      return;
    }
    awaitEnd();
    // A caller may be at the last run.
    running.lock();
    try {
      due.set(NEVER);
    } finally {
      running.unlock();
    }
  }

  /** Waits for the end of the task's own thread. */
  void awaitEnd() {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
