package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.ClosedException;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.LossReason;
import io.holdfast.engine.RetryPolicy;
import io.holdfast.engine.Subscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Deliveries that are out for long. */
@ParameterizedClass
@EnumSource(Disk.class)
class HoldTest extends EngineSuite {
  private static final int LARGE = 300_000;

  HoldTest(Disk disk) {
    super(disk);
  }

  private static Delivery holdNext(Subscriber subscriber) {
    Delivery delivery = take(subscriber);
    delivery.hold();
    return delivery;
  }

  @Test
  void whatIsHeldTakesNobodysPlaceAndIsResolvedWhenItsTimeHasCome() throws Exception {
    world.options = world.options.withMaxInFlight(2);
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 12);
    List<Delivery> held = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      held.add(holdNext(subscriber));
    }
    Delivery out = take(subscriber);
    Delivery last = take(subscriber);
    assertThat(subscriber.next(Duration.ZERO)).as("two are out").isNull();
    assertThat(subscriber.backlog().bundles()).isEqualTo(12);
    held.subList(0, 5).forEach(Delivery::ack);
    assertThat(subscriber.backlog().bundles()).isEqualTo(7);
    held.get(5).ackDurably();
    out.close();
    last.close();
    world.kill();
    assertThat(drain(world.open().subscribe("a"))).isEqualTo(range(7, 12));
  }

  @Test
  void aHoldMakesRoomForWhoWaitsForTheNext() {
    world.options = world.options.withMaxInFlight(1);
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 3);
    List<Long> numbers = new ArrayList<>();
    List<Delivery> held = new ArrayList<>();
    CountDownLatch all = new CountDownLatch(3);
    subscriber.whenAvailable(
        () -> {
          Delivery next = subscriber.next(Duration.ZERO);
          if (next != null) {
            numbers.add(Bundles.number(next.bundle()));
            held.add(next);
            next.hold();
            all.countDown();
          }
        });
    CallbackTest.await(all);
    assertThat(numbers).isEqualTo(range(1, 3));
    held.forEach(Delivery::ack);
    assertThat(subscriber.backlog().bundles()).isZero();
  }

  @Test
  void aHeldBundleCanBeReadAgainUntilItIsClosed() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    String expected;
    try (Bundles.Built built = world.bundles.mixed(3)) {
      expected = Bundles.describe(built.bundle());
      buffer.append(built.bundle());
    }
    Delivery delivery = holdNext(subscriber);
    assertThat(Bundles.describe(delivery.bundle())).isEqualTo(expected);
    delivery.hold();
    delivery.hold();
    assertThat(Bundles.describe(delivery.bundle())).isEqualTo(expected);
    delivery.ack();
    assertThat(Bundles.describe(delivery.bundle())).isEqualTo(expected);
    delivery.close();
    assertThatThrownBy(delivery::bundle).isInstanceOf(IllegalStateException.class);
    assertThat(subscriber.backlog().bundles()).isZero();
  }

  @Test
  void aHeldBundleStaysThoughTheLogMovesOn() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1, LARGE);
    Delivery held = holdNext(subscriber);
    for (long number = 2; number <= 60; number++) {
      append(buffer, number, LARGE);
      assertThat(ackNext(subscriber)).isEqualTo(number);
    }
    buffer.flush();
    assertThat(Bundles.number(held.bundle())).isEqualTo(1);
    held.hold();
    held.close();
    assertThat(ackNext(subscriber)).as("it was given back").isEqualTo(1);
    assertThat(subscriber.backlog().bundles()).isZero();
  }

  @Test
  void whatIsHeldComesAgainInTheNextLife() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 3);
    Delivery first = holdNext(subscriber);
    ackNext(subscriber);
    subscriber.close();
    first.ack();
    Subscriber second = buffer.subscribe("a");
    Delivery again = take(second);
    assertThat(Bundles.number(again.bundle())).as("an ack of an earlier connection").isEqualTo(1);
    assertThat(again.attempt()).isEqualTo(2);
    again.hold();
    world.kill();
    assertThat(drain(world.open().subscribe("a"))).contains(1L, 3L);
  }

  @Test
  void aHoldOfWhatIsResolvedDoesNothing() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 2);
    Delivery first = take(subscriber);
    first.ack();
    first.hold();
    assertThat(Bundles.number(first.bundle())).isEqualTo(1);
    first.close();
    Delivery second = take(subscriber);
    second.close();
    second.hold();
    assertThat(ackNext(subscriber)).isEqualTo(2);
    assertThat(buffer.status().acked()).isEqualTo(2);
  }

  @Test
  void aHeldBundleThatIsRejectedIsADeadLetter() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 2);
    try (Delivery whole = holdNext(subscriber)) {
      assertThat(whole.reject("all of it")).isTrue();
    }
    try (Delivery part = holdNext(subscriber);
        Bundles.Built rest = world.bundles.small(22)) {
      assertThat(part.reject("a part", rest.bundle())).isTrue();
    }
    var letters = buffer.deadLetters("a");
    List<Long> numbers = new ArrayList<>();
    letters
        .list(-1, 10)
        .forEach(
            letter -> letters.read(letter.number(), bundle -> numbers.add(Bundles.number(bundle))));
    assertThat(numbers).containsExactly(1L, 22L);
    assertThat(subscriber.backlog().bundles()).isZero();
  }

  @Test
  void aHeldBundleThatFailsTooOftenIsADeadLetter() {
    world.options =
        world.options.withRetryPolicy(new RetryPolicy(Duration.ZERO, Duration.ZERO, 0, 2));
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1);
    try (Delivery delivery = holdNext(subscriber)) {
      delivery.fail("once");
    }
    try (Delivery delivery = holdNext(subscriber)) {
      assertThat(delivery.failures()).isEqualTo(1);
      delivery.fail("twice");
    }
    assertThat(buffer.deadLetters("a").count()).isEqualTo(1);
    assertThat(subscriber.backlog().bundles()).isZero();
  }

  @Test
  void aHeldBundleThatIsDeferredComesAgain() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1);
    try (Delivery delivery = holdNext(subscriber)) {
      delivery.defer(Duration.ofMillis(1));
    }
    assertThat(ackNext(subscriber)).isEqualTo(1);
  }

  @Test
  void aReplayedLetterCanBeHeldToo() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 2);
    try (Delivery delivery = take(subscriber)) {
      delivery.reject("not now");
    }
    assertThat(ackNext(subscriber)).isEqualTo(2);
    buffer.deadLetters("a").replayAll();
    Delivery held = holdNext(subscriber);
    assertThat(Bundles.number(held.bundle())).isEqualTo(1);
    held.hold();
    assertThat(held.reject("never")).isTrue();
    held.close();
    assertThat(buffer.deadLetters("a").count()).isEqualTo(1);
    buffer.deadLetters("a").replayAll();
    Delivery again = holdNext(subscriber);
    again.ack();
    again.close();
    assertThat(buffer.deadLetters("a").count()).isZero();
  }

  @Test
  void whatAPolicyTakesIsNotHeldAnyMore() {
    needsFaults();
    world.options = world.options.withMaxAge(Duration.ofHours(1));
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 2);
    Delivery held = holdNext(subscriber);
    world.tasks().advance(Duration.ofHours(2));
    append(buffer, 3);
    buffer.flush();
    held.ack();
    held.close();
    assertThat(drain(subscriber)).containsExactly(3L);
    assertThat(subscriber.lost(LossReason.EXPIRED).bundles()).isBetween(1L, 2L);
  }

  private Subscriber sixBundlesAndTwoStops(boolean told) {
    DurableBuffer begun = world.open();
    begun.subscribe("a");
    appendAll(begun, 1, 6);
    begun.close();
    for (int life = 0; life < 2; life++) {
      Subscriber subscriber = world.open().subscribe("a");
      for (int i = 0; i < 6; i++) {
        holdNext(subscriber);
      }
      if (told) {
        world.tasks().advance(world.options.progressInterval().plusMillis(1));
      }
      world.nextLife();
    }
    return world.open().subscribe("a");
  }

  @Test
  void whatWasOnHoldIsNotSuspectedWhenTheProcessEnds() {
    needsFaults();
    Subscriber subscriber = sixBundlesAndTwoStops(true);
    List<Long> numbers = new ArrayList<>();
    List<Delivery> out = new ArrayList<>();
    // Not waited for: what is out alone is so for some seconds.
    for (Delivery next = subscriber.next(Duration.ZERO);
        next != null;
        next = subscriber.next(Duration.ZERO)) {
      numbers.add(Bundles.number(next.bundle()));
      out.add(next);
    }
    assertThat(numbers).isEqualTo(range(1, 6));
    out.forEach(Delivery::close);
  }

  @Test
  void ofWhatWasHandedOutBeforeTheDiskKnowsThatItIsOnHoldEachComesAlone() {
    needsFaults();
    Subscriber subscriber = sixBundlesAndTwoStops(false);
    Delivery alone = take(subscriber);
    assertThat(subscriber.next(Duration.ZERO)).isNull();
    alone.hold();
    for (int i = 2; i <= 6; i++) {
      assertThat(Bundles.number(holdNext(subscriber).bundle())).isEqualTo(i);
    }
  }

  @Test
  void aProcessThatIsKilledWhileAllIsOnHoldMakesNoDeadLetters() {
    needsFaults();
    Subscriber subscriber = sixBundlesAndTwoStops(false);
    for (int life = 0; life < 8; life++) {
      for (int i = 0; i < 6; i++) {
        holdNext(subscriber);
      }
      world.nextLife();
      subscriber = world.open().subscribe("a");
    }
    assertThat(world.events).noneMatch(e -> e.name().equals("holdfast.subscriber.reject"));
    assertThat(drain(subscriber)).isEqualTo(range(1, 6));
  }

  @Test
  void whatIsGivenBackTogetherComesAgainWithinTheLimit() {
    world.options = world.options.withMaxInFlight(3);
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 20);
    List<Delivery> held = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      held.add(holdNext(subscriber));
    }
    held.forEach(Delivery::close);
    List<Delivery> out = List.of(take(subscriber), take(subscriber), take(subscriber));
    assertThat(subscriber.next(Duration.ZERO)).isNull();
    out.forEach(Delivery::close);
    assertThat(drain(subscriber)).isEqualTo(range(1, 20));
  }

  @Test
  void aHeldBundleOfAClosedBufferCannotBeReadAgain() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1);
    Delivery held = holdNext(subscriber);
    buffer.close();
    assertThatThrownBy(held::bundle).isInstanceOf(ClosedException.class);
    held.ack();
    held.close();
    assertThat(drain(world.open().subscribe("a"))).containsExactly(1L);
  }
}
