package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.DeadLetter;
import io.holdfast.engine.DeadLetters;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.Subscriber;
import io.holdfast.engine.TooLargeException;
import io.holdfast.testkit.StorageCall.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Some rows of a bundle are given up, and the others are done. */
@ParameterizedClass
@EnumSource(Disk.class)
class PartialRejectTest extends EngineSuite {
  PartialRejectTest(Disk disk) {
    super(disk);
  }

  private void appendRows(DurableBuffer buffer, long... rows) {
    try (Bundles.Built built = world.bundles.rows(rows)) {
      buffer.append(built.bundle());
    }
  }

  private void reject(Delivery delivery, String reason, long... rows) {
    try (Bundles.Built rest = world.bundles.rows(rows)) {
      delivery.reject(reason, rest.bundle());
    }
  }

  private void rejectNext(Subscriber subscriber, String reason, long... rows) {
    try (Delivery delivery = take(subscriber)) {
      reject(delivery, reason, rows);
    }
  }

  private static List<DeadLetter> all(DeadLetters letters) {
    return letters.list(-1, Integer.MAX_VALUE);
  }

  private static List<List<Long>> rows(DeadLetters letters) {
    List<List<Long>> rows = new ArrayList<>();
    for (DeadLetter letter : all(letters)) {
      assertThat(letters.read(letter.number(), bundle -> rows.add(Bundles.numbers(bundle))))
          .isTrue();
    }
    return rows;
  }

