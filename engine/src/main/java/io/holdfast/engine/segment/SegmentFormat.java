package io.holdfast.engine.segment;

import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.capacity.Limits;
import io.holdfast.engine.stored.Bounds;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * The bytes of a segment file, Quiver v1, with what is ours marked. All integers are little-endian.
 *
 * <pre>
 * file      identity block (ours) | streams | directory | manifest | identity block (ours) | footer | trailer
 * stream    an Arrow IPC file, starts at a multiple of 64
 * footer    version u16 | streams u32 | bundles u32 | directory offset u64, length u32
 *           | manifest offset u64, length u32
 * ours      + "HFX1" | first, last sequence u64 | WAL position start, end u64 | CRC u32 of the last
 *           covered entry | lowest, highest ingestion time i64 | identity block offset u64,
 *           length u32, CRC u32 | items u64 | bytes u64 | flags u32 | CRC u32 of the footer before it
 * trailer   footer size u32 | magic 8 | CRC u32 of the whole file before it
 * </pre>
 */
final class SegmentFormat {
  static final String FOLDER = "segments";
  static final byte[] MAGIC = "QUIVER\0S".getBytes(StandardCharsets.US_ASCII);
  static final byte[] OWN_MAGIC = "HFX1".getBytes(StandardCharsets.US_ASCII);

  static final int VERSION = 1;
  static final int ALIGNMENT = 64;
  static final int BASE_FOOTER_BYTES = 34;
  static final int OWN_FOOTER_BYTES = BASE_FOOTER_BYTES + 4 + 8 * 4 + 4 + 8 * 2 + 16 + 16 + 4 + 4;
  static final int TRAILER_BYTES = 16;

  static final int MAX_STREAMS = 100_000;
  static final int MAX_BUNDLES = 10_000_000;

  /** What we write: a progress entry of Quiver's cannot count more bundles. */
  static final int MAX_OWN_BUNDLES = 65_536;

  static final int MAX_OWN_STREAMS = 16_384;

  /** What we read: the last bundle of a segment that was written before could go beyond that. */
  static final int MAX_READ_STREAMS = MAX_OWN_STREAMS + RecordBundle.MAX_SLOTS;

  /**
   * No bundle that was an entry of a log takes more: here the columns of a batch may be aligned to
   * more bytes than there.
   */
  static final long MAX_BUNDLE_BYTES = Limits.MAX_ENTRY_BYTES + Limits.MAX_ENTRY_BYTES / 16;

  /** A directory or a manifest: the most bundles there may be take about 35 bytes each. */
  static final long MAX_TABLE_BYTES = 2 * Limits.MAX_ENTRY_BYTES;

  private static final String SUFFIX = ".qseg";
  private static final int DIGITS = 16;

  private SegmentFormat() {}

  /** The name of segment {@code number}. */
  static String name(long number) {
    return FOLDER + "/" + String.format("%0" + DIGITS + "d", number) + SUFFIX;
  }

  /** The number in a segment's name, without its folder; empty for other names. */
  static OptionalLong number(String name) {
    if (!name.endsWith(SUFFIX)) {
      return OptionalLong.empty();
    }
    String digits = name.substring(0, name.length() - SUFFIX.length());
    if (digits.length() < DIGITS
        || digits.length() > 18
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalLong.empty();
    }
    long number = Long.parseLong(digits);
    return Bounds.isPossibleNumber(number) ? OptionalLong.of(number) : OptionalLong.empty();
  }

  static long align(long offset) {
    return (offset + ALIGNMENT - 1) & -ALIGNMENT;
  }
}
