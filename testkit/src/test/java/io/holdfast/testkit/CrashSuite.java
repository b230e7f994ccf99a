package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.HoldfastException;
import io.holdfast.testkit.Faults.Outcome;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A scenario of which the power, the process or a call ends at each of its calls in turn. */
@Timeout(value = 10, unit = TimeUnit.HOURS)
abstract class CrashSuite {
  /** So many of the ways in which one power cut may leave the disk are tried. */
  private static final int OUTCOMES = 2;

  private final Places places;

  CrashSuite(long usualStep) {
    places = new Places(getClass(), usualStep);
  }

  /** What is done; what it knew of an earlier world it forgets first. */
  abstract void scenario(World world);

  /** Opens the buffer, holds it against what the scenario was told, and closes it. */
  abstract void check(World world);

  /** False when the engine has said that the disk refuses. */
  private boolean runs(World world, Faults faults) {
    world.disk().setFaults(faults);
    try {
      scenario(world);
      return true;
    } catch (HoldfastException refused) {
      return false;
    }
  }

  private long changes() {
    long[] changes = new long[1];
    try (World world = World.simulated(1)) {
      assertThat(
              runs(
                  world,
                  call -> {
                    changes[0] += call.kind().changes() ? 1 : 0;
                    return Outcome.WORK;
                  }))
          .isTrue();
    }
    assertThat(changes[0]).isGreaterThan(100);
    return changes[0];
  }

  private boolean runsUpTo(World world, long n, Outcome outcome) {
    return runs(world, Faults.nth(n, call -> call.kind().changes(), outcome));
  }

  @Test
  void aPowerCutAtAnyCallLosesNothingAndKeepsNothingTwice() {
    places.each(
        "aPowerCutAtAnyCallLosesNothingAndKeepsNothingTwice",
        this::changes,
        n -> {
          for (int seed = 0; seed < OUTCOMES; seed++) {
            try (World world = World.simulated(1)) {
              runsUpTo(world, n, Outcome.POWER_CUT);
              world.crash(n * 10 + seed);
              check(world);
              if (seed == 0) {
                check(world);
              }
            }
          }
        });
  }

  @Test
  void aKillAtAnyCallLosesNothingAndKeepsNothingTwice() {
    places.each(
        "aKillAtAnyCallLosesNothingAndKeepsNothingTwice",
        this::changes,
        n -> {
          try (World world = World.simulated(1)) {
            runsUpTo(world, n, Outcome.POWER_CUT);
            world.nextLife();
            check(world);
          }
        });
  }

  @Test
  void anyCallMayFailOnceAndNothingIsLostOrKeptTwice() {
    places.each(
        "anyCallMayFailOnceAndNothingIsLostOrKeptTwice",
        this::changes,
        n -> {
          try (World world = World.simulated(1)) {
            runsUpTo(world, n, Outcome.FAIL);
            world.disk().setFaults(Faults.none());
            world.crash(n);
            check(world);
          }
        });
  }
}
