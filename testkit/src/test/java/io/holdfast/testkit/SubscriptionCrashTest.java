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

/** Subscribers come, go and come again, with a disk that fails at any call. */
class SubscriptionCrashTest extends CrashLoops {
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

  @Override
  void scenario(History history) {
    history.open();
    history.subscribe("keeper");
    history.subscribe("leaver");
    history.appendTogether(4, 700);
    history.take("keeper", 1, How.ACK);
    history.take("leaver", List.of(How.ACK, How.REJECT));
    history.unsubscribe("leaver");
    history.append(200);
    history.subscribe("late", StartAt.LATEST);
    history.append(-1);
    history.take("late", 1, How.ACK_DURABLY);
    history.subscribe("leaver");
    history.take("leaver", 2, How.ACK);
    history.reconnect("keeper");
    history.take("keeper", List.of(How.ACK, How.KEEP));
    history.unsubscribe("late");
    history.flush(true);
    // What is unresolved goes to a segment.
    history.close(true);
    history.buffer();
    history.subscribe("late", StartAt.LATEST);
    history.append(100);
    history.unsubscribe("leaver");
    history.pass(Duration.ofSeconds(2));
    history.take("keeper", 2, How.ACK);
    history.reconnect("late");
    history.append(10);
  }

  /** Who comes back under an old name, and who goes, after all that. */
  @Override
  void goOn(History history) {
    history.subscribe("leaver");
    history.unsubscribe("late");
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

  private static Strike nthChange(long n, Outcome outcome) {
    return new Strike(Faults.nth(n, call -> call.kind().changes(), outcome));
  }

  /** Runs a scenario up to each call, and what a kill and some power cuts leave is checked. */
  private static void cutAtEach(String test, Scenario scenario, Check check) {
    PLACES.each(
        test,
        n -> {
          for (int seed = 0; seed <= OUTCOMES; seed++) {
            try (World world = World.simulated(Places.scenario())) {
              Strike strike = nthChange(n, Outcome.POWER_CUT);
              Told told = runs(world, scenario, strike);
              if (!strike.hasStruck()) {
                assertThat(told.done).isTrue();
                world.disk().setFaults(Faults.none());
                return false;
              }
              if (seed == 0) {
                world.nextLife();
              } else {
                world.crash(n * 10 + seed);
              }
              check.check(world, told);
            }
          }
          return true;
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
        n -> {
          try (World world = World.simulated(Places.scenario(), n)) {
            Told told = new Told();
            DurableBuffer buffer = begin(world, told);
            Strike strike = nthChange(n, Outcome.FAIL);
            world.disk().setFaults(strike);
            boolean refused = false;
            try {
              buffer.unsubscribe("leaver");
            } catch (StorageException e) {
              refused = true;
            }
            world.disk().setFaults(Faults.none());
            if (!strike.hasStruck()) {
              return false;
            }
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
            return true;
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
