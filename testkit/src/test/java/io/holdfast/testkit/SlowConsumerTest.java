package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BufferFullException;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.Subscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
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
}
