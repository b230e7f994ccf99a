package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BufferFullException;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.Subscriber;
import io.holdfast.engine.TaskExecutor;
import io.holdfast.engine.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** One subscriber is slow, stuck or broken; nobody else notices. */
@ParameterizedClass
@EnumSource(Disk.class)
class SlowConsumerTest extends EngineSuite {
  private static final int LARGE = 200_000;

  SlowConsumerTest(Disk disk) {
    super(disk);
  }

  @Test
  void whoHoldsAllThatItMayHoldNeitherHoldsUpOthersNorAppendsAndLosesNothing() {
    world.options = world.options.withMaxInFlight(3);
    DurableBuffer buffer = world.open();
    Subscriber slow = buffer.subscribe("slow");
    Subscriber quick = buffer.subscribe("quick");
    List<Delivery> held = new ArrayList<>();
    long last = 40;
    for (long number = 1; number <= last; number++) {
      append(buffer, number, LARGE);
      if (held.size() < 3) {
        held.add(take(slow));
      }
      assertThat(ackNext(quick)).isEqualTo(number);
    }
    assertThat(slow.next(Duration.ZERO)).isNull();
    // So much does not stay in the log for one alone.
    buffer.flush();
    assertThat(buffer.status().disk().segments()).isPositive();
    assertThat(quick.backlog().bundles()).isZero();
    assertThat(slow.backlog().bundles()).isEqualTo(last);

    // What is held is still what it was, wherever its file has gone meanwhile.
    assertThat(held).extracting(one -> Bundles.number(one.bundle())).containsExactly(1L, 2L, 3L);
    for (Delivery one : held) {
      one.ack();
      one.close();
    }
    assertThat(drain(slow)).isEqualTo(range(4, last));
  }

  @Test
  void whoKeepsUpReadsNothingFromTheDiskAndSeesNoOthersChanges() {
    DurableBuffer buffer = world.open();
    Subscriber one = buffer.subscribe("one");
    Subscriber other = buffer.subscribe("other");
    if (on() == Disk.SIMULATED) {
      Predicate<StorageCall> reads = call -> call.kind() == StorageCall.Kind.READ;
      world.disk().setFaults(Faults.when(reads, Faults.Outcome.FAIL));
    }
    for (long number = 1; number <= 200; number++) {
      append(buffer, number, 20_000);
      try (Delivery first = take(one);
          Delivery second = take(other)) {
        long hash = Bundles.hash(second.bundle());
        var column = first.bundle().slots().getFirst().root().getVector(0);
        column.getDataBuffer().setZero(0, column.getDataBuffer().capacity());
        assertThat(Bundles.hash(second.bundle())).isEqualTo(hash);
        first.ack();
        second.ack();
      }
    }
  }

  @Test
  void whoLagsFindsEverythingOnTheDiskAndSoDoesWhoComesAgain() {
    DurableBuffer buffer = world.open();
    Subscriber lagging = buffer.subscribe("lagging");
    Subscriber quick = buffer.subscribe("quick");
    long last = 40;
    for (long number = 1; number <= last; number++) {
      append(buffer, number, LARGE);
      if (number % 3 == 0) {
        try (Delivery delivery = take(quick)) {
          delivery.fail("it comes again");
        }
      }
    }
    lagging.close();
    assertThat(drain(buffer.subscribe("lagging"))).isEqualTo(range(1, last));
    world.tasks().advance(Duration.ofHours(1));
    assertThat(drain(quick)).containsExactlyInAnyOrderElementsOf(range(1, last));
  }

  @Test
  void aFullBufferOfOneWhoIsStuckLetsOthersFinishWhatThereIs() {
    DurableBuffer buffer = world.open();
    Subscriber stuck = buffer.subscribe("stuck");
    Subscriber well = buffer.subscribe("well");
    Delivery held;
    append(buffer, 1, LARGE);
    held = take(stuck);
    long took = 1;
    while (fits(buffer, took + 1)) {
      took++;
    }
    assertThat(drain(well)).isEqualTo(range(1, took));
    held.ack();
    held.close();
    assertThat(drain(stuck)).isEqualTo(range(2, took));
    append(buffer, took + 1, LARGE);
    assertThat(ackNext(well)).isEqualTo(took + 1);
  }

  private boolean fits(DurableBuffer buffer, long number) {
    try (Bundles.Built built = world.bundles.sized(number, LARGE)) {
      buffer.append(built.bundle(), Duration.ZERO);
      return true;
    } catch (BufferFullException full) {
      return false;
    }
  }

