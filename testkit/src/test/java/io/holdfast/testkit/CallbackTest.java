package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.BufferFullException;
import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.ClosedException;
import io.holdfast.engine.DeadLetters;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.Subscriber;
import io.holdfast.engine.TaskExecutor;
import io.holdfast.engine.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is called back into the buffer, from the threads that call back; real ones on both disks.
 */
@ParameterizedClass
@EnumSource(Disk.class)
class CallbackTest extends EngineSuite {

  CallbackTest(Disk disk) {
    super(disk);
  }

  /** Holds the syncs of the log, and the reads of one thread. */
  private static final class Gate implements TroubledStorage.Trouble {
    private volatile CountDownLatch syncs = new CountDownLatch(0);
    private final CountDownLatch reading = new CountDownLatch(1);
    private final CountDownLatch read = new CountDownLatch(1);
    private volatile @Nullable Thread reader;

    @Override
    public void before(TroubledStorage.Kind kind, String name) {
      if (kind == TroubledStorage.Kind.SYNC && name.startsWith("wal")) {
        CallbackTest.await(syncs);
      }
    }

    @Override
    public void after(TroubledStorage.Kind kind, String name) {
      if (kind == TroubledStorage.Kind.READ && Thread.currentThread().equals(reader)) {
        reading.countDown();
        CallbackTest.await(read);
      }
    }
  }

  private final Gate gate = new Gate();

  private DurableBuffer open() {
    return open(world.options.withTime(TimeSource.system()));
  }

  private DurableBuffer open(BufferOptions options) {
    return DurableBuffer.open(
        new TroubledStorage(world.storage(), gate), options.withTasks(TaskExecutor.threads()));
  }

  static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** What another thread finds, while this one waits for it. */
  private static <T> T elsewhere(Callable<T> call) {
    FutureTask<T> found = new FutureTask<>(call);
    Thread.ofPlatform().daemon().start(found);
    try {
      return found.get(20, TimeUnit.SECONDS);
    } catch (Exception heldUp) {
      throw new AssertionError("another thread is held up", heldUp);
    }
  }

  @Test
  void aListenerThatTakesAndAcksIsNeverCalledWithinItself() throws Exception {
    try (DurableBuffer buffer = open()) {
      Subscriber subscriber = buffer.subscribe("a");
      List<CompletableFuture<Long>> appends = new ArrayList<>();
      for (long number = 1; number <= 100; number++) {
        appends.add(appendAsync(buffer, number, 10));
      }
      for (CompletableFuture<Long> append : appends) {
        append.get(60, TimeUnit.SECONDS);
      }
      ThreadLocal<Boolean> inside = ThreadLocal.withInitial(() -> false);
      AtomicBoolean nested = new AtomicBoolean();
      CountDownLatch acked = new CountDownLatch(100);
      subscriber.whenAvailable(
          () -> {
            nested.compareAndSet(false, inside.get());
            inside.set(true);
            try (Delivery delivery = subscriber.next(Duration.ZERO)) {
              if (delivery != null) {
                delivery.ack();
                acked.countDown();
              }
            } finally {
              inside.set(false);
            }
          });
      // One for each call: so each ack must call it again.
      await(acked);
      assertThat(nested).isFalse();
    }
  }

  @Test
  void anAppendThatWouldWaitForTheThreadItIsCalledOnIsRefused() throws Exception {
    try (DurableBuffer buffer = open()) {
      gate.syncs = new CountDownLatch(1);
      CompletableFuture<Long> inside =
          appendAsync(buffer, 1, 10).thenApply(sequence -> append(buffer, sequence + 10));
      gate.syncs.countDown();
      assertThatThrownBy(() -> inside.get(60, TimeUnit.SECONDS))
          .hasCauseInstanceOf(IllegalStateException.class)
          .hasMessageContaining("appendAsync");
      assertThat(append(buffer, 2)).isEqualTo(1);
    }
  }

  @Test
  void anAppendInACallbackIsToldFullWhereItWouldWaitForTheThreadItIsCalledOn() throws Exception {
    try (DurableBuffer buffer =
        open(world.options.withTime(TimeSource.system()).withCapBytes(1L << 30))) {
      gate.syncs = new CountDownLatch(1);
      CompletableFuture<Long> inside =
          appendAsync(buffer, 1, 10).thenCompose(sequence -> appendAsync(buffer, 2, 10));
      List<CompletableFuture<Long>> large = new ArrayList<>();
      for (long number = 10; number < 26; number++) {
        large.add(appendAsync(buffer, number, 4 << 20));
      }
      gate.syncs.countDown();
      assertThatThrownBy(() -> inside.get(60, TimeUnit.SECONDS))
          .hasCauseInstanceOf(BufferFullException.class);
      for (CompletableFuture<Long> append : large) {
        append.get(60, TimeUnit.SECONDS);
      }
      assertThat(buffer.status().refused()).isEqualTo(1);
      assertThat(
              appendAsync(buffer, 3, 10)
                  .thenCompose(sequence -> appendAsync(buffer, 4, 10))
                  .get(60, TimeUnit.SECONDS))
          .isEqualTo(18);
    }
  }

