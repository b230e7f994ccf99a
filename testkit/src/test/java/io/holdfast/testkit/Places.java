package io.holdfast.testkit;

import java.util.function.LongSupplier;

/**
 * The calls that a scenario makes to its disk, numbered from 1, one after the other: every so many
 * of them, all with {@code -Dholdfast.step=1}, the one of a failure with {@code -Dholdfast.seed}.
 */
record Places(Class<?> test, long usualStep) {
  /** What is done at one of them. */
  @FunctionalInterface
  interface Run {
    void at(long place) throws Exception;
  }

  /**
   * Goes through them; a failure says how to repeat it.
   *
   * @param method of the test
   * @param last asked for only when all are gone through
   * @return how many they were
   */
  long each(String method, LongSupplier last, Run run) {
    Long only = Long.getLong("holdfast.seed");
    long end = only == null ? last.getAsLong() : only;
    long tried = 0;
    for (long n = only == null ? 1 : only; n <= end; n += step()) {
      try {
        run.at(n);
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
                + "\n"
                + e.getMessage(),
            e);
      }
    }
    return tried;
  }

  long step() {
    return Long.getLong("holdfast.step", usualStep);
  }

  /** Whether nobody has said which, so that there is little time. */
  static boolean isSlice() {
    return Long.getLong("holdfast.step") == null && Long.getLong("holdfast.seed") == null;
  }

  /** Whether all are gone through. */
  boolean areAll() {
    return step() == 1 && Long.getLong("holdfast.seed") == null;
  }
}