  @Test
  void listenersThatThrowDisturbNobody() {
    world.options =
        world.options.withListener(
            event -> {
              world.events.add(event);
              if (event.name().equals("holdfast.subscriber.reject")) {
                throw new IllegalStateException("the host's listener is broken");
              }
            });
    DurableBuffer buffer = world.open();
    Subscriber broken = buffer.subscribe("broken");
    Subscriber well = buffer.subscribe("well");
    broken.whenAvailable(
        () -> {
          throw new IllegalStateException("this one is broken, too");
        });
    for (long number = 1; number <= 20; number++) {
      append(buffer, number);
      try (Delivery delivery = take(broken)) {
        if (number % 5 == 0) {
          delivery.reject("number " + number);
        } else {
          delivery.ack();
        }
      }
      assertThat(ackNext(well)).isEqualTo(number);
    }
    buffer.flush();
    assertThat(buffer.deadLetters("broken").count()).isEqualTo(4);
    assertThat(world.events)
        .anyMatch(event -> event.message().contains("this one is broken, too"))
        .anyMatch(event -> event.name().equals("holdfast.subscriber.reject"));
    buffer.close();
    DurableBuffer again = world.open();
    assertThat(again.subscribe("broken").next(Duration.ZERO)).isNull();
    assertThat(again.subscribe("well").next(Duration.ZERO)).isNull();
  }

  @Test
  void aConsumerThatIsStuckInItsWorkDoesNotKeepTheBufferFromClosing() throws Exception {
    Assumptions.assumeTrue(on() == Disk.FILES, "the simulated machine has one thread");
    DurableBuffer buffer = world.open();
    Subscriber stuck = buffer.subscribe("stuck");
    Subscriber well = buffer.subscribe("well");
    append(buffer, 1);
    CountDownLatch taken = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    List<Long> seen = new ArrayList<>();
    Thread worker =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (Delivery delivery = take(stuck)) {
                    taken.countDown();
                    release.await();
                    seen.add(Bundles.number(delivery.bundle()));
                    delivery.ack();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    taken.await();
    appendAll(buffer, 2, 50);
    assertThat(drain(well)).isEqualTo(range(1, 50));
    buffer.close();
    release.countDown();
    worker.join();
    assertThat(seen).as("its bundle was its own to the end").containsExactly(1L);
    // The ack came too late to be kept.
    DurableBuffer again = world.open();
    assertThat(drain(again.subscribe("stuck"))).isEqualTo(range(1, 50));
    assertThat(drain(again.subscribe("well"))).isEmpty();
  }

  /** Lets somebody ack durably at the first read for a segment, and sees when that is done. */
  private static final class AckMeanwhile implements TroubledStorage.Trouble {
    private final AtomicReference<@Nullable Delivery> held = new AtomicReference<>();
    private final CountDownLatch acked = new CountDownLatch(1);
    private final AtomicReference<@Nullable Boolean> inTime = new AtomicReference<>();
    private volatile @Nullable Thread acker;

    @Override
    public void before(TroubledStorage.Kind kind, String name) {
      if (!Thread.currentThread().getName().equals("holdfast-upkeep")) {
        return;
      }
      if (kind == TroubledStorage.Kind.READ && name.startsWith("wal")) {
        readForASegment();
      } else if (kind == TroubledStorage.Kind.NAME
          && name.startsWith("segments")
          && acker != null
          && inTime.get() == null) {
        inTime.set(isAcked());
      }
    }

    /** This holds up the segment: so whoever waits for that is not acked in any time. */
    private boolean isAcked() {
      try {
        return acked.await(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    private void readForASegment() {
      Delivery delivery = held.getAndSet(null);
      if (delivery != null) {
        acker =
            Thread.ofPlatform()
                .daemon()
                .start(
                    () -> {
                      delivery.ackDurably();
                      delivery.close();
                      acked.countDown();
                    });
      }
      Thread waits = acker;
      if (waits != null) {
        // Until it waits for the engine's tasks.
        while (acked.getCount() > 0 && !(LockSupport.getBlocker(waits) instanceof TaskExecutor)) {
          Thread.onSpinWait();
        }
      }
    }
  }

  @Test
  void aDurableAckDoesNotWaitForTheSegmentsOfOneWhoIsBehind() throws Exception {
    AckMeanwhile trouble = new AckMeanwhile();
    DurableBuffer buffer =
        DurableBuffer.open(
            new TroubledStorage(world.storage(), trouble),
            world
                .options
                .withCapBytes(256L << 20)
                .withTime(TimeSource.system())
                .withTasks(TaskExecutor.threads()));
    try (buffer) {
      buffer.subscribe("behind");
      Subscriber quick = buffer.subscribe("quick");
      append(buffer, 1, LARGE);
      trouble.held.set(take(quick));
      for (long number = 2; trouble.inTime.get() == null; number++) {
        append(buffer, number, LARGE);
      }
      assertThat(trouble.inTime.get()).as("acked before there was a segment").isTrue();
    }
  }
}
