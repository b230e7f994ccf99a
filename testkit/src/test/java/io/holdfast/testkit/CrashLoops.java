package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.StorageException;
import io.holdfast.testkit.Faults.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A scenario, cut off before each of its calls to the disk, or with each of them failing; and the
 * recovery from each of these cut off in the same way. {@code -Dholdfast.step=1} goes through all
 * of them, {@code -Dholdfast.seed=N} through one.
 */
@Timeout(36_000)
abstract class CrashLoops {
  /** As many calls as a rotation makes. */
  private static final int SOON = 12;

  /** What is done; the disk may fail at any call of it. */
  abstract void scenario(History history);

  /** So many of the ways in which one power cut may leave the disk are tried. */
  long outcomes() {
    return 4;
  }

  /** A power cut inside {@code open} or {@code subscribe} ends the scenario, nothing else does. */
  private boolean runs(History history, Faults faults) {
    history.faults(faults);
    try {
      scenario(history);
      return true;
    } catch (StorageException e) {
      history.log().add("  " + e.getMessage());
      return false;
    }
  }

  /** The calls of the scenario that change the disk, as they come when the seed is 1. */
  private List<StorageCall> changesOfTheScenario() {
    List<StorageCall> changes = new ArrayList<>();
    try (History history = new History(1)) {
      assertThat(
              runs(
                  history,
                  call -> {
                    if (call.kind().changes()) {
                      changes.add(call);
                    }
                    return Outcome.WORK;
                  }))
          .isTrue();
      history.check();
    }
    return changes;
  }

  /** One place of a loop; a history that is begun there is handed over. */
  @FunctionalInterface
  private interface Place {
    void run(long n, Consumer<History> begun) throws Exception;
  }

  /**
   * Goes through places of the scenario.
   *
   * @param what is tried there, for the book of the long runs
   */
  private void each(String what, String test, long to, long usualStep, Place place) {
    Places places = new Places(getClass(), usualStep);
    AtomicLong histories = new AtomicLong();
    AtomicLong confirmed = new AtomicLong();
    AtomicLong checked = new AtomicLong();
    long tried =
        places.each(
            test,
            () -> to,
            n -> {
              List<History> begun = new ArrayList<>();
              try {
                place.run(n, begun::add);
              } catch (Exception | AssertionError e) {
                if (begun.isEmpty()) {
                  throw e;
                }
                throw withLog(begun.getLast(), e);
              }
              for (History history : begun) {
                histories.incrementAndGet();
                confirmed.addAndGet(history.known.confirmed);
                checked.addAndGet(history.known.checked);
              }
            });
    System.out.printf(
        "%s: %s, %d of %d places, %d histories%n",
        getClass().getSimpleName(), what, tried, to, histories.get());
    if (places.areAll()) {
      Campaign.ran(
          what + ", " + getClass().getSimpleName(),
          histories.get(),
          confirmed.get(),
          checked.get(),
          1);
    }
  }

  private static AssertionError withLog(History history, Throwable failure) {
    return new AssertionError(
        String.join("\n  ", history.log())
            + "\n  last calls: "
            + history.world.disk().trace()
            + "\n"
            + failure.getMessage(),
        failure);
  }

  /** How many calls the scenario makes, of those that count. */
  private long calls(Predicate<StorageCall> counts) {
    AtomicLong calls = new AtomicLong();
    try (History history = new History(1)) {
      runs(
          history,
          call -> {
            calls.addAndGet(counts.test(call) ? 1 : 0);
            return Outcome.WORK;
          });
    }
    return calls.get();
  }

  /** The scenario with a disk that fails somewhere, and then is well again. */
  private void eachHealed(
      String what, String test, long to, long usualStep, LongFunction<Faults> faults) {
    each(
        what,
        test,
        to,
        usualStep,
        (n, begun) -> {
          try (History history = new History(n)) {
            begun.accept(history);
            runs(history, faults.apply(n));
            history.heal();
            finish(history, n);
          }
        });
  }

  private static Faults cutAtChange(long n) {
    return Faults.nth(n, call -> call.kind().changes(), Outcome.POWER_CUT);
  }

  @Test
  void aPowerCutBeforeAnyCallLosesNothingThatWasAccepted() {
    List<StorageCall> changes = changesOfTheScenario();
    boolean slice = Places.isSlice();
    int ways = slice ? 2 : 8;
    each(
        "power cut before each call",
        "aPowerCutBeforeAnyCallLosesNothingThatWasAccepted",
        changes.size(),
        1,
        (n, begun) -> {
          // Names that no directory sync followed have the most ways to come out.
          boolean names = changes.get((int) n - 1).kind() == StorageCall.Kind.SYNC_DIRECTORY;
          if (slice && !names && n % 17 != 0) {
            return;
          }
          try (History before = new History(1)) {
            begun.accept(before);
            runs(before, cutAtChange(n));
            for (long seed = 0; seed < (names ? ways : 1) * outcomes(); seed++) {
              try (History history = before.afterCrash(seed * 1000 + n)) {
                begun.accept(history);
                history.heal();
                history.open();
                history.check();
                if (seed > 0) {
                  continue;
                }
                // A second crash right after: what was read back is durable by now.
                history.crash(n + 1);
                history.open();
                history.check();
                history.append(50);
                history.close(false);
                history.open();
                history.check();
              }
            }
          }
        });
  }

