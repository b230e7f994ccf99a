package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.Subscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A bundle that ends the process each time it is handed out ends it so often and no more. */
@Timeout(120)
class CrashLoopTest extends EngineSuite {
  private static final int CRASHES = 5;

  /** Bundles that are in work at once. */
  private static final int WORKERS = 3;

  CrashLoopTest() {
    super(Disk.SIMULATED);
  }

  /** Works until nothing comes; false when it came to the killer, and the process ended. */
  private boolean live(long killer, List<Long> acked) {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    List<Delivery> inWork = new ArrayList<>();
    while (true) {
      Delivery next = inWork.size() < WORKERS ? subscriber.next(Duration.ZERO) : null;
      if (next == null && inWork.isEmpty()) {
        buffer.close();
        return true;
      }
      if (next == null) {
        try (Delivery done = inWork.removeFirst()) {
          acked.add(Bundles.number(done.bundle()));
          done.ack();
        }
        continue;
      }
      inWork.add(next);
      if (Bundles.number(next.bundle()) == killer) {
        world.nextLife();
        return false;
      }
    }
  }

  private void begin(long bundles) {
    DurableBuffer buffer = world.open();
    buffer.subscribe("a");
    appendAll(buffer, 1, bundles);
    buffer.close();
  }

  @Test
  void aBundleThatEndsTheProcessIsGivenUpAndAllOthersGetThrough() {
    begin(12);
    List<Long> acked = new ArrayList<>();
    int crashes = 0;
    while (!live(6, acked)) {
      crashes++;
      assertThat(crashes).as("the loop ends").isLessThan(20);
    }
    // Two to see that it is one, and then each time it was out alone.
    assertThat(crashes).isEqualTo(2 + CRASHES);
    assertThat(new TreeSet<>(acked)).containsExactly(1L, 2L, 3L, 4L, 5L, 7L, 8L, 9L, 10L, 11L, 12L);
    assertThat(world.events)
        .filteredOn(e -> e.name().equals("holdfast.subscriber.reject"))
        .singleElement()
        .satisfies(e -> assertThat(e.message()).contains("sequence 5").contains("ended 5 times"));
  }

  @Test
  void aKillerThatComesWhileOthersAreAppendedIsFoundToo() {
    begin(1);
    List<Long> acked = new ArrayList<>();
    int crashes = 0;
    long next = 2;
    while (!live(3, acked)) {
      crashes++;
      assertThat(crashes).as("the loop ends").isLessThan(20);
    }
    assertThat(crashes).isZero();
    while (true) {
      DurableBuffer buffer = world.open();
      appendAll(buffer, next, next + 3);
      next += 4;
      buffer.close();
      if (live(3, acked)) {
        break;
      }
      crashes++;
      assertThat(crashes).as("the loop ends").isLessThan(20);
    }
    assertThat(crashes).isEqualTo(2 + CRASHES);
  }

  @Test
  void oneStopThatIsNotCleanSlowsNothingDown() {
    begin(5);
    Subscriber first = world.open().subscribe("a");
    take(first);
    take(first);
    world.nextLife();
    Subscriber second = world.open().subscribe("a");
    List<Delivery> out = List.of(take(second), take(second), take(second));
    assertThat(out).hasSize(3);
    assertThat(world.events).noneMatch(e -> e.name().equals("holdfast.subscriber.reject"));
  }

  @Test
  void afterTwoStopsBundlesComeOneAtATimeAndThenTogetherAgain() {
    begin(5);
    for (int life = 0; life < 2; life++) {
      Subscriber subscriber = world.open().subscribe("a");
      take(subscriber);
      take(subscriber);
      world.nextLife();
    }
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 6, 8);
    for (long number = 1; number <= 5; number++) {
      try (Delivery alone = take(subscriber)) {
        assertThat(Bundles.number(alone.bundle())).isEqualTo(number);
        assertThat(subscriber.next(Duration.ZERO)).isNull();
        alone.ack();
      }
    }
    // These came later: nobody ever had them in hand.
    List<Delivery> out = List.of(take(subscriber), take(subscriber), take(subscriber));
    assertThat(out).extracting(d -> Bundles.number(d.bundle())).containsExactly(6L, 7L, 8L);
    out.forEach(Delivery::close);
  }

  @Test
  void stopsThatAreCleanCountNothing() {
    begin(3);
    for (int life = 0; life < 3 * CRASHES; life++) {
      DurableBuffer buffer = world.open();
      Subscriber subscriber = buffer.subscribe("a");
      take(subscriber).close();
      Delivery out = take(subscriber);
      assertThat(Bundles.number(out.bundle())).isEqualTo(1);
      buffer.close();
      out.close();
    }
    assertThat(drain(world.open().subscribe("a"))).containsExactly(1L, 2L, 3L);
  }

  @Test
  void killsWhileNothingIsInHandsCountNothing() {
    begin(3);
    for (int life = 0; life < 3 * CRASHES; life++) {
      Subscriber subscriber = world.open().subscribe("a");
      try (Delivery delivery = take(subscriber)) {
        assertThat(Bundles.number(delivery.bundle())).isEqualTo(1);
        delivery.defer(Duration.ofHours(1));
      }
      subscriber.close();
      world.nextLife();
    }
    assertThat(drain(world.open().subscribe("a"))).containsExactly(1L, 2L, 3L);
  }

  @Test
  void aSubscriberThatNeedsSeveralBeforeItResolvesOneGetsOn() {
    begin(6);
    for (int life = 0; life < 2; life++) {
      Subscriber subscriber = world.open().subscribe("a");
      take(subscriber);
      take(subscriber);
      world.nextLife();
    }
    Subscriber subscriber = world.open().subscribe("a");
    List<Delivery> batch = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      batch.add(take(subscriber));
    }
    batch.forEach(Delivery::ack);
    batch.forEach(Delivery::close);
    assertThat(subscriber.backlog().bundles()).isZero();
  }

  @Test
  void whoeverListensIsToldWhenTheNextMayComeAlone() {
    begin(2);
    for (int life = 0; life < 2; life++) {
      Subscriber subscriber = world.open().subscribe("a");
      take(subscriber);
      take(subscriber);
      world.nextLife();
    }
    Subscriber subscriber = world.open().subscribe("a");
    List<Delivery> out = new ArrayList<>();
    subscriber.whenAvailable(
        () -> {
          Delivery next = out.size() < 2 ? subscriber.next(Duration.ZERO) : null;
          if (next != null) {
            out.add(next);
          }
        });
    assertThat(out).hasSize(1);
    world.tasks().advance(Duration.ofMinutes(1));
    assertThat(out).hasSize(2);
    out.forEach(Delivery::close);
  }

  @Test
  void theGuardCanBeSwitchedOff() {
    world.options = world.options.withMaxCrashes(0);
    begin(3);
    for (int life = 0; life < 3 * CRASHES; life++) {
      Subscriber subscriber = world.open().subscribe("a");
      List<Delivery> out = List.of(take(subscriber), take(subscriber), take(subscriber));
      assertThat(out).extracting(d -> Bundles.number(d.bundle())).containsExactly(1L, 2L, 3L);
      world.nextLife();
    }
  }

  @Test
  void onADiskThatIsFullBundlesAreHandedOutAllTheSame() {
    begin(5);
    world.disk().setCapacity(world.disk().usedBytes() + 4096);
    Subscriber subscriber = world.open().subscribe("a");
    world.disk().setCapacity(0);
    assertThat(drain(subscriber)).isEqualTo(range(1, 5));
    world.disk().setCapacity(Long.MAX_VALUE);
  }
}
