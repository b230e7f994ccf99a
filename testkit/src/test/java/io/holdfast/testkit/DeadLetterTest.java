package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.BufferInspection;
import io.holdfast.engine.ClosedException;
import io.holdfast.engine.DeadLetter;
import io.holdfast.engine.DeadLetterReader;
import io.holdfast.engine.DeadLetters;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.EngineEvent;
import io.holdfast.engine.HoldfastException;
import io.holdfast.engine.RetryPolicy;
import io.holdfast.engine.Subscriber;
import io.holdfast.testkit.StorageCall.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Where bundles go that a subscriber gives up, and how they come back. */
@ParameterizedClass
@EnumSource(Disk.class)
class DeadLetterTest extends EngineSuite {
  DeadLetterTest(Disk disk) {
    super(disk);
  }

  private static void rejectNext(Subscriber subscriber, String reason) {
    try (Delivery delivery = take(subscriber)) {
      delivery.reject(reason);
    }
  }

  private static List<DeadLetter> all(DeadLetters letters) {
    return letters.list(-1, Integer.MAX_VALUE);
  }

  private static List<Long> numbers(DeadLetters letters) {
    List<Long> numbers = new ArrayList<>();
    for (DeadLetter letter : all(letters)) {
      assertThat(letters.read(letter.number(), bundle -> numbers.add(Bundles.number(bundle))))
          .isTrue();
    }
    return numbers;
  }

