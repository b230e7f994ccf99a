package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.DeadLetter;
import io.holdfast.engine.DeadLetters;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.EngineEvent;
import io.holdfast.engine.Subscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Bundles are given up, replayed and purged, and the power goes at any call, or a call fails. */
class DeadLetterCrashTest extends CrashSuite {
  /** Bundles that must be somewhere: in line, or among the letters. */
  private final Set<Long> must = new HashSet<>();

  /** Bundles that may be somewhere. */
  private final Set<Long> may = new HashSet<>();

  DeadLetterCrashTest() {
    super(2);
  }

  @Override
  void scenario(World world) {
    must.clear();
    may.clear();
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    for (long number = 1; number <= 8; number++) {
      may.add(number);
      append(world, buffer, number);
      may.remove(number);
      must.add(number);
    }
    resolve(subscriber, "reject");
    resolve(subscriber, "ack");
    resolve(subscriber, "reject");
    resolve(subscriber, "reject");
    subscriber.flush();
    may.clear();
    DeadLetters letters = buffer.deadLetters("a");
    letters.replay(0);
    resolve(subscriber, "ack");
    resolve(subscriber, "reject");
    letters.read(
        1,
        bundle -> {
          may.add(Bundles.number(bundle));
          must.remove(Bundles.number(bundle));
        });
    letters.purge(1);
    subscriber.flush();
    may.clear();
    letters.replayAll();
    resolve(subscriber, "reject");
    resolve(subscriber, "ack");
    resolve(subscriber, "reject");
    buffer.close();
    may.clear();
  }

  private static void append(World world, DurableBuffer buffer, long number) {
    try (Bundles.Built built = world.bundles.small(number)) {
      buffer.append(built.bundle());
    }
  }

  private void resolve(Subscriber subscriber, String how) {
    try (Delivery delivery = subscriber.next(Duration.ofSeconds(10))) {
      assertThat(delivery).isNotNull();
      if (delivery == null) {
        return;
      }
      long number = Bundles.number(delivery.bundle());
      if (how.equals("ack")) {
        may.add(number);
        must.remove(number);
        delivery.ack();
      } else {
        delivery.reject("because of " + number);
      }
    }
  }

  /** All that there is, in line or as a letter, and that no letter is there twice. */
  @Override
  void check(World world) {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    DeadLetters letters = buffer.deadLetters("a");
    List<Long> kept = new ArrayList<>();
    for (DeadLetter letter : letters.list(-1, 1000)) {
      letters.read(
          letter.number(),
          bundle -> {
            long number = Bundles.number(bundle);
            kept.add(number);
            assertThat(letter.sequence()).hasValue(number - 1);
            assertThat(letter.reason()).isEqualTo("because of " + number);
          });
    }
    assertThat(kept).doesNotHaveDuplicates();
    Set<Long> seen = new HashSet<>(kept);
    for (Delivery next = subscriber.next(Duration.ZERO);
        next != null;
        next = subscriber.next(Duration.ZERO)) {
      seen.add(Bundles.number(next.bundle()));
      next.defer(Duration.ofHours(1));
      next.close();
    }
    assertThat(seen).containsAll(must);
    seen.removeAll(must);
    assertThat(may).containsAll(seen);
    buffer.close();
  }

  @Test
  void withoutRoomForLettersTheirSubscriberAloneWaitsAndGoesOnByItself() {
    try (World world = World.simulated(1)) {
      DurableBuffer buffer = world.open();
      Subscriber stuck = buffer.subscribe("stuck");
      Subscriber well = buffer.subscribe("well");
      for (long number = 1; number <= 4; number++) {
        append(world, buffer, number);
      }
      Delivery bad = EngineSuite.take(stuck);
      world.disk().setCapacity(0);
      bad.reject("it is bad");
      bad.close();
      assertThat(world.events).anyMatch(e -> e.name().equals("holdfast.subscriber.pause"));
      assertThat(stuck.next(Duration.ofSeconds(30))).isNull();
      assertThat(EngineSuite.drain(well)).isEqualTo(EngineSuite.range(1, 4));
      assertThat(world.events).noneMatch(e -> e.name().equals("holdfast.subscriber.resume"));
      world.disk().setCapacity(Long.MAX_VALUE);
      // One time of waiting is enough, and nobody does anything else for it.
      assertThat(EngineSuite.ackNext(stuck)).isEqualTo(2);
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
      assertThat(EngineSuite.drain(stuck)).isEqualTo(EngineSuite.range(3, 4));
    }
  }
}
