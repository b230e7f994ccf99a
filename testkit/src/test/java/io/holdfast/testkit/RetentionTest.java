package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.HoldfastException;
import io.holdfast.engine.LossReason;
import io.holdfast.engine.Subscriber;
import io.holdfast.engine.WhenFull;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What policies may take, and that each loss is counted. */
class RetentionTest extends EngineSuite {
  private static final int LARGE = 500_000;

  RetentionTest() {
    super(Disk.SIMULATED);
  }

  private static long lost(Subscriber subscriber, LossReason reason) {
    return subscriber.lost(reason).bundles();
  }

  @Test
  void whatIsTooOldIsNotDeliveredAndCountedForEachSubscriber() throws Exception {
    world.options = world.options.withMaxAge(Duration.ofHours(1));
    DurableBuffer buffer = world.open();
    Subscriber a = buffer.subscribe("a");
    Subscriber b = buffer.subscribe("b");
    appendAll(buffer, 1, 5);
    assertThat(ackNext(a)).isEqualTo(1);
    world.tasks().advance(Duration.ofMinutes(50));
    appendAll(buffer, 6, 8);
    world.tasks().advance(Duration.ofMinutes(20));
    assertThat(drain(a)).isEqualTo(range(6, 8));
    assertThat(lost(a, LossReason.EXPIRED)).isEqualTo(4);
    assertThat(drain(b)).isEqualTo(range(6, 8));
    assertThat(lost(b, LossReason.EXPIRED)).isEqualTo(5);
    buffer.close();
    Subscriber again = world.open().subscribe("a");
    assertThat(lost(again, LossReason.EXPIRED)).as("is remembered").isEqualTo(4);
    assertThat(lost(again, LossReason.DROPPED)).isZero();
  }

