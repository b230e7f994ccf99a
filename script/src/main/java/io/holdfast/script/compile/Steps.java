package io.holdfast.script.compile;

/**
 * How many steps one event may still take: turns of {@code for} and {@code recur}, and calls of
 * functions. Loops within loops, and functions that call each other twice, end with an error
 * instead of never. Not for several threads.
 */
final class Steps {
  private static final int MAX = 1 << 24;

  private int left = MAX;

  /** Takes one step; that it is one too many is an error at the site. */
  void take(Site site) {
    if (--left < 0) {
      throw site.failure(
          "the event takes more than " + MAX + " turns of loops and calls of functions");
    }
  }
}
