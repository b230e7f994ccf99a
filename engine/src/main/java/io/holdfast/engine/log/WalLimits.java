package io.holdfast.engine.log;

/** How the cap of a buffer is divided. */
public final class WalLimits {
  private static final long MAX_SEGMENT_BYTES = 32L << 20;
  private static final long MAX_LOG_BYTES = 256L << 20;

  private WalLimits() {}

  /** A segment is cut at this size: 32 MiB, or an eighth of the cap. */
  public static long segmentTarget(long cap) {
    return Math.min(MAX_SEGMENT_BYTES, cap / 8);
  }

  /** The log is not to be larger: 256 MiB, or half of the cap. */
  public static long logLimit(long cap) {
    return Math.min(MAX_LOG_BYTES, cap / 2);
  }
}
