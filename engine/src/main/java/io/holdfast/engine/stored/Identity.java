package io.holdfast.engine.stored;

/**
 * What proves that a log entry is the one that is meant.
 *
 * @param sequence its sequence
 * @param time its ingestion time, nanoseconds since the epoch
 * @param crc the checksum of its body
 */
public record Identity(long sequence, long time, int crc) {
  /**
   * No sequence is higher, and no position in the log: half of what the files have room for. What
   * says otherwise is damaged; there is always a next one, and nothing that is counted overflows.
   */
  public static final long HIGHEST = (1L << 62) - 1;

  /** Whether a bundle may have this sequence, or the log this position. */
  public static boolean isPossible(long sequence) {
    return sequence >= 0 && sequence <= HIGHEST;
  }

  /** As {@link #isPossible}, or below zero, as keys of bundles without a sequence are. */
  public static boolean isPossibleKey(long key) {
    return key >= -HIGHEST && key <= HIGHEST;
  }
}
