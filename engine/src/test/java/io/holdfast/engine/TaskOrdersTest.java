package io.holdfast.engine;

import static io.holdfast.engine.AllOrders.check;
import static io.holdfast.engine.AllOrders.shared;
import static io.holdfast.engine.AllOrders.together;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * How tasks are asked for runs, in the orders that a model checker tries. No clock goes on here, so
 * a thread that should have been woken, and was not, sleeps for ever.
 */
class TaskOrdersTest {
  private static final Duration DAY = Duration.ofDays(1);

  /** There is never so much that is new: it goes on until somebody else closes it. */
  private static final int NEVER_ALL = Integer.MAX_VALUE;

  /** A task on a thread of the scenario. */
  private static final class Task extends ThreadTasks {
    private final AtomicBoolean woken = new AtomicBoolean();
    private final AtomicBoolean alive = new AtomicBoolean(true);
    private final Work work;

    /** Ends when it has seen so many things that were new. */
    Task(int last) {
      this(new Work(last));
    }

    private Task(Work work) {
      super("task", work);
      this.work = work;
      work.whole = this::close;
    }

    @Override
    void wake() {
      woken.set(true);
    }

    @Override
    void sleep(long until) {
      while (!woken.getAndSet(false)) {
        Thread.onSpinWait();
      }
    }

    @Override
    void awaitEnd() {
      while (alive.get()) {
        Thread.onSpinWait();
      }
    }

    @Override
    public void run() {
      super.run();
      alive.set(false);
    }

    void news() {
      work.asked.incrementAndGet();
    }

    void newsAndSignal() {
      news();
      signal();
    }

    void newsAndSignalOrRun() {
      news();
      signalOrRun();
    }

    void newsAndTimer() {
      news();
      signalAfter(Duration.ZERO);
    }

    void checkSteps() {
      check(!work.twice.get(), "one step at a time");
      check(work.seen.get() == work.last, "all that was new was seen");
    }
  }

  /** What it throws would be the handler's, so it takes notes. */
  private static final class Work implements Runnable {
    private final int last;
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger seen = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicBoolean twice = new AtomicBoolean();
    private Runnable whole = () -> {};

    Work(int last) {
      this.last = last;
    }

    @Override
    public void run() {
      if (running.incrementAndGet() > 1) {
        twice.set(true);
      }
      seen.set(asked.get());
      running.decrementAndGet();
      if (seen.get() == last) {
        whole.run();
      }
    }
  }

  @Test
  void noSignalIsLost() {
    AllOrders.of(
        () -> {
          Task task = shared(new Task(2));
          together(task::newsAndSignal, task, task::newsAndSignal);
          task.checkSteps();
        });
  }

  @Test
  void noSignalIsLostOfCallersWhoAreLentForARun() {
    AllOrders.of(
        () -> {
          Task task = shared(new Task(2));
          together(task::newsAndSignalOrRun, task, task::newsAndSignalOrRun);
          task.checkSteps();
        });
  }

  @Test
  void noSignalIsLostBesideACallerWhoIsLent() {
    AllOrders.of(
        () -> {
          Task task = shared(new Task(2));
          together(task::newsAndSignal, task, task::newsAndSignalOrRun);
          task.checkSteps();
        });
  }

  @Test
  void aTimerEndsASleep() {
    AllOrders.of(
        () -> {
          Task task = shared(new Task(1));
          together(task::newsAndTimer, task);
          task.checkSteps();
        });
  }

  @Test
  void theEarlierOfTwoTimersEndsASleep() {
    AllOrders.of(
        () -> {
          Task task = shared(new Task(1));
          together(task::newsAndTimer, task, () -> task.signalAfter(DAY));
          task.checkSteps();
        });
  }

  @Test
  void noSignalIsLostBesideATimer() {
    AllOrders.of(
        () -> {
          Task task = shared(new Task(1));
          together(task::newsAndSignal, task, () -> task.signalAfter(DAY));
          task.checkSteps();
        });
  }

  @Test
  void closingEndsASleep() {
    AllOrders.of(
        () -> {
          Task task = shared(new Task(NEVER_ALL));
          together(task::close, task, () -> task.signalAfter(DAY));
        });
  }

  @Test
  void nothingRunsOnceItIsClosed() {
    AllOrders.of(
        () -> {
          Task task = shared(new Task(NEVER_ALL));
          // The task's own thread has ended before, so that only the caller is left to wait for.
          task.alive.set(false);
          AtomicInteger atTheEnd = new AtomicInteger();
          together(
              () -> {
                task.close();
                check(task.work.running.get() == 0, "the run has ended");
                atTheEnd.set(task.work.seen.get());
              },
              task::newsAndSignalOrRun);
          check(task.work.seen.get() == atTheEnd.get(), "and none came after it");
        });
  }
}
