package io.holdfast.engine.stored;

/**
 * How often the disk has refused to read one thing since it was read last, while it read others: of
 * a disk that reads nothing at all, nothing follows for what lies on it, however long that lasts.
 * One thread at a time.
 */
public final class Refusals {
  /** Until then whatever holds the disk up may pass. */
  private static final int MOST = 20;

  private static final long APART_NANOS = 5_000_000_000L;

  private int count;
  private boolean any;
  private long last;
  private long readsThen;

  /** None yet. */
  public Refusals() {}

  /** Whether one more would count: those one right after the other are one. */
  public boolean isDue(long now) {
    return !any || now - last >= APART_NANOS;
  }

  /**
   * Counts one more, if the disk has read something else since the one before.
   *
   * @param now monotonic
   * @param reads how many reads of the same disk have worked so far
   * @return whether these are too many now: it is the thing that cannot be read, and not the disk
   */
  public boolean isTooMuch(long now, long reads) {
    if (!isDue(now)) {
      return false;
    }
    if (!any || reads != readsThen) {
      count++;
    }
    any = true;
    last = now;
    readsThen = reads;
    return count >= MOST;
  }

  /** It was read. */
  public void forget() {
    count = 0;
    any = false;
  }
}
