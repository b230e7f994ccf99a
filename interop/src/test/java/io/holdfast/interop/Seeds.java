package io.holdfast.interop;

import java.util.stream.LongStream;

/**
 * The seeds of the random tests: {@code -Dholdfast.seed=N} repeats one, {@code
 * -Dholdfast.histories=N} sets how many there are.
 */
final class Seeds {
  private Seeds() {}

  /** For the tests of every build. */
  static LongStream few() {
    return seeds(30);
  }

  /** For the exchange with Rust. */
  static LongStream many() {
    return seeds(200);
  }

  /** For tests that start processes of ours: fewer. */
  static LongStream processes() {
    return Long.getLong("holdfast.seed") != null ? many() : many().filter(seed -> seed % 4 == 1);
  }

  private static LongStream seeds(int count) {
    Long one = Long.getLong("holdfast.seed");
    return one != null
        ? LongStream.of(one)
        : LongStream.rangeClosed(1, Integer.getInteger("holdfast.histories", count));
  }
}
