package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.campaign.Campaign;
import io.holdfast.campaign.Subject;
import io.holdfast.engine.StorageException;
import io.holdfast.testkit.Faults.Outcome;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A scenario, cut off before each of its calls to the disk, or with each of them failing, until it
 * ends before the fault has struck; and the recovery from each of these cut off in the same way.
 * {@code -Dholdfast.step=1} goes through all of them, {@code -Dholdfast.seed=N} through one, {@code
 * -Dholdfast.scenario=N} through those of a run whose tasks come in another order.
 */
@Timeout(36_000)
abstract class CrashLoops {
  /** As many calls as a rotation makes. */
  private static final int SOON = 12;

  /** What a failure is told with. */
  private @Nullable History current;

  /** What is done; the disk may fail at any call of it. */
  abstract void scenario(History history);

  /** So many of the ways in which one power cut may leave the disk are tried. */
  long outcomes() {
    return 4;
  }

  /** What is done when the disk is well again, beside an append. */
  void goOn(History history) {}

  private History begin(long place) {
    History begun = new History(Places.scenario(), place);
    current = begun;
    return begun;
  }

  /**
   * A power cut inside {@code open} or {@code subscribe} ends the scenario, nothing else does. When
   * the faults have not struck, all of it was done and all is there.
   */
  private Strike runs(History history, Faults faults) {
    Strike strike = new Strike(faults);
    history.faults(strike);
    try {
      scenario(history);
    } catch (StorageException e) {
      if (!strike.hasStruck()) {
        throw e;
      }
      history.log().add("  " + e.getMessage());
    }
    if (!strike.hasStruck()) {
      history.heal();
      history.check();
    }
    return strike;
  }

  /** What a loop has tried. */
  private static final class Tried {
    private long histories;
    private long confirmed;
    private long checked;

    /** A history whose fault has struck. */
    void add(History history) {
      histories++;
      addSeen(history);
    }

    /** What a history has seen that others go on from. */
    void addSeen(History history) {
      confirmed += history.known.confirmed;
      checked += history.known.checked;
    }
  }

  /** One place of a loop. */
  @FunctionalInterface
  private interface Place {
    /** Says whether the fault has struck there; if not, nothing was tried. */
    boolean run(long n, Tried tried) throws Exception;
  }

  private void each(String what, String test, long usualStep, Place place) {
    each(what, test, usualStep, n -> true, place);
  }

