package io.holdfast.engine.segment;

/** How often the disk has refused a segment since it was read last. One thread at a time. */
final class Refusals {
  /** Until then whatever holds the disk up may pass. */
  private static final int MOST = 20;

  private static final long APART_NANOS = 5_000_000_000L;

  private int count;
  private long last;

  /** Whether these are too many now, which they were not before. */
  boolean isTooMuch(long now) {
    if (count > 0 && now - last < APART_NANOS) {
      return false;
    }
    count++;
    last = now;
    return count == MOST;
  }

  void forget() {
    count = 0;
  }
}
