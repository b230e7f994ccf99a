package io.holdfast.script.operation;

/**
 * How much is still done for one operation on whole values. Values share their parts, so a small
 * program can make one that takes forever to go through. Not for several threads.
 */
final class Work {
  private int left;

  private Work(int most) {
    left = most;
  }

  /** Starts on work that only looks at values. */
  static Work ofLooking() {
    return new Work(1 << 24);
  }

  /** Starts on work that makes something of each part, which takes memory. */
  static Work ofMaking() {
    return new Work(1 << 21);
  }

  void take() {
    if (--left < 0) {
      throw new TooMuchWork();
    }
  }
}