  /**
   * Goes through places of the scenario.
   *
   * @param what is tried there, for the book of the long runs
   */
  private void each(String what, String test, long usualStep, LongPredicate chosen, Place place) {
    Places places = new Places(getClass(), usualStep);
    Tried tried = new Tried();
    long count =
        places.each(
            test,
            chosen,
            n -> {
              try {
                return place.run(n, tried);
              } catch (Exception | AssertionError e) {
                if (current == null) {
                  throw e;
                }
                throw withLog(current, e);
              }
            });
    System.out.printf(
        "%s: %s, %s%,d places, %,d histories%n",
        getClass().getSimpleName(), what, places.areAll() ? "all " : "", count, tried.histories);
    if (places.areAll()) {
      Campaign.ran(
          Subject.ENGINE,
          what + ", " + getClass().getSimpleName(),
          tried.histories,
          tried.confirmed,
          tried.checked,
          Places.scenario());
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

  /** The scenario with a disk that fails somewhere, and then is well again. */
  private void eachHealed(String what, String test, long usualStep, LongFunction<Faults> faults) {
    each(
        what,
        test,
        usualStep,
        (n, tried) -> {
          try (History history = begin(n)) {
            if (!runs(history, faults.apply(n)).hasStruck()) {
              return false;
            }
            history.heal();
            finish(history, n);
            tried.add(history);
            return true;
          }
        });
  }

  private static Faults cutAtChange(long n) {
    return Faults.nth(n, call -> call.kind().changes(), Outcome.POWER_CUT);
  }

  /** Which of the calls that change the disk sync names. */
  private Set<Long> syncsOfNames() {
    Set<Long> syncs = new HashSet<>();
    AtomicLong changes = new AtomicLong();
    try (History history = begin(0)) {
      runs(
          history,
          call -> {
            changes.addAndGet(call.kind().changes() ? 1 : 0);
            if (call.kind() == StorageCall.Kind.SYNC_DIRECTORY) {
              syncs.add(changes.get());
            }
            return Outcome.WORK;
          });
    }
    return syncs;
  }

  @Test
  void aPowerCutBeforeAnyCallLosesNothingThatWasAccepted() {
    // Names that no directory sync followed have the most ways to come out.
    Set<Long> names = syncsOfNames();
    boolean slice = Places.isSlice();
    int ways = slice ? 2 : 8;
    each(
        "power cut before each call",
        "aPowerCutBeforeAnyCallLosesNothingThatWasAccepted",
        1,
        n -> !slice || names.contains(n) || n % 17 == 0,
        (n, tried) -> {
          try (History before = begin(n)) {
            if (!runs(before, cutAtChange(n)).hasStruck()) {
              return false;
            }
            tried.addSeen(before);
            for (long seed = 0; seed < (names.contains(n) ? ways : 1) * outcomes(); seed++) {
              try (History history = before.afterCrash(seed * 1000 + n)) {
                current = history;
                history.heal();
                history.open();
                history.check();
                if (seed == 0) {
                  // A second crash right after: what was read back is durable by now.
                  history.crash(n + 1);
                  history.open();
                  history.check();
                  goOnAndOpenAgain(history);
                }
                tried.add(history);
              }
            }
          }
          return true;
        });
  }

  @Test
  void aProcessThatIsKilledBeforeAnyCallAndThenLosesThePowerLosesNothing() {
    each(
        "kill before each call, then a power cut",
        "aProcessThatIsKilledBeforeAnyCallAndThenLosesThePowerLosesNothing",
        19,
        (n, tried) -> {
          try (History history = begin(n)) {
            if (!runs(history, cutAtChange(n)).hasStruck()) {
              return false;
            }
            killThenCut(history, n);
            goOnAndOpenAgain(history);
            tried.add(history);
            return true;
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
        23,
        (n, tried) -> {
          SplittableRandom random = new SplittableRandom(n);
          for (int way = 0; way < ways; way++) {
            long second = n + 1 + random.nextInt(SOON);
            long dead = second + 1 + random.nextInt(SOON);
            try (History history = begin(n * ways + way)) {
              Strike strike =
                  runs(
                      history,
                      call -> {
                        if (call.number() >= dead) {
                          return Outcome.POWER_CUT;
                        }
                        boolean fails = call.number() == n || call.number() == second;
                        return fails ? Outcome.FAIL : Outcome.WORK;
                      });
              if (!strike.hasStruck()) {
                return false;
              }
              killThenCut(history, n);
              if (strike.times() > 1) {
                // Else the scenario came to its end before the second.
                tried.add(history);
              }
            }
          }
          return true;
        });
  }

  @Test
  void aPowerCutBeforeAnyCallOfTheRecoveryLosesNothingEither() {
    each(
        "power cut before each call of the recovery from each",
        "aPowerCutBeforeAnyCallOfTheRecoveryLosesNothingEither",
        307,
        (n, tried) -> {
          for (long m = 1; ; m++) {
            try (History history = begin(n)) {
              if (!runs(history, cutAtChange(n)).hasStruck()) {
                return false;
              }
              history.crash(n);
              Strike strike = new Strike(cutAtChange(m));
              history.faults(strike);
              try {
                history.open();
              } catch (StorageException e) {
                history.log().add("  " + e.getMessage());
              }
              if (!strike.hasStruck()) {
                history.heal();
                history.check();
                return true;
              }
              history.crash(m);
              history.heal();
              history.open();
              history.check();
              tried.add(history);
            }
          }
        });
  }

  @Test
  void anyCallMayFailOnceAndNothingThatWasAcceptedIsLost() {
    eachHealed(
        "each call fails once",
        "anyCallMayFailOnceAndNothingThatWasAcceptedIsLost",
        23,
        n -> Faults.at(n, Outcome.FAIL));
  }

  @Test
  void allCallsMayFailFromAnyOnAndNothingThatWasAcceptedIsLost() {
    eachHealed(
        "all calls fail from each on",
        "allCallsMayFailFromAnyOnAndNothingThatWasAcceptedIsLost",
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
        29,
        n -> Faults.nth(n, CrashLoops::takesSpace, Outcome.FULL));
  }

  @Test
  void fromAnyCallOnTheDiskMayBeFullAndAllHealsWhenSpaceReturns() {
    eachHealed(
        "the disk is full from each call on",
        "fromAnyCallOnTheDiskMayBeFullAndAllHealsWhenSpaceReturns",
        31,
        n -> {
          AtomicLong calls = new AtomicLong();
          return call ->
              takesSpace(call) && calls.incrementAndGet() >= n ? Outcome.FULL : Outcome.WORK;
        });
  }

  @Test
  void shortReadsAndWritesAreGoneOnWith() {
    try (History history = begin(5)) {
      assertThat(runs(history, Faults.when(call -> true, Outcome.SHORT)).hasStruck()).isTrue();
      assertThat(history.isOpen()).isTrue();
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
    goOnAndOpenAgain(history);
  }

  private void goOnAndOpenAgain(History history) {
    history.append(30);
    goOn(history);
    history.check();
    history.close(false);
    history.open();
    history.check();
  }
}
