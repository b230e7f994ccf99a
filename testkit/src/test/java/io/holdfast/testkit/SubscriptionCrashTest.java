package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.HoldfastException;
import io.holdfast.engine.StartAt;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.Subscriber;
import io.holdfast.testkit.Faults.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Subscribers come and go, and the power goes at any call meanwhile, or a call fails. */
@Timeout(300)
class SubscriptionCrashTest {
  private static final Places PLACES = new Places(SubscriptionCrashTest.class, 1);

  /** So many of the ways in which one power cut may leave the disk are tried. */
  private static final int OUTCOMES = 4;

  /** How far a scenario came before the disk ended it. */
  private static final class Told {
    /** Whether the call that a scenario is about has returned. */
    boolean done;

    /** The highest number that was appended. */
    long appended;
  }

  private static void append(World world, DurableBuffer buffer, long number, Told told) {
    try (Bundles.Built built = world.bundles.small(number)) {
      buffer.append(built.bundle());
    }
    told.appended = number;
  }

  /** What there is before the first call that may go wrong. */
  private static DurableBuffer begin(World world, Told told) {
    DurableBuffer buffer = world.open();
    try (Subscriber keeper = buffer.subscribe("keeper");
        Subscriber leaver = buffer.subscribe("leaver")) {
      for (long number = 1; number <= 4; number++) {
        append(world, buffer, number, told);
      }
      EngineSuite.ackNext(keeper);
      for (int i = 0; i < 2; i++) {
        EngineSuite.ackNext(leaver);
      }
    }
    return buffer;
  }

  private static void unsubscribes(World world, DurableBuffer buffer, Told told) {
    buffer.unsubscribe("leaver");
    told.done = true;
    append(world, buffer, 5, told);
    buffer.flush();
    buffer.close();
  }

  private static void startsAtTheLatest(World world, DurableBuffer buffer, Told told) {
    Subscriber late = buffer.subscribe("late", StartAt.LATEST);
    told.done = true;
    append(world, buffer, 5, told);
    append(world, buffer, 6, told);
    buffer.flush();
    late.close();
    buffer.close();
  }

  /** What is to happen while calls to the disk go wrong. */
  @FunctionalInterface
  private interface Scenario {
    void run(World world, DurableBuffer buffer, Told told);
  }

  private static Told runs(World world, Scenario scenario, Faults faults) {
    Told told = new Told();
    DurableBuffer buffer = begin(world, told);
    world.disk().setFaults(faults);
    try {
      scenario.run(world, buffer, told);
    } catch (HoldfastException refused) {
      // The engine has said that the disk refuses.
    }
    return told;
  }

  private static long changes(Scenario scenario) {
    long[] changes = new long[1];
    try (World world = World.simulated(1)) {
      Told told =
          runs(
              world,
              scenario,
              call -> {
                changes[0] += call.kind().changes() ? 1 : 0;
                return Outcome.WORK;
              });
      assertThat(told.done).isTrue();
    }
    assertThat(changes[0]).isGreaterThan(10);
    return changes[0];
  }

  /** Runs a scenario up to each call, and what a kill and some power cuts leave is checked. */
  private static void cutAtEach(String test, Scenario scenario, Check check) {
    PLACES.each(
        test,
        () -> changes(scenario),
        n -> {
          for (int seed = 0; seed <= OUTCOMES; seed++) {
            try (World world = World.simulated(1)) {
              Told told =
                  runs(
                      world,
                      scenario,
                      Faults.nth(n, call -> call.kind().changes(), Outcome.POWER_CUT));
              if (seed == 0) {
                world.nextLife();
              } else {
                world.crash(n * 10 + seed);
              }
              check.check(world, told);
            }
          }
        });
  }

  @FunctionalInterface
  private interface Check {
    void check(World world, Told told);
  }

