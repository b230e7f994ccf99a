package io.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.memory.PooledBuffer;
import io.holdfast.engine.tasks.WaitSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * How the engine's threads wait for each other, many times over. Nobody who waits here looks again
 * by itself, as the engine's do each second: a wake-up that is lost is a test that hangs.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WaitingTest {
  private static final int ROUNDS = Integer.getInteger("holdfast.orders", 400);

  private static final TaskExecutor THREADS =
      new TaskExecutor() {
        @Override
        public Task register(String name, Runnable step) {
          return ThreadTasks.start(name, step);
        }

        @Override
        public void pause(long nanos) {
          LockSupport.park(this);
        }
      };

  private static final BufferOptions OPTIONS =
      BufferOptions.defaults().withTime(TimeSource.system()).withTasks(THREADS);

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void end(Upkeep upkeep, Upkeep.Job last) {
    try {
      upkeep.end(last);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aWaiterIsNeverLeftBehind() {
    SplittableRandom random = new SplittableRandom(1);
    WaitSet set = new WaitSet(THREADS, TimeSource.system());
    AtomicInteger told = new AtomicInteger();
    AtomicInteger heard = new AtomicInteger();
    int last = 50 * ROUNDS;
    Thread waiter =
        new Thread(
            () -> {
              while (heard.get() < last) {
                int next = heard.get() + 1;
                set.await(() -> told.get() == next, Long.MAX_VALUE);
                heard.set(next);
              }
            });
    waiter.start();
    while (told.get() < last) {
      // At any moment while the other one begins to wait.
      for (int spins = random.nextInt(100); spins > 0; spins--) {
        Thread.onSpinWait();
      }
      int next = told.incrementAndGet();
      set.signalAll();
      for (int spins = 0; heard.get() < next; spins++) {
        if (spins > 1000) {
          LockSupport.parkNanos(1000);
        }
      }
    }
    join(waiter);
    assertThat(heard).hasValue(last);
  }

  @Test
  void noBufferOfThePoolIsInTwoHands() {
    BufferPool pool = new BufferPool();
    AtomicInteger shared = new AtomicInteger();
    AtomicInteger started = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (byte mark = 1; mark <= 4; mark++) {
      byte own = mark;
      threads.add(
          new Thread(
              () -> {
                started.incrementAndGet();
                while (started.get() < 4) {
                  Thread.onSpinWait();
                }
                shared.addAndGet(use(pool, own));
              }));
    }
    threads.forEach(Thread::start);
    threads.forEach(WaitingTest::join);
    assertThat(shared).hasValue(0);
  }

  /** Takes buffers, writes into them, and counts those that somebody else wrote into as well. */
  private static int use(BufferPool pool, byte mark) {
    int shared = 0;
    for (int round = 0; round < 300 * ROUNDS; round++) {
      PooledBuffer buffer = pool.take(10);
      buffer.buffer().put(0, mark);
      buffer.retain();
      buffer.release();
      shared += buffer.buffer().get(0) == mark ? 0 : 1;
      buffer.release();
    }
    return shared;
  }

  @Test
  void aSignalIsNeverLost() {
    for (int round = 0; round < ROUNDS; round++) {
      AtomicInteger asked = new AtomicInteger();
      AtomicInteger seen = new AtomicInteger();
      WaitSet set = new WaitSet(THREADS, TimeSource.system());
      TaskExecutor.Task task =
          THREADS.register(
              "task",
              () -> {
                seen.set(asked.get());
                set.signalAll();
              });
      for (int signal = 1; signal <= 10; signal++) {
        int count = asked.incrementAndGet();
        task.signal();
        if (signal % 3 == 0) {
          assertThat(set.await(() -> seen.get() == count, Long.MAX_VALUE)).isTrue();
        }
      }
      assertThat(set.await(() -> seen.get() == 10, Long.MAX_VALUE)).isTrue();
      task.close();
    }
  }

  @Test
  void aJobIsDoneOrRefusedBesideTheLastOneWhichMayWaitForWhoAsked() {
    for (int round = 0; round < ROUNDS; round++) {
      Upkeep upkeep = new Upkeep(OPTIONS, () -> {});
      AtomicInteger done = new AtomicInteger();
      AtomicInteger refused = new AtomicInteger();
      AtomicBoolean ended = new AtomicBoolean();
      Thread asking =
          new Thread(
              () -> {
                try {
                  upkeep.run(done::incrementAndGet);
                  upkeep.run(done::incrementAndGet);
                } catch (ClosedException closed) {
                  refused.incrementAndGet();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      boolean waits = round % 2 == 0;
      asking.start();
      end(
          upkeep,
          () -> {
            if (waits) {
              join(asking);
            }
            ended.set(true);
          });
      join(asking);
      assertThat(ended).isTrue();
      assertThat(done.get() == 2 || refused.get() == 1).isTrue();
    }
  }

  @Test
  void aPeriodicRunSeesWhatWasDoneBeforeItWasAskedFor() {
    for (int round = 0; round < ROUNDS; round++) {
      AtomicInteger changes = new AtomicInteger();
      AtomicInteger written = new AtomicInteger();
      WaitSet set = new WaitSet(THREADS, TimeSource.system());
      Upkeep upkeep =
          new Upkeep(
              OPTIONS,
              () -> {
                written.set(changes.get());
                set.signalAll();
              });
      Thread other =
          new Thread(
              () -> {
                changes.incrementAndGet();
                upkeep.soon();
              });
      other.start();
      changes.incrementAndGet();
      upkeep.soon();
      assertThat(set.await(() -> written.get() == 2, Long.MAX_VALUE)).isTrue();
      end(upkeep, () -> {});
      join(other);
    }
  }
}
