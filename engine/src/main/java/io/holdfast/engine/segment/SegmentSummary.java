package io.holdfast.engine.segment;

import io.holdfast.engine.stored.Bounds;
import java.nio.ByteBuffer;

/**
 * What a segment of ours says of itself, in its footer and at the head of each identity block.
 *
 * @param first the first sequence of the range that it covers
 * @param last the last one
 * @param positionStart the WAL position where that range starts
 * @param positionEnd where it ends
 * @param lastCrc the CRC of the last covered log entry
 * @param minTime the lowest ingestion time, nanoseconds since the epoch
 * @param maxTime the highest one
 * @param items of all its bundles
 * @param bytes that its bundles took in the log
 * @param renumbered whether some have another sequence here than in the log
 */
record SegmentSummary(
    long first,
    long last,
    long positionStart,
    long positionEnd,
    int lastCrc,
    long minTime,
    long maxTime,
    long items,
    long bytes,
    boolean renumbered) {
  /** Its bytes in an identity block. */
  static final int BYTES = 8 * 4 + 4 + 8 * 4 + 4;

  /** Whether a segment can be so: a checksum is no proof of that. */
  boolean isPossible() {
    return Bounds.isPossible(first)
        && Bounds.isPossible(last)
        && first <= last
        && positionStart >= 0
        && positionEnd >= 0
        && minTime >= 0
        && minTime <= maxTime
        && isPossibleSum(items)
        && isPossibleSum(bytes);
  }

  /** Of what each bundle has below 2^31 of. */
  private static boolean isPossibleSum(long sum) {
    return sum >= 0 && sum <= (long) SegmentFormat.MAX_OWN_BUNDLES * Integer.MAX_VALUE;
  }

  void write(ByteBuffer target) {
    writeRange(target);
    writeTotals(target);
  }

  void writeRange(ByteBuffer target) {
    target.putLong(first).putLong(last).putLong(positionStart).putLong(positionEnd);
    target.putInt(lastCrc).putLong(minTime).putLong(maxTime);
  }

  void writeTotals(ByteBuffer target) {
    target.putLong(items).putLong(bytes).putInt(renumbered ? 1 : 0);
  }

  static SegmentSummary read(ByteBuffer source) {
    return read(source, source);
  }

  /** The range from one place, the totals from another. */
  static SegmentSummary read(ByteBuffer range, ByteBuffer totals) {
    return new SegmentSummary(
        range.getLong(),
        range.getLong(),
        range.getLong(),
        range.getLong(),
        range.getInt(),
        range.getLong(),
        range.getLong(),
        totals.getLong(),
        totals.getLong(),
        (totals.getInt() & 1) != 0);
  }
}
