package io.holdfast.engine.stored;

/**
 * What no file says unless it is damaged, whatever its checksum: numbers from which on something
 * that is counted could overflow, or that leave none to follow.
 */
public final class Bounds {
  /** No sequence is higher, and no position in the log: half of what the files have room for. */
  public static final long HIGHEST = (1L << 62) - 1;

  /** No entry of a log has a higher sequence, so that what is derived from these is possible. */
  public static final long HIGHEST_IN_LOG = (1L << 61) - 1;

  /**
   * Nobody comes so far with segments or log files, and it is less than their names have room for.
   */
  private static final long HIGHEST_NUMBER = 1_000_000_000_000_000L;

  /** Nobody writes so many before opening again. */
  private static final long MOST_FILES = 1_000_000_000_000L;

  private Bounds() {}

  /** Whether a bundle may have this sequence, or the log this position. */
  public static boolean isPossible(long sequence) {
    return sequence >= 0 && sequence <= HIGHEST;
  }

  /** Whether an entry of a log may have this sequence. */
  public static boolean isPossibleInLog(long sequence) {
    return sequence >= 0 && sequence <= HIGHEST_IN_LOG;
  }

  /** As {@link #isPossible}, or below zero, as keys of bundles without a sequence are. */
  public static boolean isPossibleKey(long key) {
    return key >= -HIGHEST && key <= HIGHEST;
  }

  /** Whether more segments or log files than anybody writes can follow this number. */
  public static boolean isFollowed(long number) {
    return isPossibleNumber(number) && number <= HIGHEST_NUMBER - MOST_FILES;
  }

  /** Whether a segment or a rotated log file may have this number. */
  public static boolean isPossibleNumber(long number) {
    return number >= 0 && number <= HIGHEST_NUMBER;
  }
}