  /** What was confirmed comes, perhaps with one more whose append never returned. */
  private static void assertRest(List<Long> came, long first, Told told) {
    List<Long> confirmed = EngineSuite.range(first, told.appended);
    assertThat(came).isIn(confirmed, EngineSuite.range(first, told.appended + 1));
  }

  private static void checkLeaver(World world, Told told) {
    List<Long> first = List.of();
    for (int life = 0; life < 2; life++) {
      DurableBuffer buffer = world.open();
      assertThat(buffer.recovery().isDamaged()).isFalse();
      assertThat(buffer.subscribers()).contains("keeper");
      boolean isThere = buffer.subscribers().contains("leaver");
      List<Long> came = look(buffer.subscribe("leaver"));
      if (life == 0) {
        assertThat(isThere && told.done).as("it comes back").isFalse();
        // Who is still there goes on where it was; who is not begins anew, with what is kept.
        assertRest(came, isThere ? 3 : 2, told);
        first = came;
      }
      assertThat(came).isEqualTo(first);
      assertRest(look(buffer.subscribe("keeper")), 2, told);
      buffer.close();
    }
  }

  /** What would come; it is given back. */
  private static List<Long> look(Subscriber subscriber) {
    List<Delivery> out = new ArrayList<>();
    List<Long> numbers = new ArrayList<>();
    for (var next = subscriber.next(Duration.ZERO);
        next != null;
        next = subscriber.next(Duration.ZERO)) {
      out.add(next);
      numbers.add(Bundles.number(next.bundle()));
    }
    out.forEach(Delivery::close);
    return numbers;
  }

  @Test
  void whoUnsubscribesIsGoneOrAsBeforeWhereverTheProcessOrThePowerEnds() {
    cutAtEach(
        "whoUnsubscribesIsGoneOrAsBeforeWhereverTheProcessOrThePowerEnds",
        SubscriptionCrashTest::unsubscribes,
        SubscriptionCrashTest::checkLeaver);
  }

  @Test
  void anUnsubscribeThatTheDiskRefusesChangesNothingAndCanBeRepeated() {
    PLACES.each(
        "anUnsubscribeThatTheDiskRefusesChangesNothingAndCanBeRepeated",
        () -> changes(SubscriptionCrashTest::unsubscribes),
        n -> {
          try (World world = World.simulated(1)) {
            Told told = new Told();
            DurableBuffer buffer = begin(world, told);
            world.disk().setFaults(Faults.nth(n, call -> call.kind().changes(), Outcome.FAIL));
            boolean refused = false;
            try {
              buffer.unsubscribe("leaver");
            } catch (StorageException e) {
              refused = true;
            }
            world.disk().setFaults(Faults.none());
            if (refused && buffer.subscribers().contains("leaver")) {
              try (Subscriber leaver = buffer.subscribe("leaver")) {
                assertRest(look(leaver), 3, told);
              }
            }
            buffer.unsubscribe("leaver");
            assertThat(buffer.subscribers()).containsExactly("keeper");
            told.done = true;
            world.crash(n);
            checkLeaver(world, told);
          }
        });
  }

  @Test
  void whoStartsAtTheLatestGetsNothingOlderWhereverTheProcessOrThePowerEnds() {
    cutAtEach(
        "whoStartsAtTheLatestGetsNothingOlderWhereverTheProcessOrThePowerEnds",
        SubscriptionCrashTest::startsAtTheLatest,
        (world, told) -> {
          for (int life = 0; life < 2; life++) {
            DurableBuffer buffer = world.open();
            assertThat(buffer.recovery().isDamaged()).isFalse();
            if (told.done) {
              assertThat(buffer.subscribers()).contains("late");
            }
            Subscriber late = buffer.subscribe("late", StartAt.LATEST);
            if (told.done) {
              assertRest(look(late), 5, told);
            } else {
              assertThat(look(late)).doesNotContain(1L, 2L, 3L, 4L);
            }
            assertRest(look(buffer.subscribe("keeper")), 2, told);
            buffer.close();
          }
        });
  }
}
