package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.TaskExecutor;
import io.holdfast.engine.TaskExecutor.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The executor that a buffer has by default: a thread for each task. */
class ThreadTasksTest {
  private final TaskExecutor tasks = TaskExecutor.threads();
  private final LinkedBlockingQueue<String> ran = new LinkedBlockingQueue<>();

  @Test
  void aStepRunsAfterASignalOnADaemonThreadOfThatName() throws Exception {
    try (Task task = tasks.register("holdfast-test", () -> ran.add(describe()))) {
      task.signal();
      assertThat(take()).isEqualTo("holdfast-test daemon");
    }
  }

  private static String describe() {
    Thread current = Thread.currentThread();
    return current.getName() + (current.isDaemon() ? " daemon" : "");
  }

  @Test
  void nothingIsInheritedFromTheThreadThatRegisters() throws Exception {
    InheritableThreadLocal<String> local = new InheritableThreadLocal<>();
    local.set("of the host");
    try (Task task = tasks.register("t", () -> ran.add(String.valueOf(local.get())))) {
      task.signal();
      assertThat(take()).isEqualTo("null");
    }
  }

  @Test
  void noSignalIsLostHoweverTheyCome() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    AtomicInteger seen = new AtomicInteger();
    int rounds = 20_000;
    CountDownLatch all = new CountDownLatch(1);
    Runnable step =
        () -> {
          seen.set(asked.get());
          if (seen.get() == 2 * rounds) {
            all.countDown();
          }
        };
    try (Task task = tasks.register("t", step)) {
      ask(asked, rounds, List.of(task::signal, task::signal));
      assertThat(all.await(30, TimeUnit.SECONDS)).as("the last signal was seen").isTrue();
    }
  }

  @Test
  void aTimerRunsOnceAndTheEarliestCounts() throws Exception {
    try (Task task = tasks.register("t", () -> ran.add("ran"))) {
      task.signalAfter(Duration.ofSeconds(Long.MAX_VALUE));
      task.signalAfter(Duration.ofMillis(5));
      task.signalAfter(Duration.ofDays(1));
      assertThat(take()).isEqualTo("ran");
      task.signalAfter(Duration.ofNanos(-1));
      assertThat(take()).isEqualTo("ran");
    }
    assertThat(ran).isEmpty();
  }

  @Test
  void aRunClearsTheTimerThatWasAskedForBefore() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    Task[] self = new Task[1];
    self[0] =
        tasks.register(
            "t",
            () -> {
              ran.add("ran");
              if (ran.size() == 1) {
                self[0].signalAfter(Duration.ofDays(1));
              } else {
                release.countDown();
              }
            });
    try (Task task = self[0]) {
      task.signal();
      task.signalAfter(Duration.ofDays(1));
      while (ran.isEmpty()) {
        Thread.onSpinWait();
      }
      task.signal();
      assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(ran).hasSize(2);
  }

  @Test
  void whatAStepThrowsGoesToTheHandlerAndTheTaskLives() throws Exception {
    AtomicReference<Throwable> handled = new AtomicReference<>();
    AtomicInteger runs = new AtomicInteger();
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> {
          handled.set(failure);
          throw new IllegalStateException("a handler that fails as well");
        });
    try (Task task =
        tasks.register(
            "t",
            () -> {
              if (runs.getAndIncrement() == 0) {
                throw new IllegalStateException("the step");
              }
              ran.add("ran again");
            })) {
      task.signal();
      while (handled.get() == null) {
        Thread.onSpinWait();
      }
      task.signal();
      assertThat(take()).isEqualTo("ran again");
      assertThat(handled.get()).hasMessage("the step");
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  @Test
  void anInterruptOfTheThreadDoesNotStopTheTask() throws Exception {
    AtomicReference<Thread> thread = new AtomicReference<>();
    Runnable step =
        () -> {
          thread.set(Thread.currentThread());
          ran.add(Thread.currentThread().isInterrupted() ? "interrupted" : "ran");
        };
    try (Task task = tasks.register("t", step)) {
      task.signal();
      assertThat(take()).isEqualTo("ran");
      Thread running = thread.get();
      assertThat(running).isNotNull();
      running.interrupt();
      task.signal();
      take();
      task.signal();
      assertThat(take()).isEqualTo("ran");
    }
  }

  @Test
  void closeWaitsForTheRunThatIsUnderWayAndNothingRunsAfterIt() throws Exception {
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Task task =
        tasks.register(
            "t",
            () -> {
              began.countDown();
              await(release);
              ran.add("ended");
            });
    task.signal();
    began.await();
    Thread closer =
        new Thread(
            () -> {
              task.close();
              ran.add("closed, " + Thread.currentThread().isInterrupted());
            });
    closer.start();
    closer.interrupt();
    release.countDown();
    closer.join();
    task.signal();
    task.signalAfter(Duration.ZERO);
    task.close();
    assertThat(ran).containsExactly("ended", "closed, true");
  }

  @Test
  void aStepMayCloseItsOwnTask() throws Exception {
    Task[] self = new Task[1];
    self[0] =
        tasks.register(
            "t",
            () -> {
              ran.add("ran");
              self[0].close();
              self[0].signal();
            });
    self[0].signal();
    assertThat(take()).isEqualTo("ran");
    self[0].close();
    assertThat(ran).isEmpty();
  }

  @Test
  void aCallerThatWouldWaitRunsTheStepItself() throws Exception {
    Thread self = Thread.currentThread();
    AtomicReference<Thread> thread = new AtomicReference<>();
    try (Task task = tasks.register("t", () -> thread.set(Thread.currentThread()))) {
      task.signalOrRun();
      assertThat(thread.get()).isSameAs(self);
      // An interrupt would close files under the step, a virtual thread hold on to its carrier.
      self.interrupt();
      task.signalOrRun();
      assertThat(Thread.interrupted()).isTrue();
      while (self.equals(thread.get())) {
        Thread.onSpinWait();
      }
      thread.set(self);
      Thread virtual = Thread.ofVirtual().start(task::signalOrRun);
      while (self.equals(thread.get())) {
        Thread.onSpinWait();
      }
      virtual.join();
      assertThat(thread.get()).isNotSameAs(virtual);
    }
  }

  @Test
  void aTimerThatACallerAskedForInItsRunComes() throws Exception {
    Task[] self = new Task[1];
    self[0] =
        tasks.register(
            "t",
            () -> {
              ran.add(Thread.currentThread().getName());
              if (ran.size() == 1) {
                self[0].signalAfter(Duration.ofMillis(5));
              }
            });
    try (Task task = self[0]) {
      task.signalOrRun();
      while (ran.size() < 2) {
        Thread.onSpinWait();
      }
    }
    assertThat(ran).containsExactly(Thread.currentThread().getName(), "t");
  }

  @Test
  void whatAStepThrowsIsNoBusinessOfTheCallerWhoRanIt() {
    AtomicReference<Throwable> handled = new AtomicReference<>();
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> handled.set(failure));
    Runnable step =
        () -> {
          throw new IllegalStateException("the step");
        };
    try (Task task = tasks.register("t", step)) {
      task.signalOrRun();
      assertThat(handled.get()).hasMessage("the step");
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  @Test
  void closeWaitsForACallerWhoRunsTheStep() throws Exception {
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Task task =
        tasks.register(
            "t",
            () -> {
              began.countDown();
              await(release);
              ran.add("ended");
            });
    Thread caller = new Thread(task::signalOrRun);
    caller.start();
    began.await();
    Thread closer =
        new Thread(
            () -> {
              task.close();
              ran.add("closed");
            });
    closer.start();
    // The task's own thread has ended before, so that only the caller is left to wait for.
    while (closer.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    release.countDown();
    closer.join();
    task.signalOrRun();
    caller.join();
    assertThat(ran).containsExactly("ended", "closed");
  }

  @Test
  void whatIsAskedForDuringACallersRunIsDoneAfterIt() throws Exception {
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Runnable step =
        () -> {
          ran.add(Thread.currentThread().getName());
          if (began.getCount() > 0) {
            began.countDown();
            await(release);
          }
        };
    try (Task task = tasks.register("t", step)) {
      Thread caller = new Thread(task::signalOrRun, "caller");
      caller.start();
      began.await();
      task.signalOrRun();
      release.countDown();
      assertThat(take()).isEqualTo("caller");
      assertThat(take()).isEqualTo("t");
    }
  }

  @Test
  void noSignalIsLostWhoeverRunsAndNobodyRunsTwiceAtOnce() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    AtomicInteger seen = new AtomicInteger();
    AtomicInteger running = new AtomicInteger();
    AtomicInteger twice = new AtomicInteger();
    AtomicInteger byCallers = new AtomicInteger();
    int rounds = 20_000;
    int callers = 3;
    CountDownLatch all = new CountDownLatch(1);
    Runnable step =
        () -> {
          if (running.incrementAndGet() > 1) {
            twice.incrementAndGet();
          }
          if (!Thread.currentThread().getName().equals("t")) {
            byCallers.incrementAndGet();
          }
          seen.set(asked.get());
          running.decrementAndGet();
          if (seen.get() == callers * rounds) {
            all.countDown();
          }
        };
    try (Task task = tasks.register("t", step)) {
      ask(asked, rounds, List.of(task::signal, task::signalOrRun, task::signalOrRun));
      assertThat(all.await(30, TimeUnit.SECONDS)).as("the last signal was seen").isTrue();
      assertThat(twice.get()).isZero();
      assertThat(byCallers.get()).isPositive();
    }
  }

  /** Asks so many times in each of several threads, each in its own way; until all have. */
  private static void ask(AtomicInteger asked, int rounds, List<Runnable> ways)
      throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (Runnable way : ways) {
      Thread thread =
          new Thread(
              () -> {
                for (int n = 0; n < rounds; n++) {
                  asked.incrementAndGet();
                  way.run();
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String take() throws InterruptedException {
    String value = ran.poll(30, TimeUnit.SECONDS);
    return value == null ? "nothing ran" : value;
  }
}
