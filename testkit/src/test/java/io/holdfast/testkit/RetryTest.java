package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.ClosedException;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.RetryPolicy;
import io.holdfast.engine.Subscriber;
import io.holdfast.engine.TaskExecutor;
import io.holdfast.engine.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What counts against a bundle, when it comes again, and which acks nothing takes back. */
@ParameterizedClass
@EnumSource(Disk.class)
class RetryTest extends EngineSuite {
  RetryTest(Disk disk) {
    super(disk);
  }

  private void retryAfter(Duration first, Duration longest) {
    world.options =
        world.options.withRetryPolicy(new RetryPolicy(first, longest, 0.5, RetryPolicy.UNLIMITED));
  }

  @Test
  void whatFailedComesAgainAfterADelayAndHoldsNobodyBack() {
    retryAfter(Duration.ofMillis(20), Duration.ofMillis(40));
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 3);
    try (Delivery delivery = take(subscriber)) {
      assertThat(delivery.failures()).isZero();
      delivery.fail("not today");
    }
    assertThat(ackNext(subscriber)).isEqualTo(2);
    assertThat(ackNext(subscriber)).isEqualTo(3);
    for (int failures = 1; failures <= 3; failures++) {
      try (Delivery again = take(subscriber)) {
        assertThat(Bundles.number(again.bundle())).isEqualTo(1);
        assertThat(again.failures()).isEqualTo(failures);
        again.fail("nor today");
      }
    }
    assertThat(ackNext(subscriber)).isEqualTo(1);
    assertThat(buffer.status().failed()).isEqualTo(4);
    assertThat(buffer.status().rejected()).isZero();
  }

  @Test
  void failuresAreCountedOverRestartsAndNothingElseIs() throws Exception {
    retryAfter(Duration.ZERO, Duration.ZERO);
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 2);
    try (Delivery delivery = take(subscriber)) {
      delivery.fail("one");
    }
    take(subscriber).close();
    try (Delivery delivery = take(subscriber)) {
      delivery.defer(Duration.ZERO);
    }
    subscriber.flush();
    Delivery outAtTheKill = take(subscriber);
    assertThat(outAtTheKill.failures()).isEqualTo(1);
    world.kill();
    Subscriber again = world.open().subscribe("a");
    try (Delivery delivery = take(again)) {
      assertThat(Bundles.number(delivery.bundle())).isEqualTo(1);
      assertThat(delivery.failures()).isEqualTo(1);
      assertThat(delivery.attempt()).isEqualTo(1);
      delivery.ack();
    }
    try (Delivery delivery = take(again)) {
      assertThat(delivery.failures()).isZero();
    }
  }

  @Test
  void withTheLastAttemptThatIsAllowedABundleIsGivenUp() {
    world.options =
        world.options.withRetryPolicy(
            new RetryPolicy(Duration.ZERO, Duration.ZERO, 0, 1).withMaxAttempts(3));
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 2);
    for (int attempt = 1; attempt <= 3; attempt++) {
      try (Delivery delivery = take(subscriber)) {
        assertThat(Bundles.number(delivery.bundle())).isEqualTo(1);
        delivery.fail("the third of these is the last: " + attempt);
      }
    }
    assertThat(ackNext(subscriber)).isEqualTo(2);
    assertThat(subscriber.backlog().bundles()).isZero();
    assertThat(world.events).anyMatch(e -> e.message().contains("is the last: 3"));
  }

  @Test
  void aFailureOfWhatIsNoLongerOutCountsNothing() {
    retryAfter(Duration.ZERO, Duration.ZERO);
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1);
    Delivery late = take(subscriber);
    subscriber.close();
    late.fail("too late");
    late.close();
    try (Delivery delivery = take(buffer.subscribe("a"))) {
      assertThat(delivery.failures()).isZero();
    }
    assertThat(buffer.status().failed()).isZero();
  }

  @Test
  void aDurableAckIsNotTakenBackByAKill() throws Exception {
    world.options = world.options.withProgressInterval(Duration.ofDays(1));
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 3);
    ackNext(subscriber);
    try (Delivery delivery = take(subscriber)) {
      delivery.ackDurably();
    }
    world.kill();
    // One write says all that the subscriber has resolved by then.
    assertThat(drain(world.open().subscribe("a"))).containsExactly(3L);
  }

  @Test
  void durableAcksThatComeTogetherShareAWrite() throws Exception {
    int threads = 12;
    SimulatedStorage storage = new SimulatedStorage(1);
    try (DurableBuffer buffer =
        DurableBuffer.open(
            storage,
            world.options.withTasks(TaskExecutor.threads()).withTime(TimeSource.system()))) {
      appendAll(buffer, 1, threads);
      Subscriber subscriber = buffer.subscribe("a");
      List<Delivery> out = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        out.add(take(subscriber));
      }
      AtomicInteger writes = new AtomicInteger();
      storage.setFaults(
          call -> {
            if (call.kind() == StorageCall.Kind.RENAME && call.file().contains("sub.a")) {
              writes.incrementAndGet();
              // The first write lasts until all others have come.
              while (buffer.status().acked() < threads) {
                Thread.onSpinWait();
              }
            }
            return Faults.Outcome.WORK;
          });
      try (var running = Executors.newVirtualThreadPerTaskExecutor()) {
        for (Delivery delivery : out) {
          var _ = running.submit(delivery::ackDurably);
        }
      }
      out.forEach(Delivery::close);
      assertThat(buffer.status().acked()).isEqualTo(threads);
      assertThat(writes.get()).isBetween(1, 2);
    }
  }

  @Test
  void aDurableAckOfWhatWasGivenBackSaysSo() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1);
    Delivery late = take(subscriber);
    subscriber.close();
    assertThatThrownBy(late::ackDurably)
        .isInstanceOf(ClosedException.class)
        .hasMessageContaining("sequence 0");
    late.close();
    assertThat(drain(buffer.subscribe("a"))).containsExactly(1L);
  }

  @Test
  void aDurableAckOfWhatTheNextConnectionHasGivenUpSaysThatItDoesNotCount() {
    DurableBuffer buffer = world.open();
    append(buffer, 1);
    Subscriber first = buffer.subscribe("a");
    Delivery late = take(first);
    first.close();
    Subscriber second = buffer.subscribe("a");
    try (Delivery delivery = take(second)) {
      assertThat(delivery.reject("no")).isTrue();
    }
    // It is a letter now, which can be replayed: nobody may hear that it was acked for good.
    assertThatThrownBy(late::ackDurably).isInstanceOf(ClosedException.class);
    late.close();
    assertThat(buffer.status().acked()).isZero();
    assertThat(buffer.deadLetters("a").replayAll()).isEqualTo(1);
    assertThat(ackNext(second)).isEqualTo(1);
  }
}
