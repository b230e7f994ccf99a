package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.StorageException;
import io.holdfast.testkit.Faults.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A scenario, cut off before each of its calls to the disk, or with each of them failing; and the
 * recovery from each of these cut off in the same way. {@code -Dholdfast.step=1} goes through all
 * of them, {@code -Dholdfast.seed=N} through one.
 */
@Timeout(36_000)
abstract class CrashLoops {
  /** So many of the ways in which one power cut may leave the disk are tried. */
  private static final int OUTCOMES = 4;

  /** What is done; the disk may fail at any call of it. */
  abstract void scenario(History history);

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

  /**
   * Goes through {@code 1, 1 + step, …}; with {@code -Dholdfast.step=1} through all, with {@code
   * -Dholdfast.seed} that one only.
   */
  private void each(String test, long to, long usualStep, ThrowingConsumer run) {
    Long only = Long.getLong("holdfast.seed");
    long tried = 0;
    long step = Long.getLong("holdfast.step", usualStep);
    for (long n = only == null ? 1 : only; n <= (only == null ? to : only); n += step) {
      History[] current = new History[1];
      try {
        run.accept(n, history -> current[0] = history);
        tried++;
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            "failed at "
                + n
                + "; repeat it with\n  mvn -pl engine,testkit -Dtest="
                + getClass().getSimpleName()
                + "#"
                + test
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dholdfast.seed="
                + n
                + " test\n  "
                + (current[0] == null
                    ? ""
                    : String.join("\n  ", current[0].log())
                        + "\n  last calls: "
                        + current[0].world.disk().trace())
                + "\n"
                + e.getMessage(),
            e);
      }
    }
    System.out.printf("%s: %s, %d of %d places%n", getClass().getSimpleName(), test, tried, to);
  }

  private interface ThrowingConsumer {
    void accept(long n, Consumer<History> current) throws Exception;
  }

  private static Faults cutAtChange(long n) {
    return Faults.nth(n, call -> call.kind().changes(), Outcome.POWER_CUT);
  }

  @Test
  void aPowerCutBeforeAnyCallLosesNothingThatWasAccepted() {
    List<StorageCall> changes = changesOfTheScenario();
    each(
        "aPowerCutBeforeAnyCallLosesNothingThatWasAccepted",
        changes.size(),
        1,
        (n, current) -> {
          // Names that no directory sync followed have the most ways to come out.
          boolean names = changes.get((int) n - 1).kind() == StorageCall.Kind.SYNC_DIRECTORY;
          if (!names && n % Long.getLong("holdfast.step", 5) != 0) {
            return;
          }
          try (History before = new History(1)) {
            current.accept(before);
            runs(before, cutAtChange(n));
            for (long seed = 0; seed < (names ? 8 * OUTCOMES : OUTCOMES); seed++) {
              try (History history = before.afterCrash(seed * 1000 + n)) {
                current.accept(history);
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
        "aProcessThatIsKilledBeforeAnyCallAndThenLosesThePowerLosesNothing",
        changesOfTheScenario().size(),
        7,
        (n, current) -> {
          try (History history = new History(n)) {
            current.accept(history);
            runs(history, cutAtChange(n));
            history.kill();
            history.heal();
            history.open();
            history.check();
            // What was delivered now must survive the cut, though the first life never synced it.
            history.crash(n);
            history.open();
            history.check();
          }
        });
  }

  @Test
  void aPowerCutBeforeAnyCallOfTheRecoveryLosesNothingEither() {
    each(
        "aPowerCutBeforeAnyCallOfTheRecoveryLosesNothingEither",
        changesOfTheScenario().size(),
        149,
        (n, current) -> {
          for (long m = 1; ; m++) {
            try (History history = new History(n)) {
              current.accept(history);
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
    long[] calls = new long[1];
    try (History history = new History(1)) {
      runs(
          history,
          call -> {
            calls[0] = Math.max(calls[0], call.number());
            return Outcome.WORK;
          });
    }
    each(
        "anyCallMayFailOnceAndNothingThatWasAcceptedIsLost",
        calls[0],
        11,
        (n, current) -> {
          try (History history = new History(n)) {
            current.accept(history);
            runs(history, Faults.at(n, Outcome.FAIL));
            history.heal();
            finish(history, n);
          }
        });
  }

  @Test
  void allCallsMayFailFromAnyOnAndNothingThatWasAcceptedIsLost() {
    long[] calls = new long[1];
    try (History history = new History(1)) {
      runs(
          history,
          call -> {
            calls[0] = Math.max(calls[0], call.number());
            return Outcome.WORK;
          });
    }
    each(
        "allCallsMayFailFromAnyOnAndNothingThatWasAcceptedIsLost",
        calls[0],
        17,
        (n, current) -> {
          try (History history = new History(n)) {
            current.accept(history);
            runs(history, Faults.from(n, Outcome.FAIL));
            history.heal();
            finish(history, n);
          }
        });
  }

  private static boolean takesSpace(StorageCall call) {
    return call.kind().takesSpace();
  }

  private long callsThatTakeSpace() {
    AtomicLong calls = new AtomicLong();
    try (History history = new History(1)) {
      runs(
          history,
          call -> {
            calls.addAndGet(takesSpace(call) ? 1 : 0);
            return Outcome.WORK;
          });
    }
    return calls.get();
  }

  @Test
  void anyCallMayFindTheDiskFullOnceAndAllHeals() {
    each(
        "anyCallMayFindTheDiskFullOnceAndAllHeals",
        callsThatTakeSpace(),
        11,
        (n, current) -> {
          try (History history = new History(n)) {
            current.accept(history);
            runs(history, Faults.nth(n, CrashLoops::takesSpace, Outcome.FULL));
            history.heal();
            finish(history, n);
          }
        });
  }

  @Test
  void fromAnyCallOnTheDiskMayBeFullAndAllHealsWhenSpaceReturns() {
    each(
        "fromAnyCallOnTheDiskMayBeFullAndAllHealsWhenSpaceReturns",
        callsThatTakeSpace(),
        13,
        (n, current) -> {
          try (History history = new History(n)) {
            current.accept(history);
            AtomicLong calls = new AtomicLong();
            runs(
                history,
                call ->
                    takesSpace(call) && calls.incrementAndGet() >= n ? Outcome.FULL : Outcome.WORK);
            history.heal();
            finish(history, n);
          }
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
