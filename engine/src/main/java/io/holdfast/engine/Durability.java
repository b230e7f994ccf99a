package io.holdfast.engine;

import java.time.Duration;

/** What an append survives when it completes. */
public sealed interface Durability {

  /** A power cut: its bytes are synced. The default. */
  record Sync() implements Durability {}

  /**
   * A killed process at once; a power cut after at most this time or this many bytes, whichever
   * comes first, also when nothing more is appended.
   *
   * @param time the longest time that an append stays un-synced
   * @param bytes the most that stays un-synced
   */
  record Interval(Duration time, long bytes) implements Durability {
    /** Checks that both are positive. */
    public Interval {
      if (time.isNegative() || time.isZero() || bytes <= 0) {
        throw new IllegalArgumentException(
            "interval durability needs a time and bytes above zero, not " + time + ", " + bytes);
      }
    }
  }

  /** Synced before an append completes. */
  static Durability sync() {
    return new Sync();
  }

  /** Synced by a timer, and at the latest after 8 MiB. */
  static Durability interval(Duration time) {
    return interval(time, 8 << 20);
  }

  /**
   * Synced by a timer, and at the latest after so many bytes.
   *
   * @throws IllegalArgumentException when one of them is not above zero
   */
  static Durability interval(Duration time, long bytes) {
    return new Interval(time, bytes);
  }
}
