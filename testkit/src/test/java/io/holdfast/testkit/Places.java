package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.LongPredicate;

/**
 * The calls that a scenario makes to its disk, numbered from 1, one after the other until there is
 * none with the next number: every so many of them, all with {@code -Dholdfast.step=1}, the one of
 * a failure with {@code -Dholdfast.seed}.
 *
 * <p>What number a call has depends on {@code -Dholdfast.scenario}, and on nothing else: all places
 * of a loop are places of one and the same run.
 */
record Places(Class<?> test, long usualStep) {
  private static final long USUAL_SCENARIO = 1;

  /** What is done at one of them. */
  @FunctionalInterface
  interface Run {
    /** Says whether the scenario has come there; if not, there is no such place, nor one behind. */
    boolean at(long place) throws Exception;
  }

  /** Goes through them; a failure says how to repeat it. */
  long each(String method, Run run) {
    return each(method, n -> true, run);
  }

  /**
   * Goes through those that are chosen; a failure says how to repeat it.
   *
   * @param method of the test
   * @param chosen true again and again, however far it is gone
   * @return how many they were; at least one
   */
  long each(String method, LongPredicate chosen, Run run) {
    Long only = Long.getLong("holdfast.seed");
    long tried = 0;
    for (long n = only == null ? 1 : only; only == null || n == only; n += step()) {
      if (only == null && !chosen.test(n)) {
        continue;
      }
      try {
        if (!run.at(n)) {
          break;
        }
        tried++;
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            "failed at "
                + n
                + "; repeat it with\n  mvn -pl testkit -am test -Dtest="
                + test.getSimpleName()
                + "#"
                + method
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dholdfast.seed="
                + n
                + (scenario() == USUAL_SCENARIO ? "" : " -Dholdfast.scenario=" + scenario())
                + "\n"
                + e.getMessage(),
            e);
      }
    }
    assertThat(tried).as("places that there are").isPositive();
    return tried;
  }

  private long step() {
    return Long.getLong("holdfast.step", usualStep);
  }

  /** The seed of the run whose calls they are. */
  static long scenario() {
    return Long.getLong("holdfast.scenario", USUAL_SCENARIO);
  }

  /** Whether nobody has said which, so that there is little time. */
  static boolean isSlice() {
    return Long.getLong("holdfast.step") == null && Long.getLong("holdfast.seed") == null;
  }

  /** Whether all are gone through. */
  boolean areAll() {
    return step() == 1 && !isSlice() && Long.getLong("holdfast.seed") == null;
  }
}
