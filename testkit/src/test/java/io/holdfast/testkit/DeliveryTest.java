package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.ClosedException;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.Durability;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.StartAt;
import io.holdfast.engine.Subscriber;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What comes to a subscriber, in which order, and what resolves it. */
@ParameterizedClass
@EnumSource(Disk.class)
class DeliveryTest extends EngineSuite {
  DeliveryTest(Disk disk) {
    super(disk);
  }

  @Test
  void whatIsAppendedComesInTheOrderOfItsSequences() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    long before = -1;
    for (long number = 0; number < 20; number++) {
      long sequence = append(buffer, number);
      assertThat(sequence).isGreaterThan(before);
      before = sequence;
      try (Delivery delivery = take(subscriber)) {
        assertThat(delivery.sequence()).isEqualTo(sequence);
        assertThat(Bundles.number(delivery.bundle())).isEqualTo(number);
        assertThat(delivery.attempt()).isEqualTo(1);
        delivery.ack();
      }
    }
  }

  @Test
  void everyKindOfBundleComesBackAsItWentIn() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    for (long number = 0; number < 60; number++) {
      String expected;
      try (Bundles.Built built = world.bundles.mixed(number)) {
        expected = Bundles.describe(built.bundle());
        buffer.append(built.bundle());
      }
      try (Delivery delivery = take(subscriber)) {
        assertThat(Bundles.describe(delivery.bundle())).isEqualTo(expected);
        delivery.ack();
      }
    }
  }

  @Test
  void aBundleWithoutSlotsIsABundle() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    long sequence = buffer.append(io.holdfast.engine.RecordBundle.builder().build());
    try (Delivery delivery = take(subscriber)) {
      assertThat(delivery.sequence()).isEqualTo(sequence);
      assertThat(delivery.bundle().slots()).isEmpty();
      delivery.ack();
    }
  }

  @Test
  void aDeliveredBundleCanBeAppendedAgain() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    String expected;
    try (Bundles.Built built = world.bundles.mixed(3)) {
      expected = Bundles.describe(built.bundle());
      buffer.append(built.bundle());
    }
    try (Delivery delivery = take(subscriber)) {
      buffer.append(delivery.bundle());
      delivery.ack();
    }
    try (Delivery delivery = take(subscriber)) {
      assertThat(Bundles.describe(delivery.bundle())).isEqualTo(expected);
      delivery.ack();
    }
  }

  @Test
  void theIngestionTimeIsThatOfTheAppend() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    long before = world.options.time().epochNanos();
    append(buffer, 1);
    long after = world.options.time().epochNanos();
    try (Delivery delivery = take(subscriber)) {
      assertThat(delivery.ingestionEpochNanos()).isBetween(before, after);
    }
  }

  @Test
  void eachSubscriberGetsEachBundleAndNoneWaitsForAnother() {
    DurableBuffer buffer = world.open();
    Subscriber fast = buffer.subscribe("fast");
    Subscriber slow = buffer.subscribe("slow");
    appendAll(buffer, 1, 5);
    assertThat(drain(fast)).isEqualTo(range(1, 5));
    appendAll(buffer, 6, 8);
    assertThat(drain(fast)).isEqualTo(range(6, 8));
    assertThat(drain(slow)).isEqualTo(range(1, 8));
    assertThat(buffer.subscribers()).containsExactlyInAnyOrder("fast", "slow");
  }

  @Test
  void whatIsGivenBackComesAgainBeforeNewerOnesAndCountsItsAttempts() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 3);
    take(subscriber).close();
    Delivery second = take(subscriber);
    assertThat(Bundles.number(second.bundle())).isEqualTo(1);
    assertThat(second.attempt()).isEqualTo(2);
    Delivery third = take(subscriber);
    assertThat(Bundles.number(third.bundle())).isEqualTo(2);
    second.close();
    third.close();
    assertThat(drain(subscriber)).isEqualTo(range(1, 3));
  }

  @Test
  void whatIsDeferredComesAgainOnceItIsDueAndHoldsNobodyBack() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 3);
    try (Delivery delivery = take(subscriber)) {
      delivery.defer(Duration.ofMillis(200));
    }
    assertThat(ackNext(subscriber)).isEqualTo(2);
    assertThat(ackNext(subscriber)).isEqualTo(3);
    assertThat(subscriber.backlog().bundles()).isEqualTo(1);
    long before = world.options.time().monotonicNanos();
    try (Delivery again = take(subscriber)) {
      assertThat(Bundles.number(again.bundle())).isEqualTo(1);
      assertThat(again.attempt()).isEqualTo(2);
      again.ack();
    }
    // Not a measurement: with nothing else to give it must not have come before it was due.
    assertThat(world.options.time().monotonicNanos() - before).isPositive();
    assertThat(subscriber.backlog().bundles()).isZero();
  }

  @Test
  void aDeferralForEverNeitherComesNorBreaksAnything() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 2);
    try (Delivery delivery = take(subscriber)) {
      delivery.defer(Duration.ofSeconds(Long.MAX_VALUE));
    }
    assertThat(ackNext(subscriber)).isEqualTo(2);
    assertThat(subscriber.next(Duration.ZERO)).isNull();
    assertThat(subscriber.backlog().bundles()).isEqualTo(1);
  }

  @Test
  void aRejectedBundleNeverComesAgainAndIsCountedAndTold() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 2);
    try (Delivery delivery = take(subscriber)) {
      delivery.reject("it is of no use");
    }
    assertThat(buffer.status().rejected()).isEqualTo(1);
    assertThat(world.events).anySatisfy(e -> assertThat(e.message()).contains("it is of no use"));
    subscriber.flush();
    buffer.close();
    assertThat(drain(world.open().subscribe("a"))).containsExactly(2L);
  }

  @Test
  void onlyTheFirstOfAckRejectAndDeferCounts() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1);
    Delivery delivery = take(subscriber);
    delivery.ack();
    delivery.reject("too late");
    delivery.defer(Duration.ZERO);
    delivery.ack();
    delivery.close();
    delivery.close();
    assertThat(buffer.status().acked()).isEqualTo(1);
    assertThat(buffer.status().rejected()).isZero();
    assertThat(buffer.status().deferred()).isZero();
    assertThat(subscriber.next(Duration.ZERO)).isNull();
  }

  @Test
  void noMoreThanTheLimitIsOutAndEachResolutionMakesRoom() {
    world.options = world.options.withMaxInFlight(3);
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 5);
    List<Delivery> out = List.of(take(subscriber), take(subscriber), take(subscriber));
    assertThat(subscriber.next(Duration.ZERO)).isNull();
    out.get(1).ack();
    Delivery fourth = take(subscriber);
    assertThat(Bundles.number(fourth.bundle())).isEqualTo(4);
    assertThat(subscriber.next(Duration.ZERO)).isNull();
    // A deferred one counts as well.
    fourth.defer(Duration.ofHours(1));
    assertThat(subscriber.next(Duration.ZERO)).isNull();
    out.get(0).ack();
    assertThat(Bundles.number(take(subscriber).bundle())).isEqualTo(5);
    out.forEach(Delivery::close);
  }

  @Test
  void aBacklogSaysWhatIsNotResolvedInFlightIncluded() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    assertThat(subscriber.backlog()).isEqualTo(new Subscriber.Backlog(0, 0, 0));
    appendAll(buffer, 1, 4);
    long bytes = subscriber.backlog().bytes();
    assertThat(subscriber.backlog()).isEqualTo(new Subscriber.Backlog(4, 4, bytes));
    Delivery delivery = take(subscriber);
    assertThat(subscriber.backlog().bundles()).isEqualTo(4);
    delivery.ack();
    assertThat(subscriber.backlog()).isEqualTo(new Subscriber.Backlog(3, 3, bytes * 3 / 4));
    delivery.close();
  }

  @Test
  void aNewSubscriberStartsWithTheEarliestThatIsKept() {
    DurableBuffer buffer = world.open();
    appendAll(buffer, 1, 3);
    assertThat(drain(buffer.subscribe("a"))).isEqualTo(range(1, 3));
  }

  @Test
  void aNewSubscriberDoesNotGetWhatAllOthersHaveResolved() {
    DurableBuffer buffer = world.open();
    Subscriber first = buffer.subscribe("first");
    Subscriber second = buffer.subscribe("second");
    appendAll(buffer, 1, 4);
    ackNext(first);
    ackNext(first);
    ackNext(second);
    assertThat(drain(buffer.subscribe("third"))).isEqualTo(range(2, 4));
  }

  @Test
  void aNewSubscriberFromTheLatestGetsOnlyWhatComesAfterIt() throws Exception {
    DurableBuffer buffer = world.open();
    appendAll(buffer, 1, 3);
    Subscriber late = buffer.subscribe("late", StartAt.LATEST);
    appendAll(buffer, 4, 5);
    assertThat(ackNext(late)).isEqualTo(4);
    world.kill();
    // What was before it began is no part of it in any later life either.
    Subscriber again = world.open().subscribe("late", StartAt.EARLIEST);
    assertThat(drain(again)).doesNotContain(1L, 2L, 3L).contains(5L);
  }

  /** It was, and for good: what no sync had covered when it began came to its line later. */
  @Test
  void whatCameBeforeTheLatestIsNoBacklogEitherWhenItIsSyncedLater() {
    world.options = world.options.withDurability(Durability.interval(Duration.ofMillis(300)));
    DurableBuffer buffer = world.open();
    Subscriber all = buffer.subscribe("all");
    appendAll(buffer, 1, 1);
    Subscriber late = buffer.subscribe("late", StartAt.LATEST);
    assertThat(late.backlog().bundles()).isZero();
    try (Delivery synced = all.next(Duration.ofSeconds(30))) {
      assertThat(synced).isNotNull();
    }
    assertThat(late.backlog().bundles()).isZero();
    appendAll(buffer, 2, 2);
    assertThat(ackNext(late)).isEqualTo(2);
    assertThat(late.backlog().bundles()).isZero();
  }

  @Test
  void anIdThatIsNotLegalOrTakenIsRefused() {
    DurableBuffer buffer = world.open();
    for (String id : List.of("", "a b", "ä", "../x", "a.b", "x".repeat(65))) {
      assertThatThrownBy(() -> buffer.subscribe(id))
          .as(id)
          .isInstanceOf(IllegalArgumentException.class);
    }
    buffer.subscribe("x".repeat(64));
    Subscriber held = buffer.subscribe("A-z_09");
    assertThatThrownBy(() -> buffer.subscribe("A-z_09"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("A-z_09");
    held.close();
    assertThat(buffer.subscribe("A-z_09").id()).isEqualTo("A-z_09");
  }

  @Test
  void aSubscriberThatClosesGivesBackWhatIsOutAndResumes() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 4);
    Delivery first = take(subscriber);
    Delivery second = take(subscriber);
    second.ack();
    subscriber.close();
    subscriber.close();
    assertThatThrownBy(() -> subscriber.next(Duration.ZERO)).isInstanceOf(ClosedException.class);
    // Its bundle stays readable, but it is another's by now.
    assertThat(Bundles.number(first.bundle())).isEqualTo(1);
    first.ack();
    first.close();
    assertThat(drain(buffer.subscribe("a"))).containsExactly(1L, 3L, 4L);
  }

  @Test
  void unsubscribingForgetsAndTheSameIdBeginsAnew() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber keeper = buffer.subscribe("keeper");
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 3);
    ackNext(subscriber);
    assertThatThrownBy(() -> buffer.unsubscribe("a")).isInstanceOf(IllegalStateException.class);
    subscriber.close();
    buffer.unsubscribe("a");
    buffer.unsubscribe("a");
    assertThat(buffer.subscribers()).containsExactly("keeper");
    world.kill();
    DurableBuffer again = world.open();
    assertThat(again.subscribers()).containsExactly("keeper");
    assertThat(drain(again.subscribe("a"))).isEqualTo(range(1, 3));
    assertThat(keeper.id()).isEqualTo("keeper");
  }

  @Test
  void aWaitForTheNextEndsWhenABundleComesOrTheTimeIsOver() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    assertThat(subscriber.next(Duration.ofMillis(5))).isNull();
    var _ = appendAsync(buffer, 1, 0);
    assertThat(ackNext(subscriber)).isEqualTo(1);
  }

  @Test
  void anInterruptEndsTheWaitForTheNextAndLeavesTheFlag() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1);
    Thread.currentThread().interrupt();
    Delivery there = subscriber.next(PATIENCE);
    boolean flagged = Thread.interrupted();
    if (there != null) {
      there.ack();
      there.close();
    }
    assertThat(flagged).isTrue();
    drain(subscriber);
    Thread.currentThread().interrupt();
    assertThat(subscriber.next(PATIENCE)).isNull();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void whoeverListensIsToldOfWhatCanBeTaken() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    AtomicInteger told = new AtomicInteger();
    subscriber.whenAvailable(told::incrementAndGet);
    assertThat(told.get()).as("once at once").isPositive();
    told.set(0);
    append(buffer, 1);
    waitUntilPositive(told);
    Delivery delivery = take(subscriber);
    told.set(0);
    delivery.close();
    waitUntilPositive(told);
    delivery = take(subscriber);
    told.set(0);
    delivery.defer(Duration.ofMillis(1));
    delivery.close();
    Delivery due = null;
    while (due == null) {
      waitUntilPositive(told);
      told.set(0);
      due = subscriber.next(Duration.ZERO);
    }
    due.ack();
    due.close();
  }

  private void waitUntilPositive(AtomicInteger value) {
    while (value.get() == 0) {
      world.options.tasks().pause(1_000_000);
    }
  }

  @Test
  void theCountersAddUp() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 6);
    ackNext(subscriber);
    take(subscriber).close();
    try (Delivery delivery = take(subscriber)) {
      delivery.reject("no");
    }
    try (Delivery delivery = take(subscriber)) {
      delivery.defer(Duration.ofHours(1));
    }
    var status = buffer.status();
    assertThat(status.appended()).isEqualTo(6);
    assertThat(status.delivered()).isEqualTo(4);
    assertThat(status.redelivered()).isEqualTo(1);
    assertThat(status.acked()).isEqualTo(1);
    assertThat(status.rejected()).isEqualTo(1);
    assertThat(status.deferred()).isEqualTo(1);
    assertThat(status.refused()).isZero();
    assertThat(status.synced()).isEqualTo(6);
    assertThat(status.groups().count()).isBetween(1L, 6L);
    assertThat(status.groups().sum()).isEqualTo(6);
    assertThat(status.syncNanos().count()).isEqualTo(status.groups().count());
    assertThat(status.open().firstSequence()).isZero();
    assertThat(status.open().bytes()).isGreaterThan(0);
    assertThat(status.reservedBytes()).isEqualTo(world.options.capBytes() / 4);
    assertThat(status.capBytes()).isEqualTo(world.options.capBytes());
    assertThat(status.diskBytes()).isBetween(1L, status.capBytes());
  }

  @Test
  void anAckOfAnEarlierConnectionDoesNotResolveWhatIsOutAgain() {
    DurableBuffer buffer = world.open();
    Subscriber first = buffer.subscribe("a");
    append(buffer, 1);
    try (Delivery early = take(first)) {
      first.close();
      Subscriber second = buffer.subscribe("a");
      Delivery again = take(second);
      early.ack();
      again.close();
      assertThat(ackNext(second)).isEqualTo(1);
    }
  }
}
