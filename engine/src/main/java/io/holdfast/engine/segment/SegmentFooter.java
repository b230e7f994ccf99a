package io.holdfast.engine.segment;

import io.holdfast.engine.stored.Crc;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The footer of a segment.
 *
 * @param streams how many there are
 * @param bundles how many there are
 * @param directoryOffset where the stream directory lies
 * @param directoryLength in bytes
 * @param manifestOffset where the batch manifest lies
 * @param manifestLength in bytes
 * @param own what is ours; null in a segment that another engine wrote
 */
record SegmentFooter(
    int streams,
    int bundles,
    long directoryOffset,
    int directoryLength,
    long manifestOffset,
    int manifestLength,
    @Nullable Own own) {
  /**
   * Our part.
   *
   * @param identityOffset where the identity block lies
   * @param identityLength in bytes
   * @param identityCrc of the block
   */
  record Own(SegmentSummary summary, long identityOffset, int identityLength, int identityCrc) {}

  private static final int OWN_MAGIC_AT = SegmentFormat.BASE_FOOTER_BYTES;
  private static final int RANGE_AT = OWN_MAGIC_AT + 4;
  private static final int IDENTITY_AT = RANGE_AT + 8 * 4 + 4 + 8 * 2;
  private static final int TOTALS_AT = IDENTITY_AT + 16;
  private static final int CRC_AT = TOTALS_AT + 8 * 2 + 4;

  /**
   * Reads a footer.
   *
   * @param bytes the whole footer
   * @param end where the footer starts in the file: all it names lies before
   * @return null when it cannot be one
   */
  static @Nullable SegmentFooter parse(ByteBuffer bytes, long end) {
    ByteBuffer footer = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (footer.limit() < SegmentFormat.BASE_FOOTER_BYTES) {
      return null;
    }
    int version = Short.toUnsignedInt(footer.getShort());
    int streams = footer.getInt();
    int bundles = footer.getInt();
    long directoryOffset = footer.getLong();
    int directoryLength = footer.getInt();
    long manifestOffset = footer.getLong();
    int manifestLength = footer.getInt();
    boolean known = version == SegmentFormat.VERSION;
    boolean counts =
        streams >= 0
            && streams <= SegmentFormat.MAX_STREAMS
            && bundles >= 0
            && bundles <= SegmentFormat.MAX_BUNDLES;
    if (!known
        || !counts
        || !within(directoryOffset, directoryLength, end)
        || !within(manifestOffset, manifestLength, end)) {
      return null;
    }
    Own own = parseOwn(footer, end);
    if (own != null && !own.summary.isPossible()) {
      return null;
    }
    return new SegmentFooter(
        streams, bundles, directoryOffset, directoryLength, manifestOffset, manifestLength, own);
  }

  private static boolean within(long offset, long length, long end) {
    return offset >= 0 && length >= 0 && offset <= end - length;
  }

  private static @Nullable Own parseOwn(ByteBuffer footer, long end) {
    if (footer.limit() < SegmentFormat.OWN_FOOTER_BYTES) {
      return null;
    }
    byte[] magic = new byte[SegmentFormat.OWN_MAGIC.length];
    footer.get(OWN_MAGIC_AT, magic);
    if (!Arrays.equals(magic, SegmentFormat.OWN_MAGIC)
        || Crc.of(footer, 0, CRC_AT) != footer.getInt(CRC_AT)) {
      return null;
    }
    long offset = footer.getLong(IDENTITY_AT);
    int length = footer.getInt(IDENTITY_AT + 8);
    if (!within(offset, length, end)) {
      return null;
    }
    SegmentSummary summary =
        SegmentSummary.read(
            footer.position(RANGE_AT),
            footer.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(TOTALS_AT));
    return new Own(summary, offset, length, footer.getInt(IDENTITY_AT + 12));
  }

  /** The bytes of a footer of ours. */
  ByteBuffer toBytes(Own part) {
    ByteBuffer footer =
        ByteBuffer.allocate(SegmentFormat.OWN_FOOTER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    footer.putShort((short) SegmentFormat.VERSION).putInt(streams).putInt(bundles);
    footer.putLong(directoryOffset).putInt(directoryLength);
    footer.putLong(manifestOffset).putInt(manifestLength);
    footer.put(SegmentFormat.OWN_MAGIC);
    part.summary.writeRange(footer);
    footer.putLong(part.identityOffset).putInt(part.identityLength).putInt(part.identityCrc);
    part.summary.writeTotals(footer);
    footer.putInt(Crc.of(footer, 0, CRC_AT));
    return footer.flip();
  }
}