  @Test
  void aProcessThatIsKilledBeforeAnyCallAndThenLosesThePowerLosesNothing() {
    each(
        "kill before each call, then a power cut",
        "aProcessThatIsKilledBeforeAnyCallAndThenLosesThePowerLosesNothing",
        changesOfTheScenario().size(),
        19,
        (n, begun) -> {
          try (History history = new History(n)) {
            begun.accept(history);
            runs(history, cutAtChange(n));
            killThenCut(history, n);
          }
        });
  }

  private static void killThenCut(History history, long seed) throws Exception {
    history.kill();
    history.heal();
    history.open();
    history.check();
    // What was delivered now must survive the cut, though the first life never synced it.
    history.crash(seed);
    history.open();
    history.check();
  }

  @Test
  void aProcessThatIsKilledSoonAfterTwoCallsHaveFailedLosesNothing() {
    int ways = Places.isSlice() ? 1 : 16;
    each(
        "two calls fail, a kill soon after, then a power cut",
        "aProcessThatIsKilledSoonAfterTwoCallsHaveFailedLosesNothing",
        calls(call -> true),
        23,
        (n, begun) -> {
          SplittableRandom random = new SplittableRandom(n);
          for (int way = 0; way < ways; way++) {
            long second = n + 1 + random.nextInt(SOON);
            long dead = second + 1 + random.nextInt(SOON);
            try (History history = new History(n)) {
              begun.accept(history);
              runs(
                  history,
                  call -> {
                    if (call.number() >= dead) {
                      return Outcome.POWER_CUT;
                    }
                    boolean fails = call.number() == n || call.number() == second;
                    return fails ? Outcome.FAIL : Outcome.WORK;
                  });
              killThenCut(history, n);
            }
          }
        });
  }

  @Test
  void aPowerCutBeforeAnyCallOfTheRecoveryLosesNothingEither() {
    each(
        "power cut before each call of the recovery from each",
        "aPowerCutBeforeAnyCallOfTheRecoveryLosesNothingEither",
        changesOfTheScenario().size(),
        307,
        (n, begun) -> {
          for (long m = 1; ; m++) {
            try (History history = new History(n)) {
              begun.accept(history);
              runs(history, cutAtChange(n));
              history.crash(n);
              history.faults(cutAtChange(m));
              boolean opened = true;
              try {
                history.open();
              } catch (StorageException e) {
                opened = false;
              }
              history.crash(m);
              history.heal();
              history.open();
              history.check();
              if (opened) {
                break;
              }
            }
          }
        });
  }

  @Test
  void anyCallMayFailOnceAndNothingThatWasAcceptedIsLost() {
    eachHealed(
        "each call fails once",
        "anyCallMayFailOnceAndNothingThatWasAcceptedIsLost",
        calls(call -> true),
        23,
        n -> Faults.at(n, Outcome.FAIL));
  }

  @Test
  void allCallsMayFailFromAnyOnAndNothingThatWasAcceptedIsLost() {
    eachHealed(
        "all calls fail from each on",
        "allCallsMayFailFromAnyOnAndNothingThatWasAcceptedIsLost",
        calls(call -> true),
        41,
        n -> Faults.from(n, Outcome.FAIL));
  }

  private static boolean takesSpace(StorageCall call) {
    return call.kind().takesSpace();
  }

  @Test
  void anyCallMayFindTheDiskFullOnceAndAllHeals() {
    eachHealed(
        "the disk is full at each call once",
        "anyCallMayFindTheDiskFullOnceAndAllHeals",
        calls(CrashLoops::takesSpace),
        29,
        n -> Faults.nth(n, CrashLoops::takesSpace, Outcome.FULL));
  }

  @Test
  void fromAnyCallOnTheDiskMayBeFullAndAllHealsWhenSpaceReturns() {
    eachHealed(
        "the disk is full from each call on",
        "fromAnyCallOnTheDiskMayBeFullAndAllHealsWhenSpaceReturns",
        calls(CrashLoops::takesSpace),
        31,
        n -> {
          AtomicLong calls = new AtomicLong();
          return call ->
              takesSpace(call) && calls.incrementAndGet() >= n ? Outcome.FULL : Outcome.WORK;
        });
  }

  @Test
  void shortReadsAndWritesAreGoneOnWith() {
    try (History history = new History(5)) {
      assertThat(runs(history, Faults.when(call -> true, Outcome.SHORT))).isTrue();
      history.check();
      history.close(false);
      history.open();
      history.check();
    }
  }

  /**
   * The disk is well again: the buffer goes on, or opens, and all is there, after a cut as well.
   */
  private void finish(History history, long seed) {
    if (history.isOpen()) {
      history.pass(Duration.ofSeconds(10));
      assertThat(history.append(20)).as("appends go on by themselves").isTrue();
      history.check();
      history.crash(seed);
    }
    history.open();
    history.check();
    history.append(30);
    history.close(false);
    history.open();
    history.check();
  }
}
