package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.ClosedException;
import io.holdfast.engine.DeadLetters;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.Subscriber;
import io.holdfast.engine.TaskExecutor;
import io.holdfast.engine.TimeSource;
import io.holdfast.engine.storage.Storage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Closing from anywhere, at any time, more than once. */
@ParameterizedClass
@EnumSource(Disk.class)
class ClosingTest extends EngineSuite {

  ClosingTest(Disk disk) {
    super(disk);
  }

  private void until(AtomicBoolean done) {
    while (!done.get()) {
      world.options.tasks().pause(1_000_000);
    }
  }

  private CompletableFuture<Long> appendAsync(DurableBuffer buffer, long number) {
    return appendAsync(buffer, number, 100);
  }

  @Test
  void aCallbackOfAnAppendMayCloseTheBufferAndOthersThatWereUnderWayEndAsTheyMust() {
    DurableBuffer buffer = world.open();
    AtomicBoolean called = new AtomicBoolean();
    List<CompletableFuture<Long>> results = new ArrayList<>();
    for (long number = 1; number <= 20; number++) {
      CompletableFuture<Long> result = appendAsync(buffer, number);
      results.add(result);
      if (number == 5) {
        CompletableFuture<Void> _ =
            result.thenRun(
                () -> {
                  buffer.close();
                  buffer.close();
                  called.set(true);
                });
      }
    }
    until(called);
    // Closing it once more waits for what the callback began.
    buffer.close();
    assertThat(results).allMatch(CompletableFuture::isDone);
    List<Long> kept = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      CompletableFuture<Long> result = results.get(i);
      if (result.isCompletedExceptionally()) {
        assertThat(result.exceptionNow()).isInstanceOf(ClosedException.class);
      } else {
        kept.add(i + 1L);
      }
    }
    DurableBuffer again = world.open();
    assertThat(again.recovery().cleanStop()).isTrue();
    assertThat(drain(again.subscribe("a"))).isEqualTo(kept);
  }

  @Test
  void aListenerOfASubscriberMayCloseTheBuffer() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    AtomicBoolean armed = new AtomicBoolean();
    AtomicBoolean called = new AtomicBoolean();
    subscriber.whenAvailable(
        () -> {
          if (armed.get() && !called.getAndSet(true)) {
            subscriber.close();
            buffer.close();
          }
        });
    armed.set(true);
    append(buffer, 1);
    until(called);
    buffer.close();
    assertThat(drain(world.open().subscribe("a"))).containsExactly(1L);
  }

  @Test
  void aCallbackThatFlushesWhileTheBufferClosesHoldsNothingUp() throws Exception {
    // Real threads on both disks: one of them has to be held in the callback.
    TaskExecutor threads = TaskExecutor.threads();
    Meeting meeting = new Meeting();
    BufferOptions options =
        world
            .options
            .withTime(TimeSource.system())
            .withTasks((name, step) -> new Met(threads.register(name, step), meeting));
    DurableBuffer buffer = DurableBuffer.open(world.storage(), options);
    CompletableFuture<Void> asked = new CompletableFuture<>();
    AtomicBoolean armed = new AtomicBoolean();
    buffer
        .subscribe("a")
        .whenAvailable(
            () -> {
              if (armed.getAndSet(false)) {
                meeting.caller.set(Thread.currentThread());
                try {
                  buffer.flush();
                  asked.complete(null);
                } catch (ClosedException end) {
                  asked.completeExceptionally(end);
                }
              }
            });
    armed.set(true);
    append(buffer, 1);
    await(meeting.flushing);
    buffer.close();
    assertThatThrownBy(() -> asked.get(60, TimeUnit.SECONDS))
        .hasCauseInstanceOf(ClosedException.class);
    assertThat(drain(world.open().subscribe("a"))).containsExactly(1L);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Where a thread that found the buffer open is held until the buffer's tasks end. */
  private static final class Meeting {
    final AtomicReference<@Nullable Thread> caller = new AtomicReference<>();
    final CountDownLatch flushing = new CountDownLatch(1);
    final CountDownLatch ending = new CountDownLatch(1);
  }

  private record Met(TaskExecutor.Task task, Meeting meeting) implements TaskExecutor.Task {
    @Override
    public void signal() {
      if (meeting.caller.compareAndSet(Thread.currentThread(), null)) {
        meeting.flushing.countDown();
        await(meeting.ending);
      }
      task.signal();
    }

    @Override
    public void signalAfter(Duration delay) {
      task.signalAfter(delay);
    }

    @Override
    public void close() {
      meeting.ending.countDown();
      task.close();
    }
  }

  @Test
  void aListenerOfEventsMayCloseTheBuffer() {
    AtomicBoolean called = new AtomicBoolean();
    DurableBuffer[] opened = new DurableBuffer[1];
    world.options =
        world.options.withListener(
            event -> {
              if (event.name().equals("holdfast.wal.rotate")) {
                opened[0].close();
                called.set(true);
              }
            });
    DurableBuffer buffer = world.open();
    opened[0] = buffer;
    List<Long> kept = new ArrayList<>();
    try {
      for (long number = 1; number < 1000; number++) {
        append(buffer, number, 300_000);
        kept.add(number);
      }
    } catch (ClosedException end) {
      assertThat(called).isTrue();
    }
    buffer.close();
    assertThat(drain(world.open().subscribe("a"))).isEqualTo(kept);
  }

  @Test
  void deadLettersOfABufferThatIsClosedAreClosed() {
    DurableBuffer buffer = world.open();
    append(buffer, 1);
    try (Delivery delivery = take(buffer.subscribe("a"))) {
      delivery.reject("no");
    }
    DeadLetters letters = buffer.deadLetters("a");
    long number = letters.list(-1, 1).getFirst().number();
    buffer.close();
    assertThatThrownBy(() -> letters.read(number, Bundles::number))
        .isInstanceOf(ClosedException.class);
    assertThatThrownBy(letters::count).isInstanceOf(ClosedException.class);
    assertThatThrownBy(letters::replayAll).isInstanceOf(ClosedException.class);
    assertThat(world.open().deadLetters("a").count()).isEqualTo(1);
  }

  @Test
  void theDirectoryIsFreeWhenAnyOfSeveralClosesReturns() throws Exception {
    // Real threads on both disks: the simulated tasks have none.
    BufferOptions options =
        world.options.withTime(TimeSource.system()).withTasks(TaskExecutor.threads());
    for (int round = 0; round < 10; round++) {
      DurableBuffer buffer = DurableBuffer.open(world.storage(), options);
      Subscriber subscriber = buffer.subscribe("a");
      appendAll(buffer, round * 10L, round * 10L + 9);
      assertThat(drain(subscriber)).hasSize(10);
      try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
        List<Future<Boolean>> closes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          closes.add(
              threads.submit(
                  () -> {
                    buffer.close();
                    return isFree();
                  }));
        }
        for (Future<Boolean> close : closes) {
          assertThat(close.get(60, TimeUnit.SECONDS)).isTrue();
        }
      }
    }
  }

  /** The threads ask one at a time, so that none finds the lock of another one's question. */
  private synchronized boolean isFree() throws IOException {
    Optional<Storage.StorageLock> lock = world.storage().tryLock("holdfast.lock");
    if (lock.isPresent()) {
      lock.get().close();
    }
    return lock.isPresent();
  }
}