  @Test
  void aListenerThatHearsOfAReplayHoldsNoneOfTheEnginesLocks() {
    try (DurableBuffer buffer = open()) {
      Subscriber subscriber = buffer.subscribe("a");
      append(buffer, 1);
      try (Delivery delivery = take(subscriber)) {
        delivery.reject("not yet");
      }
      DeadLetters letters = buffer.deadLetters("a");
      AtomicBoolean armed = new AtomicBoolean();
      CompletableFuture<Long> counted = new CompletableFuture<>();
      subscriber.whenAvailable(
          () -> {
            if (armed.getAndSet(false)) {
              try {
                counted.complete(elsewhere(letters::count));
              } catch (AssertionError heldUp) {
                counted.completeExceptionally(heldUp);
              }
            }
          });
      armed.set(true);
      letters.replayAll();
      assertThat(counted.orTimeout(60, TimeUnit.SECONDS).join()).isEqualTo(1);
    }
  }

  @Test
  void aListenerOfEventsHoldsNoneOfTheEnginesLocksWhileLettersAreReplayed() {
    SimulatedTime time = new SimulatedTime();
    AtomicReference<@Nullable Runnable> then = new AtomicReference<>();
    BufferOptions options =
        world
            .options
            .withTime(time)
            .withMaxAge(Duration.ofHours(1))
            .withListener(
                event -> {
                  Runnable once = then.get();
                  if (once != null
                      && event.name().equals("holdfast.retention.drop")
                      && then.compareAndSet(once, null)) {
                    once.run();
                  }
                });
    try (DurableBuffer buffer = open(options)) {
      Subscriber subscriber = buffer.subscribe("a");
      appendAll(buffer, 1, 2);
      try (Delivery delivery = take(subscriber)) {
        delivery.reject("not yet");
      }
      buffer.deadLetters("a").replayAll();
      CompletableFuture<Boolean> took = new CompletableFuture<>();
      then.set(
          () -> {
            try {
              took.complete(elsewhere(() -> subscriber.next(Duration.ZERO) == null));
            } catch (AssertionError heldUp) {
              took.completeExceptionally(heldUp);
            }
          });
      try (Delivery letter = take(subscriber)) {
        assertThat(Bundles.number(letter.bundle())).isEqualTo(1);
        time.advance(Duration.ofHours(2));
        assertThat(subscriber.next(Duration.ZERO)).as("the other one is too old").isNull();
        assertThat(took.orTimeout(60, TimeUnit.SECONDS).join()).isTrue();
      }
    }
  }

  @Test
  void aReplayGoesOnWhenItsSubscriberWasClosedWhileItWasTaken() throws Exception {
    try (DurableBuffer buffer = open();
        ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Subscriber first = buffer.subscribe("a");
      append(buffer, 1);
      try (Delivery delivery = take(first)) {
        delivery.reject("not yet");
      }
      buffer.deadLetters("a").replayAll();
      Future<@Nullable Delivery> taking;
      // The lock that the letters are connected under: whoever takes is held there.
      synchronized (first) {
        AtomicReference<@Nullable Thread> taker = new AtomicReference<>();
        taking =
            thread.submit(
                () -> {
                  taker.set(Thread.currentThread());
                  return first.next(Duration.ZERO);
                });
        until(() -> isBlocked(taker.get()));
        first.close();
      }
      assertThatThrownBy(() -> taking.get(60, TimeUnit.SECONDS))
          .hasCauseInstanceOf(ClosedException.class);
      assertThat(ackNext(buffer.subscribe("a"))).isEqualTo(1);
    }
  }

  private static boolean isBlocked(@Nullable Thread thread) {
    return thread != null && thread.getState() == Thread.State.BLOCKED;
  }

  private static void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Keeps memory of a delivery beyond its end. */
  private static void keepRows(Delivery delivery) {
    VectorSchemaRoot rows = delivery.bundle().slot(0).orElseThrow().root();
    rows.getVector(0).getDataBuffer().getReferenceManager().retain();
  }

  /**
   * The first to close is told of what is kept; it is closed all the same, and the lock is free.
   */
  private void assertClosesForOthers(DurableBuffer buffer) throws Exception {
    assertThatThrownBy(buffer::close).isInstanceOf(IllegalStateException.class);
    assertThat(
            elsewhere(
                () -> {
                  buffer.close();
                  return true;
                }))
        .isTrue();
    assertThat(world.storage().tryLock("holdfast.lock")).isPresent();
  }

  @Test
  void whoeverKeepsRowsOfADeliveryHoldsUpNobodyWhoCloses() throws Exception {
    DurableBuffer buffer = open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1);
    try (Delivery delivery = take(subscriber)) {
      keepRows(delivery);
      delivery.ack();
    }
    assertClosesForOthers(buffer);
  }

  @Test
  void whoeverKeepsRowsOfAReplayHoldsUpNobodyWhoCloses() throws Exception {
    DurableBuffer buffer = open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1);
    try (Delivery delivery = take(subscriber)) {
      delivery.reject("not yet");
    }
    buffer.deadLetters("a").replayAll();
    try (Delivery delivery = take(subscriber)) {
      keepRows(delivery);
    }
    assertClosesForOthers(buffer);
  }

  @Test
  void aBundleThatIsReadWhileTheBufferClosesIsReadableUntilItIsClosed() throws Exception {
    DurableBuffer buffer = open();
    append(buffer, 1);
    Subscriber subscriber = buffer.subscribe("a");
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<Long> number =
          thread.submit(
              () -> {
                gate.reader = Thread.currentThread();
                try (Delivery delivery = take(subscriber)) {
                  return Bundles.number(delivery.bundle());
                }
              });
      await(gate.reading);
      buffer.close();
      gate.read.countDown();
      assertThat(number.get(60, TimeUnit.SECONDS)).isEqualTo(1);
    }
  }
}