  @Test
  void whatIsRejectedIsListedWithItsReasonAndCanBeRead() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    DeadLetters letters = buffer.deadLetters("a");
    assertThat(letters.count()).isZero();
    assertThat(all(letters)).isEmpty();
    appendAll(buffer, 1, 3);
    long before = world.options.time().epochNanos();
    assertThat(ackNext(subscriber)).isEqualTo(1);
    long ingested;
    try (Delivery delivery = take(subscriber)) {
      ingested = delivery.ingestionEpochNanos();
      delivery.reject("no field \"price\"");
    }
    assertThat(ackNext(subscriber)).isEqualTo(3);
    assertThat(letters.count()).isEqualTo(1);
    assertThat(all(letters))
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.sequence()).hasValue(1);
              assertThat(letter.reason()).isEqualTo("no field \"price\"");
              assertThat(letter.attempts()).isEqualTo(1);
              assertThat(letter.ingestionEpochNanos()).isEqualTo(ingested);
              assertThat(letter.givenUpEpochNanos())
                  .isBetween(before, world.options.time().epochNanos());
              assertThat(letter.isReplayed()).isFalse();
            });
    assertThat(numbers(letters)).containsExactly(2L);
    assertThat(letters.read(99, bundle -> {})).isFalse();
    assertThat(subscriber.next(Duration.ZERO)).isNull();
  }

  @Test
  void everyKindOfBundleIsKeptAsItIs() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    List<String> expected = new ArrayList<>();
    for (long number = 0; number < 20; number++) {
      try (Bundles.Built built = world.bundles.mixed(number)) {
        expected.add(Bundles.describe(built.bundle()));
        buffer.append(built.bundle());
      }
      rejectNext(subscriber, "number " + number);
    }
    DeadLetters letters = buffer.deadLetters("a");
    List<String> kept = new ArrayList<>();
    for (DeadLetter letter : all(letters)) {
      letters.read(letter.number(), bundle -> kept.add(Bundles.describe(bundle)));
    }
    assertThat(kept).isEqualTo(expected);
    assertThat(letters.list(4, 3)).extracting(DeadLetter::number).containsExactly(5L, 6L, 7L);
  }

  @Test
  void lettersOutliveKillsAndComeOnceEach() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 4);
    rejectNext(subscriber, "one");
    assertThat(ackNext(subscriber)).isEqualTo(2);
    rejectNext(subscriber, "three");
    subscriber.flush();
    world.kill();
    DurableBuffer second = world.open();
    assertThat(numbers(second.deadLetters("a"))).containsExactly(1L, 3L);
    assertThat(drain(second.subscribe("a"))).containsExactly(4L);
    second.close();
    DurableBuffer third = world.open();
    assertThat(all(third.deadLetters("a")))
        .extracting(DeadLetter::reason)
        .containsExactly("one", "three");
  }

  @Test
  void whatIsRejectedASecondTimeAfterAKillIsNotKeptTwice() throws Exception {
    world.options = world.options.withProgressInterval(Duration.ofDays(1));
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 3);
    rejectNext(subscriber, "first time");
    rejectNext(subscriber, "first time");
    world.kill();
    DurableBuffer second = world.open();
    Subscriber again = second.subscribe("a");
    rejectNext(again, "second time");
    rejectNext(again, "second time");
    rejectNext(again, "only once");
    assertThat(numbers(second.deadLetters("a"))).containsExactly(1L, 2L, 3L);
    assertThat(all(second.deadLetters("a")))
        .extracting(DeadLetter::reason)
        .containsExactly("first time", "first time", "only once");
    assertThat(again.next(Duration.ZERO)).isNull();
  }

  @Test
  void eachSubscriberHasItsOwnAndNoOtherIsTouched() {
    DurableBuffer buffer = world.open();
    Subscriber a = buffer.subscribe("a");
    Subscriber b = buffer.subscribe("b");
    appendAll(buffer, 1, 2);
    rejectNext(a, "a");
    rejectNext(b, "b");
    rejectNext(b, "b again");
    assertThat(numbers(buffer.deadLetters("a"))).containsExactly(1L);
    assertThat(numbers(buffer.deadLetters("b"))).containsExactly(1L, 2L);
    assertThat(drain(a)).containsExactly(2L);
    buffer.deadLetters("b").replayAll();
    assertThat(ackNext(b)).isEqualTo(1);
    assertThat(a.next(Duration.ZERO)).isNull();
  }

  @Test
  void aReplayComesToItsSubscriberWithTheOldSequenceBeforeWhatIsNewer() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 4);
    for (int i = 0; i < 3; i++) {
      rejectNext(subscriber, "not yet");
    }
    DeadLetters letters = buffer.deadLetters("a");
    assertThat(letters.replay(1)).isTrue();
    assertThat(letters.replay(17)).isFalse();
    assertThat(all(letters)).extracting(DeadLetter::isReplayed).containsExactly(false, true, false);
    try (Delivery delivery = take(subscriber)) {
      assertThat(Bundles.number(delivery.bundle())).isEqualTo(2);
      assertThat(delivery.sequence()).isEqualTo(1);
      delivery.ack();
    }
    assertThat(numbers(letters)).containsExactly(1L, 3L);
    assertThat(ackNext(subscriber)).isEqualTo(4);
    assertThat(letters.replayAll()).isEqualTo(2);
    assertThat(ackNext(subscriber)).isEqualTo(1);
    assertThat(ackNext(subscriber)).isEqualTo(3);
    assertThat(letters.count()).isZero();
    assertThat(subscriber.next(Duration.ZERO)).isNull();
  }

  @Test
  void aReplayGoesOnAfterAKillAndEndsWithTheAck() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 3);
    rejectNext(subscriber, "x");
    rejectNext(subscriber, "y");
    buffer.deadLetters("a").replayAll();
    assertThat(ackNext(subscriber)).isEqualTo(1);
    subscriber.flush();
    world.kill();
    DurableBuffer second = world.open();
    Subscriber again = second.subscribe("a");
    assertThat(ackNext(again)).isEqualTo(2);
    assertThat(ackNext(again)).isEqualTo(3);
    assertThat(again.next(Duration.ZERO)).isNull();
    second.close();
    DurableBuffer third = world.open();
    assertThat(third.subscribe("a").next(Duration.ZERO)).isNull();
    assertThat(third.deadLetters("a").count()).isZero();
  }

  @Test
  void whatIsRejectedInAReplayStaysWithItsNewReasonAndAllAttempts() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1);
    rejectNext(subscriber, "first");
    DeadLetters letters = buffer.deadLetters("a");
    letters.replayAll();
    rejectNext(subscriber, "second");
    assertThat(subscriber.next(Duration.ZERO)).isNull();
    assertThat(all(letters))
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.reason()).isEqualTo("second");
              assertThat(letter.attempts()).isEqualTo(2);
              assertThat(letter.isReplayed()).isFalse();
              assertThat(letter.sequence()).hasValue(0);
            });
    letters.replayAll();
    assertThat(ackNext(subscriber)).isEqualTo(1);
    assertThat(letters.count()).isZero();
  }

  @Test
  void deferralAndGivingBackLeaveAReplayInLine() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 2);
    rejectNext(subscriber, "x");
    buffer.deadLetters("a").replayAll();
    take(subscriber).close();
    try (Delivery delivery = take(subscriber)) {
      assertThat(Bundles.number(delivery.bundle())).isEqualTo(1);
      assertThat(delivery.attempt()).isEqualTo(2);
      delivery.defer(Duration.ofMillis(20));
    }
    assertThat(ackNext(subscriber)).isEqualTo(2);
    assertThat(ackNext(subscriber)).isEqualTo(1);
  }

  @Test
  void aSubscriberThatClosesGivesAReplayBackToo() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1);
    rejectNext(subscriber, "x");
    buffer.deadLetters("a").replayAll();
    Delivery out = take(subscriber);
    subscriber.close();
    out.ack();
    out.close();
    assertThat(ackNext(buffer.subscribe("a"))).isEqualTo(1);
    assertThat(buffer.deadLetters("a").count()).isZero();
  }

  /** The reasons of letters that were acked in a replay stayed there, and took space for ever. */
  @Test
  void aBoxWhoseLettersWereAllReplayedAndAckedKeepsNoReasons() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 2);
    rejectNext(subscriber, "bad");
    rejectNext(subscriber, "bad");
    assertThat(buffer.deadLetters("a").replayAll()).isEqualTo(2);
    assertThat(ackNext(subscriber)).isEqualTo(1);
    assertThat(ackNext(subscriber)).isEqualTo(2);
    buffer.close();
    assertThat(world.storage().list("dead/a/letters")).isEmpty();
  }

  /** A box that always had some letter kept the reasons of all that were acked, and in no count. */
  @Test
  void theReasonsOfLettersThatWereReplayedAndAckedGoThoughOthersStay() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    DeadLetters letters = rejectAndReplay(buffer, subscriber, 4, 1);
    assertThat(ackNext(subscriber)).isEqualTo(2);
    for (int tries = 0; tries < 300 && reasons().contains("1"); tries++) {
      assertThat(subscriber.next(Duration.ofMillis(100))).isNull();
    }
    assertThat(reasons()).containsExactlyInAnyOrder("0", "2", "3");
    letters.replay(0);
    assertThat(ackNext(subscriber)).isEqualTo(1);
    buffer.close();
    assertThat(reasons()).containsExactlyInAnyOrder("2", "3");
    assertThat(numbers(world.open().deadLetters("a"))).containsExactly(3L, 4L);
  }

  @Test
  void aReasonCountsUntilItsFileIsDeletedAndThatIsTriedAgain() throws Exception {
    needsFaults();
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    DeadLetters letters = rejectAndReplay(buffer, subscriber, 50, 0);
    long before = buffer.status().disk().deadLetters();
    world
        .disk()
        .setFaults(
            Faults.when(
                call -> call.kind() == Kind.DELETE && call.file().matches(".*/letters/\\d+"),
                Faults.Outcome.FAIL));
    assertThat(letters.replayAll()).isEqualTo(50);
    for (long number = 1; number < 50; number++) {
      assertThat(ackNext(subscriber)).isEqualTo(number);
    }
    try (Delivery last = take(subscriber)) {
      assertThat(subscriber.next(Duration.ofSeconds(5))).isNull();
      assertThat(last.reject("still")).isTrue();
    }
    append(buffer, 51);
    rejectNext(subscriber, "one more");
    // A call that fails may have done its work.
    assertThat(reasons()).hasSizeGreaterThan(40);
    assertThat(buffer.status().disk().deadLetters()).isGreaterThanOrEqualTo(before);
    assertThat(messages("holdfast.deadletter.failure"))
        .singleElement()
        .satisfies(why -> assertThat(why).contains("cannot be deleted", "it is tried again"));
    world.disk().setFaults(Faults.none());
    assertThat(subscriber.next(Duration.ofSeconds(5))).isNull();
    assertThat(reasons()).containsExactlyInAnyOrder("49", "50");
    assertThat(buffer.status().disk().deadLetters()).isLessThan(before - 45 * 4096);
  }

  private static Faults recordIsRefused(int letter) {
    return Faults.when(
        call -> call.kind() == Kind.OPEN_FOR_READ && call.file().equals("dead/a/letters/" + letter),
        Faults.Outcome.FAIL);
  }

  @Test
  void aRecordThatTheDiskRefusesForEverCostsWhatItSaysAndHoldsNobodyUp() {
    needsFaults();
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    DeadLetters letters = rejectAndReplay(buffer, subscriber, 2, 0);
    append(buffer, 3);
    world.disk().setFaults(recordIsRefused(0));
    assertThat(all(letters))
        .extracting(DeadLetter::sequence)
        .containsExactly(OptionalLong.empty(), OptionalLong.of(1));
    assertThatThrownBy(() -> subscriber.next(Duration.ZERO))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("stays in line");
    assertThat(ackNext(subscriber)).as("what lies behind it goes on").isEqualTo(3);
    Delivery letter = null;
    for (int tries = 0; tries < 30 && letter == null; tries++) {
      try {
        letter = subscriber.next(Duration.ofSeconds(10));
      } catch (HoldfastException again) {
        assertThat(again).hasMessageContaining("stays in line");
      }
    }
    try (Delivery delivery = Objects.requireNonNull(letter)) {
      assertThat(Bundles.number(delivery.bundle())).isEqualTo(1);
      delivery.ack();
    }
    assertThat(numbers(letters)).containsExactly(2L);
  }

  @Test
  void aRecordThatTheDiskRefusesDoesNotKeepABoxShut() {
    needsFaults();
    DurableBuffer buffer = world.open();
    rejectAndReplay(buffer, buffer.subscribe("a"), 3, 2);
    buffer.close();
    DurableBuffer again = world.open();
    world.disk().setFaults(recordIsRefused(1));
    assertThat(again.deadLetters("a").count()).isEqualTo(3);
    assertThat(ackNext(again.subscribe("a"))).isEqualTo(3);
    world.disk().setFaults(Faults.none());
    assertThat(numbers(again.deadLetters("a"))).containsExactly(1L, 2L);
  }

  @Test
  void whatAPurgeCouldNotDeleteIsDeletedLater() throws Exception {
    needsFaults();
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    DeadLetters letters = rejectAndReplay(buffer, subscriber, 3, 2);
    long before = buffer.status().disk().deadLetters();
    world
        .disk()
        .setFaults(
            Faults.when(
                call -> call.kind() == Kind.SYNC && call.file().startsWith("dead/"),
                Faults.Outcome.FAIL));
    assertThatThrownBy(() -> letters.purge(0)).isInstanceOf(HoldfastException.class);
    assertThat(reasons()).contains("0");
    world.disk().setFaults(Faults.none());
    assertThat(ackNext(subscriber)).isEqualTo(3);
    assertThat(subscriber.next(Duration.ofSeconds(5))).isNull();
    assertThat(reasons()).containsExactly("1");
    assertThat(buffer.status().disk().deadLetters()).isLessThan(before);
  }

  /** Who opened it after a crash gave the letter up again, for failures that were forgiven. */
  @Test
  void aReplayForgivesBeforeItIsPromised() throws Exception {
    RetryPolicy twice = new RetryPolicy(Duration.ZERO, Duration.ZERO, 0, 2);
    world.options = world.options.withRetryPolicy(twice);
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 1);
    rejectNext(subscriber, "not yet");
    DeadLetters letters = buffer.deadLetters("a");
    letters.replayAll();
    failNext(subscriber);
    subscriber.flush();
    failNext(subscriber);
    assertThat(all(letters)).noneMatch(DeadLetter::isReplayed);
    letters.replayAll();
    world.kill();
    try (Delivery delivery = take(world.open().subscribe("a"))) {
      assertThat(delivery.failures()).isZero();
    }
  }

  private static void failNext(Subscriber subscriber) {
    try (Delivery delivery = take(subscriber)) {
      delivery.fail("the peer is away");
    }
  }

  /** Numbers from 1 on become letters; one of these is asked for again. */
  private DeadLetters rejectAndReplay(
      DurableBuffer buffer, Subscriber subscriber, int count, int again) {
    appendAll(buffer, 1, count);
    for (int i = 0; i < count; i++) {
      rejectNext(subscriber, "not yet");
    }
    DeadLetters letters = buffer.deadLetters("a");
    assertThat(letters.replay(again)).isTrue();
    return letters;
  }

  private List<String> reasons() throws IOException {
    return world.storage().list("dead/a/letters");
  }

  @Test
  void whatIsPurgedIsGoneForEver() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 4);
    for (int i = 0; i < 4; i++) {
      rejectNext(subscriber, "x");
    }
    DeadLetters letters = buffer.deadLetters("a");
    assertThat(letters.purge(1)).isTrue();
    assertThat(letters.purge(1)).isFalse();
    assertThat(letters.purge(99)).isFalse();
    letters.replay(2);
    Delivery out = take(subscriber);
    assertThat(letters.purge(2)).as("one that is out").isFalse();
    assertThat(letters.purgeAll()).isEqualTo(2);
    assertThat(letters.count()).isEqualTo(1);
    subscriber.flush();
    world.kill();
    DurableBuffer again = world.open();
    assertThat(numbers(again.deadLetters("a"))).containsExactly(3L);
    assertThat(again.deadLetters("a").purgeAll()).isEqualTo(1);
    assertThat(again.subscribe("a").next(Duration.ZERO)).isNull();
    assertThat(out.sequence()).isEqualTo(2);
  }

  @Test
  void lettersStayWhenTheirSubscriberIsForgottenAndCountAgainstTheCap() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    long empty = buffer.status().diskBytes();
    append(buffer, 1, 1_000_000);
    rejectNext(subscriber, "too large to be true");
    long used = buffer.status().diskBytes();
    assertThat(used).isGreaterThan(empty + 2_000_000);
    subscriber.close();
    buffer.unsubscribe("a");
    buffer.close();
    DurableBuffer again = world.open();
    assertThat(again.subscribers()).isEmpty();
    assertThat(again.status().diskBytes()).isGreaterThan(1_500_000);
    assertThat(numbers(again.deadLetters("a"))).containsExactly(1L);
  }

  @Test
  void anEmptyBoxTakesNoSpaceAndItsNumbersAreNotGivenOutAgain() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 3);
    append(buffer, 4);
    DeadLetters letters = buffer.deadLetters("a");
    rejectNext(subscriber, "x");
    rejectNext(subscriber, "y");
    assertThat(letters.purgeAll()).isEqualTo(2);
    assertThat(letters.count()).isZero();
    assertThat(world.storage().list("dead/a/wal")).containsExactly("quiver.wal.cursor");
    assertThat(world.storage().list("dead/a/letters")).isEmpty();
    rejectNext(subscriber, "z");
    assertThat(all(letters)).extracting(DeadLetter::number).containsExactly(2L);
    letters.replayAll();
    assertThat(ackNext(subscriber)).isEqualTo(3);
    buffer.close();
    DurableBuffer again = world.open();
    rejectNext(again.subscribe("a"), "last");
    assertThat(all(again.deadLetters("a"))).extracting(DeadLetter::number).containsExactly(3L);
    assertThat(numbers(again.deadLetters("a"))).containsExactly(4L);
    assertThat(world.events).noneMatch(e -> e.name().equals("holdfast.wal.corrupt"));
  }

  @Test
  void whatAKilledOwnerLeftOfABoxCountsBeforeTheBoxIsOpened() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1);
    rejectNext(subscriber, "x");
    world.kill();
    long left = 0;
    for (String name : List.of("holdfast.reserve", "wal/quiver.wal")) {
      left += world.storage().status("dead/a/" + name).orElseThrow().size();
    }
    assertThat(left).isGreaterThan(1 << 20);
    assertThat(world.open().status().disk().deadLetters()).isGreaterThanOrEqualTo(left);
  }

  @Test
  void whatABoxTakesCountsOnceHoweverOftenItCannotBeOpened() throws Exception {
    needsFaults();
    DurableBuffer buffer = world.open();
    append(buffer, 1, 500_000);
    rejectNext(buffer.subscribe("a"), "x");
    buffer.close();
    DurableBuffer again = world.open();
    DeadLetters letters = again.deadLetters("a");
    long closed = again.status().disk().deadLetters();
    world
        .disk()
        .setFaults(
            Faults.when(
                call ->
                    call.kind() == Kind.CREATE_DIRECTORY && call.file().equals("dead/a/letters"),
                Faults.Outcome.FAIL));
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(letters::count).isInstanceOf(HoldfastException.class);
      assertThat(again.status().disk().deadLetters()).isLessThan(closed + 700_000);
    }
    world.disk().setFaults(Faults.none());
    assertThat(letters.count()).isEqualTo(1);
    letters.purgeAll();
    assertThat(again.status().disk().deadLetters()).isLessThan(10_000);
    assertThat(world.storage().status("dead/a/holdfast.reserve")).isEmpty();
  }

  @Test
  void aBoxWhoseFilesCannotAllBeDeletedCountsWhatIsLeft() throws Exception {
    needsFaults();
    DurableBuffer buffer = world.open();
    append(buffer, 1, 500_000);
    Subscriber subscriber = buffer.subscribe("a");
    rejectNext(subscriber, "x");
    DeadLetters letters = buffer.deadLetters("a");
    AtomicBoolean deleted = new AtomicBoolean();
    world
        .disk()
        .setFaults(
            call -> {
              if (call.kind() == Kind.DELETE && call.file().equals("dead/a/wal/quiver.wal")) {
                deleted.set(true);
              }
              return deleted.get() && call.kind() == Kind.SYNC_DIRECTORY
                  ? Faults.Outcome.FAIL
                  : Faults.Outcome.WORK;
            });
    assertThatThrownBy(letters::purgeAll).isInstanceOf(HoldfastException.class);
    world.disk().setFaults(Faults.none());
    long left = 0;
    for (String name : world.storage().list("dead/a/wal")) {
      left += world.storage().status("dead/a/wal/" + name).orElseThrow().size();
    }
    left += world.storage().status("dead/a/holdfast.reserve").orElseThrow().size();
    assertThat(buffer.status().disk().deadLetters()).isLessThanOrEqualTo(left);
    append(buffer, 2);
    rejectNext(subscriber, "y");
    assertThat(numbers(letters)).containsExactly(2L);
  }

  @Test
  void withoutDeadLettersWhatIsGivenUpIsGone() {
    world.options = world.options.withDeadLetters(false);
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1);
    rejectNext(subscriber, "nobody will miss it");
    assertThat(buffer.deadLetters("a").count()).isZero();
    assertThat(world.events).anyMatch(e -> e.message().contains("it is gone"));
  }

  @Test
  void tooManyFailedAttemptsMakeADeadLetterAndAReplayBeginsToCountAnew() {
    world.options =
        world.options.withRetryPolicy(new RetryPolicy(Duration.ZERO, Duration.ZERO, 0, 2));
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1);
    DeadLetters letters = buffer.deadLetters("a");
    for (int round = 1; round <= 2; round++) {
      for (int attempt = 0; attempt < 2; attempt++) {
        try (Delivery delivery = take(subscriber)) {
          assertThat(delivery.failures()).isEqualTo(attempt);
          delivery.fail("round " + round);
        }
      }
      assertThat(subscriber.next(Duration.ZERO)).isNull();
      DeadLetter letter = all(letters).getFirst();
      assertThat(letter.attempts()).isEqualTo(2 * round);
      assertThat(letter.reason()).isEqualTo("round " + round);
      letters.replayAll();
    }
    assertThat(ackNext(subscriber)).isEqualTo(1);
  }

  @Test
  void aDamagedRecordOfALetterCostsItsReasonAndNotTheLetter() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 2);
    rejectNext(subscriber, "first");
    rejectNext(subscriber, "second");
    buffer.close();
    world.flip("dead/a/letters/0", 30, 0x10);
    DeadLetters letters = world.open().deadLetters("a");
    assertThat(numbers(letters)).containsExactly(1L, 2L);
    assertThat(all(letters).getFirst().reason()).contains("damaged");
    assertThat(all(letters).getFirst().sequence()).isEmpty();
    assertThat(all(letters).get(1).reason()).isEqualTo("second");
  }

  @Test
  void aReaderBesideTheOwnerGivesWhatTheOwnerListsAndChangesNothing() throws Exception {
    DurableBuffer buffer = world.open();
    assertThat(DeadLetterReader.subscribers(world.storage())).isEmpty();
    try (DeadLetterReader none = DeadLetterReader.open(world.storage(), "a")) {
      assertThat(none.count()).isZero();
      assertThat(none.next()).isNull();
    }
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 4);
    for (int i = 0; i < 4; i++) {
      rejectNext(subscriber, "reason " + i);
    }
    DeadLetters letters = buffer.deadLetters("a");
    letters.purge(0);
    letters.replay(2);
    var before = world.snapshot().keySet();
    assertThat(DeadLetterReader.subscribers(world.storage())).containsExactly("a");
    List<DeadLetter> read = new ArrayList<>();
    List<Long> readNumbers = new ArrayList<>();
    try (DeadLetterReader reader = DeadLetterReader.open(world.storage(), "a")) {
      assertThat(reader.count()).isEqualTo(3);
      for (var item = reader.next(); item != null; item = reader.next()) {
        read.add(item.letter());
        readNumbers.add(Bundles.number(item.bundle()));
      }
      assertThat(reader.report().isDamaged()).isFalse();
    }
    assertThat(world.snapshot().keySet()).isEqualTo(before);
    assertThat(read).isEqualTo(all(letters));
    assertThat(readNumbers).containsExactly(2L, 3L, 4L);
    assertThat(ackNext(subscriber)).isEqualTo(3);
    subscriber.flush();
    assertThat(BufferInspection.of(world.storage()).subscribers().getFirst().deadLetters())
        .isEqualTo(2);
    letters.purgeAll();
    try (DeadLetterReader none = DeadLetterReader.open(world.storage(), "a")) {
      assertThat(none.count()).isZero();
    }
  }

  @Test
  void aBoxThatACrashHasLeftHalfMadeIsEmptyAndHidesNothing() throws Exception {
    DurableBuffer buffer = world.open();
    buffer.subscribe("a").close();
    append(buffer, 1);
    buffer.close();
    world.storage().createDirectory("dead/a/wal");
    world.write("dead/a/wal/holdfast.next", new byte[64]);
    assertThat(BufferInspection.of(world.storage()).subscribers())
        .singleElement()
        .satisfies(a -> assertThat(a.deadLetters()).isZero())
        .satisfies(a -> assertThat(a.note()).isEmpty());
    try (DeadLetterReader none = DeadLetterReader.open(world.storage(), "a")) {
      assertThat(none.next()).isNull();
      assertThat(none.count()).isZero();
    }
    DurableBuffer again = world.open();
    assertThat(again.deadLetters("a").count()).isZero();
    try (Subscriber subscriber = again.subscribe("a")) {
      rejectNext(subscriber, "it works");
    }
    assertThat(numbers(again.deadLetters("a"))).containsExactly(1L);
  }

  @Test
  void aLetterThatIsPurgedWhileItIsReadDoesNotComeUnderANumberOfItsOwn() {
    needsFaults();
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 3);
    assertThat(ackNext(subscriber)).isEqualTo(1);
    assertThat(ackNext(subscriber)).isEqualTo(2);
    rejectNext(subscriber, "no");
    DeadLetters letters = buffer.deadLetters("a");
    assertThat(letters.replayAll()).isEqualTo(1);
    AtomicBoolean purged = new AtomicBoolean();
    world
        .disk()
        .setFaults(
            call -> {
              boolean isRecord = call.file().startsWith("dead/a/letters/");
              if (call.kind() == Kind.OPEN_FOR_READ && isRecord && !purged.getAndSet(true)) {
                // What another thread may do between the bundle and the record of why it is here.
                subscriber.close();
                assertThat(letters.purgeAll()).isEqualTo(1);
              }
              return Faults.Outcome.WORK;
            });
    assertThatThrownBy(() -> subscriber.next(Duration.ZERO)).isInstanceOf(ClosedException.class);
    assertThat(purged).isTrue();
  }

  @Test
  void aBoxThatCannotBeReadDoesNotHideTheRestOfTheBuffer() {
    needsFaults();
    DurableBuffer buffer = world.open();
    try (Subscriber subscriber = buffer.subscribe("a")) {
      append(buffer, 1);
      append(buffer, 2);
      rejectNext(subscriber, "first");
    }
    buffer.close();
    world
        .disk()
        .setFaults(
            Faults.when(
                call -> call.kind() == Kind.OPEN_FOR_READ && call.file().startsWith("dead/"),
                Faults.Outcome.FAIL));
    assertThatThrownBy(() -> DeadLetterReader.open(world.storage(), "a"))
        .isInstanceOf(HoldfastException.class);
    assertThat(BufferInspection.of(world.storage()).subscribers())
        .singleElement()
        .satisfies(a -> assertThat(a.lag().bundles()).isEqualTo(1))
        .satisfies(a -> assertThat(a.note().orElse("")).contains("dead letters cannot be"));
  }

  @Test
  void anIdThatIsNotLegalHasNoLetters() {
    DurableBuffer buffer = world.open();
    assertThatThrownBy(() -> DeadLetterReader.open(world.storage(), "../x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> buffer.deadLetters("../x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void withoutRoomForLettersTheirSubscriberAloneWaitsAndGoesOnByItself() {
    needsFaults();
    DurableBuffer buffer = world.open();
    Subscriber stuck = buffer.subscribe("stuck");
    Subscriber well = buffer.subscribe("well");
    appendAll(buffer, 1, 4);
    Delivery bad = take(stuck);
    world.disk().setCapacity(0);
    bad.reject("it is bad");
    bad.close();
    assertThat(world.events).anyMatch(e -> e.name().equals("holdfast.subscriber.pause"));
    assertThat(stuck.next(Duration.ofSeconds(30))).isNull();
    assertThat(drain(well)).isEqualTo(range(1, 4));
    assertThat(world.events).noneMatch(e -> e.name().equals("holdfast.subscriber.resume"));
    world.disk().setCapacity(Long.MAX_VALUE);
    // One time of waiting is enough, and nobody does anything else for it.
    assertThat(ackNext(stuck)).isEqualTo(2);
    assertThat(world.events)
        .filteredOn(e -> e.name().startsWith("holdfast.subscriber."))
        .extracting(EngineEvent::name)
        .containsExactly(
            "holdfast.subscriber.pause",
            "holdfast.subscriber.reject",
            "holdfast.subscriber.resume");
    assertThat(buffer.deadLetters("stuck").list(-1, 9))
        .singleElement()
        .satisfies(letter -> assertThat(letter.reason()).isEqualTo("it is bad"));
    assertThat(drain(stuck)).isEqualTo(range(3, 4));
  }

  /** Rejects the only bundle there is, and acks it when it is replayed. */
  private Subscriber ackReplay(DurableBuffer buffer) {
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 1);
    rejectNext(subscriber, "for a time");
    subscriber.flush();
    buffer.deadLetters("a").replayAll();
    assertThat(ackNext(subscriber)).isEqualTo(1);
    return subscriber;
  }

  private void assertNoLetterAfterAKill() throws Exception {
    world.kill();
    DurableBuffer again = world.open();
    assertThat(again.deadLetters("a").count()).isZero();
    assertThat(again.subscribe("a").next(Duration.ZERO)).isNull();
  }

  @Test
  void aReplayThatWasAckedDoesNotComeAgainAfterAFlushOfTheBuffer() throws Exception {
    world.options = world.options.withProgressInterval(Duration.ofDays(1));
    DurableBuffer buffer = world.open();
    ackReplay(buffer);
    buffer.flush();
    assertNoLetterAfterAKill();
  }

  @Test
  void aReplayThatWasAckedDoesNotComeAgainAfterItsSubscriberHasClosed() throws Exception {
    world.options = world.options.withProgressInterval(Duration.ofDays(1));
    DurableBuffer buffer = world.open();
    ackReplay(buffer).close();
    assertNoLetterAfterAKill();
  }

  @Test
  void whoeverListensIsToldThatASubscriberWaitsThoughItsReplayWaitsAlready() {
    needsFaults();
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 2);
    rejectNext(subscriber, "first");
    buffer.deadLetters("a").replayAll();
    try (Delivery letter = take(subscriber);
        Delivery bundle = take(subscriber)) {
      world.disk().setCapacity(0);
      assertThat(letter.reject("again")).isFalse();
      assertThat(bundle.reject("it too")).isFalse();
    }
    assertThat(messages("holdfast.subscriber.pause"))
        .satisfiesExactly(
            first -> assertThat(first).startsWith("new bundles go on, but the replay of"),
            second -> assertThat(second).startsWith("subscriber a waits"));
    world.disk().setCapacity(Long.MAX_VALUE);
    assertThat(subscriber.next(Duration.ofSeconds(30))).isNull();
    assertThat(messages("holdfast.subscriber.resume"))
        .containsExactlyInAnyOrder(
            "the replay of dead letters to subscriber a goes on", "subscriber a goes on");
  }

  private List<String> messages(String event) {
    return world.events.stream()
        .filter(e -> e.name().equals(event))
        .map(EngineEvent::message)
        .toList();
  }
}