  @Test
  void whatWaitsToComeAgainExpiresToo() {
    world.options = world.options.withMaxAge(Duration.ofHours(1));
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 2);
    try (Delivery delivery = take(subscriber)) {
      delivery.defer(Duration.ofHours(2));
    }
    world.tasks().advance(Duration.ofHours(3));
    append(buffer, 3);
    assertThat(drain(subscriber)).containsExactly(3L);
    assertThat(lost(subscriber, LossReason.EXPIRED)).isEqualTo(2);
  }

  @Test
  void filesInWhichAllIsTooOldGoThoughNobodyReads() throws Exception {
    world.options = world.options.withMaxAge(Duration.ofHours(1));
    DurableBuffer buffer = world.open();
    for (long number = 1; number <= 12; number++) {
      append(buffer, number, LARGE);
    }
    world.tasks().advance(Duration.ofSeconds(5));
    assertThat(world.storage().list("segments")).isNotEmpty();
    world.tasks().advance(Duration.ofHours(2));
    append(buffer, 13);
    buffer.flush();
    assertThat(world.storage().list("segments")).isEmpty();
    assertThat(drain(buffer.subscribe("late"))).containsExactly(13L);
  }

  @Test
  void aClockThatJumpsBackExpiresNothing() throws Exception {
    world.options = world.options.withMaxAge(Duration.ofHours(1));
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 3);
    world.time().jump(Duration.ofDays(-30));
    assertThat(drain(subscriber)).isEqualTo(range(1, 3));
    assertThat(lost(subscriber, LossReason.EXPIRED)).isZero();
  }

  @Test
  void theOldestGoesForNewOnesAndEveryLossIsCounted() throws Exception {
    world.options = world.options.withWhenFull(WhenFull.DROP_OLDEST);
    DurableBuffer buffer = world.open();
    Subscriber slow = buffer.subscribe("slow");
    buffer.subscribe("absent").close();
    List<Delivery> held = new ArrayList<>();
    long appended = 120;
    for (long number = 1; number <= appended; number++) {
      append(buffer, number, LARGE);
      if (number <= 2) {
        held.add(take(slow));
      }
    }
    assertThat(buffer.status().diskBytes()).isLessThanOrEqualTo(world.options.capBytes());
    try (Delivery first = held.getFirst();
        Delivery second = held.getLast()) {
      assertThat(Bundles.number(first.bundle())).as("what is out stays readable").isEqualTo(1);
      first.ack();
      second.ackDurably();
    }
    assertThat(buffer.status().acked()).as("what the policy took").isZero();
    List<Long> came = drain(slow);
    long lost = lost(slow, LossReason.DROPPED);
    assertThat(lost).isPositive();
    assertThat(came).isEqualTo(range(appended - came.size() + 1, appended));
    assertThat(came.size() + lost).isEqualTo(appended);
    assertThat(slow.lost(LossReason.DROPPED).items()).isEqualTo(lost);
    buffer.close();
    Subscriber absent = world.open().subscribe("absent");
    assertThat(drain(absent).size() + lost(absent, LossReason.DROPPED)).isEqualTo(appended);
  }

  @Test
  void aPowerCutWhileTheOldestGoesLosesNothingThatWasNotCounted() throws Exception {
    for (long cut = 1; cut < 400; cut += Long.getLong("holdfast.step", 17)) {
      try (World machine = World.simulated(cut)) {
        machine.options = machine.options.withWhenFull(WhenFull.DROP_OLDEST);
        DurableBuffer buffer = machine.open();
        buffer.subscribe("a");
        long last = 0;
        try {
          for (long number = 1; number <= 60; number++) {
            if (number == 30) {
              machine
                  .disk()
                  .setFaults(
                      Faults.nth(cut, call -> call.kind().changes(), Faults.Outcome.POWER_CUT));
            }
            try (Bundles.Built built = machine.bundles.sized(number, LARGE)) {
              buffer.append(built.bundle());
            }
            last = number;
          }
        } catch (HoldfastException powerCut) {
          assertThat(machine.disk().calls()).isPositive();
        }
        machine.crash(cut);
        Subscriber subscriber = machine.open().subscribe("a");
        long lostBefore = lost(subscriber, LossReason.DROPPED);
        List<Long> came = drain(subscriber);
        assertThat(came.size() + lostBefore)
            .as("cut before change %s", cut)
            .isBetween(last, last + 1);
        assertThat(came).as("the newest are all there").contains(last);
      }
    }
  }

  private static void rejectAll(Subscriber subscriber, long bundles) {
    for (long i = 0; i < bundles; i++) {
      try (Delivery delivery = take(subscriber)) {
        delivery.reject("bad");
      }
    }
  }

  @Test
  void whatWasGivenUpDoesNotExpire() {
    world.options = world.options.withMaxAge(Duration.ofHours(1));
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 4);
    rejectAll(subscriber, 3);
    world.tasks().advance(Duration.ofHours(3));
    append(buffer, 5);
    rejectAll(subscriber, 1);
    world.tasks().advance(Duration.ofSeconds(5));
    assertThat(lost(subscriber, LossReason.EXPIRED)).isEqualTo(1);
    assertThat(buffer.deadLetters("a").count()).isEqualTo(4);
    assertThat(buffer.deadLetters("a").replayAll()).isEqualTo(4);
    List<Long> came = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      came.add(ackNext(subscriber));
    }
    assertThat(came).containsExactly(1L, 2L, 3L, 5L);
  }

  private void othersFillTheDisk() {
    world.disk().setCapacity(world.disk().usedBytes() + LARGE / 5);
  }

  @Test
  void whatWasGivenUpIsNotDroppedForNewerLetters() {
    world.options = world.options.withCapBytes(64L << 20).withWhenFull(WhenFull.DROP_OLDEST);
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    for (long number = 1; number <= 40; number++) {
      append(buffer, number, LARGE);
      rejectAll(subscriber, 1);
    }
    append(buffer, 41, LARGE);
    world.tasks().advance(Duration.ofSeconds(5));
    othersFillTheDisk();
    try (Delivery delivery = take(subscriber)) {
      assertThat(delivery.reject("bad")).as("waits for room").isFalse();
    }
    for (int i = 0; i < 5; i++) {
      world.tasks().advance(Duration.ofSeconds(5));
      othersFillTheDisk();
      assertThat(subscriber.next(Duration.ZERO)).as("it waits on").isNull();
    }
    assertThat(buffer.deadLetters("a").count()).isEqualTo(40);
    world.disk().setCapacity(Long.MAX_VALUE);
  }

  @Test
  void withoutAPolicyNothingIsEverLost() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 3);
    world.tasks().advance(Duration.ofDays(3650));
    assertThat(drain(subscriber)).isEqualTo(range(1, 3));
    assertThatThrownBy(() -> world.options.withMaxAge(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