  @Test
  void onlyTheRowsThatAreGivenUpAreKeptAndTheBundleIsDone() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendRows(buffer, 1, 2, 3, 4);
    appendRows(buffer, 5);
    rejectNext(subscriber, "even", 2, 4);
    assertThat(ackNext(subscriber)).isEqualTo(5);
    DeadLetters letters = buffer.deadLetters("a");
    assertThat(rows(letters)).containsExactly(List.of(2L, 4L));
    assertThat(all(letters))
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.sequence()).hasValue(0);
              assertThat(letter.reason()).isEqualTo("even");
              assertThat(letter.attempts()).isEqualTo(1);
            });
    assertThat(buffer.status().rejected()).isEqualTo(1);
    subscriber.flush();
    world.kill();
    DurableBuffer again = world.open();
    assertThat(again.subscribe("a").next(Duration.ZERO)).isNull();
    assertThat(rows(again.deadLetters("a"))).containsExactly(List.of(2L, 4L));
  }

  @Test
  void whatIsGivenUpAgainAfterAKillIsNotKeptTwice() throws Exception {
    world.options = world.options.withProgressInterval(Duration.ofDays(1));
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendRows(buffer, 1, 2, 3);
    appendRows(buffer, 4, 5);
    rejectNext(subscriber, "first time", 2);
    rejectNext(subscriber, "first time", 5);
    world.kill();
    DurableBuffer second = world.open();
    Subscriber again = second.subscribe("a");
    rejectNext(again, "second time", 2);
    rejectNext(again, "second time", 5);
    assertThat(rows(second.deadLetters("a"))).containsExactly(List.of(2L), List.of(5L));
    assertThat(again.next(Duration.ZERO)).isNull();
  }

  @Test
  void otherRowsOfTheSameBundleAfterAKillAreNotTakenForARepeat() throws Exception {
    world.options = world.options.withProgressInterval(Duration.ofDays(1));
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendRows(buffer, 1, 2, 3);
    appendRows(buffer, 4, 5);
    appendRows(buffer, 6, 7);
    rejectNext(subscriber, "part", 2);
    rejectNext(subscriber, "part", 4);
    try (Delivery delivery = take(subscriber)) {
      delivery.reject("whole");
    }
    world.kill();
    DurableBuffer second = world.open();
    Subscriber again = second.subscribe("a");
    rejectNext(again, "others", 3);
    try (Delivery delivery = take(again)) {
      delivery.reject("all of them");
    }
    rejectNext(again, "a part now", 7);
    assertThat(rows(second.deadLetters("a")))
        .containsExactly(
            List.of(2L), List.of(4L), List.of(6L, 7L), List.of(3L), List.of(4L, 5L), List.of(7L));
    again.flush();
    world.kill();
    // The letters that there are for one bundle are all known at the next opening.
    assertThat(rows(world.open().deadLetters("a"))).hasSize(6);
  }

  @Test
  void theRowsMayBeFreedAsSoonAsTheyAreGivenUpAlsoWithoutRoomForThem() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendRows(buffer, 1, 2);
    appendRows(buffer, 3);
    if (on() == Disk.SIMULATED) {
      world.disk().setCapacity(0);
    }
    rejectNext(subscriber, "bad", 2);
    if (on() == Disk.SIMULATED) {
      assertThat(world.events).anyMatch(e -> e.name().equals("holdfast.subscriber.pause"));
      assertThat(subscriber.next(Duration.ofSeconds(30))).isNull();
      world.disk().setCapacity(Long.MAX_VALUE);
    }
    assertThat(ackNext(subscriber)).isEqualTo(3);
    assertThat(rows(buffer.deadLetters("a"))).containsExactly(List.of(2L));
  }

  @Test
  void whatWaitsToBeKeptIsKeptThoughItsBundleCannotBeReadMeanwhile() throws Exception {
    needsFaults();
    DurableBuffer buffer = world.open();
    appendRows(buffer, 1, 2);
    appendRows(buffer, 3);
    Subscriber subscriber = buffer.subscribe("a");
    world.disk().setCapacity(0);
    rejectNext(subscriber, "a part", 2);
    world.disk().setCapacity(Long.MAX_VALUE);
    world
        .disk()
        .setFaults(
            Faults.when(
                call -> call.kind() == Kind.READ && call.file().equals("wal/quiver.wal"),
                Faults.Outcome.FAIL));
    assertThatThrownBy(() -> subscriber.next(PATIENCE)).isInstanceOf(StorageException.class);
    assertThat(rows(buffer.deadLetters("a"))).containsExactly(List.of(2L));
    world.disk().setFaults(Faults.none());
    assertThat(ackNext(subscriber)).isEqualTo(3);
    assertThat(subscriber.next(PATIENCE)).isNull();
  }

  @Test
  void aBundleThatWaitsToBeKeptIsNotDeliveredAgainWhenItCannotBeRead() throws Exception {
    needsFaults();
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendRows(buffer, 1, 2);
    world.disk().setCapacity(0);
    try (Delivery delivery = take(subscriber)) {
      assertThat(delivery.reject("all of it")).isFalse();
    }
    world.disk().setCapacity(Long.MAX_VALUE);
    world.disk().setFaults(Faults.when(call -> call.kind() == Kind.READ, Faults.Outcome.FAIL));
    assertThatThrownBy(() -> subscriber.next(PATIENCE)).isInstanceOf(StorageException.class);
    world.disk().setFaults(Faults.none());
    assertThat(subscriber.next(PATIENCE)).isNull();
    assertThat(rows(buffer.deadLetters("a"))).containsExactly(List.of(1L, 2L));
  }

  @Test
  void aReplayThatLosesSomeRowsKeepsTheOthersAsALetterOfTheirOwn() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendRows(buffer, 1, 2, 3, 4);
    rejectNext(subscriber, "first", 2, 3, 4);
    DeadLetters letters = buffer.deadLetters("a");
    letters.replayAll();
    rejectNext(subscriber, "second", 3);
    assertThat(rows(letters)).containsExactly(List.of(3L));
    assertThat(all(letters))
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.sequence()).hasValue(0);
              assertThat(letter.reason()).isEqualTo("second");
              assertThat(letter.attempts()).isEqualTo(2);
              assertThat(letter.isReplayed()).isFalse();
            });
    assertThat(subscriber.next(Duration.ZERO)).isNull();
    letters.replayAll();
    rejectNext(subscriber, "third", 3);
    assertThat(all(letters))
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.number()).isEqualTo(1);
              assertThat(letter.reason()).isEqualTo("third");
              assertThat(letter.attempts()).isEqualTo(3);
            });
    subscriber.flush();
    world.kill();
    DurableBuffer again = world.open();
    assertThat(rows(again.deadLetters("a"))).containsExactly(List.of(3L));
    again.deadLetters("a").replayAll();
    assertThat(ackNext(again.subscribe("a"))).isEqualTo(3);
    assertThat(again.deadLetters("a").count()).isZero();
  }

  @Test
  void aReplayThatIsGivenUpInPartAgainAfterAKillIsNotKeptTwice() throws Exception {
    world.options = world.options.withProgressInterval(Duration.ofDays(1));
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendRows(buffer, 1, 2, 3);
    appendRows(buffer, 9);
    rejectNext(subscriber, "first", 2, 3);
    subscriber.flush();
    buffer.deadLetters("a").replayAll();
    rejectNext(subscriber, "second", 3);
    world.kill();
    DurableBuffer again = world.open();
    Subscriber resumed = again.subscribe("a");
    rejectNext(resumed, "second, again", 3);
    assertThat(rows(again.deadLetters("a"))).containsExactly(List.of(3L));
    assertThat(ackNext(resumed)).isEqualTo(9);
  }

  @Test
  void rowsThatCannotBeStoredAreRefusedAndTheDeliveryIsStillOut() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendRows(buffer, 1, 2);
    try (Delivery delivery = take(subscriber)) {
      Bundles.Built freed = world.bundles.rows(2);
      freed.close();
      assertThatThrownBy(() -> delivery.reject("x", freed.bundle()))
          .isInstanceOf(IllegalArgumentException.class);
      try (Bundles.Built huge = world.bundles.sized(1, 4 << 20)) {
        assertThatThrownBy(() -> delivery.reject("x", huge.bundle()))
            .isInstanceOf(TooLargeException.class);
      }
      assertThat(buffer.deadLetters("a").count()).isZero();
      reject(delivery, "now it is right", 1);
      reject(delivery, "a later call does nothing", 2);
    }
    assertThat(rows(buffer.deadLetters("a"))).containsExactly(List.of(1L));
    assertThat(subscriber.next(Duration.ZERO)).isNull();
  }

  @Test
  void theBundleOfTheDeliveryItselfMayBeTheRest() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendRows(buffer, 1, 2);
    try (Delivery delivery = take(subscriber)) {
      delivery.reject("all of it", delivery.bundle());
    }
    assertThat(rows(buffer.deadLetters("a"))).containsExactly(List.of(1L, 2L));
  }

  @Test
  void withoutDeadLettersTheRowsAreGone() {
    world.options = world.options.withDeadLetters(false);
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendRows(buffer, 1, 2);
    rejectNext(subscriber, "nobody will miss it", 1);
    assertThat(buffer.deadLetters("a").count()).isZero();
    assertThat(subscriber.next(Duration.ZERO)).isNull();
  }
}
