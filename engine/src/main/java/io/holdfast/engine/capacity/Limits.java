package io.holdfast.engine.capacity;

/**
 * The sizes that follow from a cap, in bytes.
 *
 * @param capBytes the most that a buffer's directory may take
 */
public record Limits(long capBytes) {
  /** No entry is larger under any cap. */
  public static final long MAX_ENTRY_BYTES = 256L << 20;

  private static final long PART = 8;
  private static final long MAX_SEGMENT_BYTES = 32L << 20;
  private static final long MAX_ROTATION_BYTES = 64L << 20;
  private static final long MAX_LOG_BYTES = 256L << 20;

  /** What a segment is cut at. */
  public long segmentTargetBytes() {
    return Math.min(MAX_SEGMENT_BYTES, capBytes / PART);
  }

  /** The largest entry of the log, frame included. */
  public long largestEntryBytes() {
    return Math.min(MAX_ENTRY_BYTES, capBytes / PART);
  }

  /** A log file that is longer than this is followed by a new one. */
  public long rotationBytes() {
    return Math.min(MAX_ROTATION_BYTES, capBytes / PART);
  }

  /** The log is not to be larger while somebody could need less of it. */
  public long logBytes() {
    return Math.min(MAX_LOG_BYTES, capBytes / 2);
  }

  /**
   * What is unresolved stays in the log up to this: who is behind for a moment only causes no
   * segment. Small buffers have no room to wait.
   */
  public long backlogBytes() {
    return Math.max(segmentTargetBytes(), Math.min(logBytes() / 2, capBytes / (2 * PART)));
  }

  /** What copies of damaged bytes may take: a segment at least, or a damaged one would stay. */
  public long quarantineBytes() {
    return Math.max(capBytes / 16, segmentTargetBytes());
  }

  /**
   * What appends leave free, so that survivors can always be written to a segment and the largest
   * group carried to another log file.
   */
  public long reservationBytes() {
    return segmentTargetBytes() + largestEntryBytes();
  }

  /** What is kept from being spent on space that nobody has asked for yet. */
  long unspentBytes() {
    return reservationBytes() + capBytes / PART;
  }
}
