package io.holdfast.engine.log;

import io.holdfast.engine.stored.Crc;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a log file, Quiver v1. All integers are little-endian.
 *
 * <pre>
 * header   magic 10 | version u16 | header size u16 | segment configuration 16 | position start u64
 * ours     + "HFW1" | sequence start u64 | CRC u32 of the header before it
 * reused   + "HFWR" | newest old time i64 ns | CRC u32 of the header before it
 * entry    length u32 of the body | body | CRC u32 of the body
 * body     type u8 = 0 | ingestion time i64 ns | sequence u64 | slot bitmap u64 | slots
 * slot     id u16 | fingerprint 32 | rows u32 | payload length u32 | payload
 * </pre>
 */
final class WalFormat {
  static final byte[] MAGIC = "QUIVER\0WAL".getBytes(StandardCharsets.US_ASCII);
  static final byte[] SEGMENT_CONFIGURATION =
      "QUIVER_SEGCFG\0\0\0".getBytes(StandardCharsets.US_ASCII);
  static final byte[] OWN_MAGIC = "HFW1".getBytes(StandardCharsets.US_ASCII);

  /** Of a file that was used before, and holds old bytes behind its entries. */
  static final byte[] REUSED_MAGIC = "HFWR".getBytes(StandardCharsets.US_ASCII);

  /** At the end of such a file, as long as nothing is written there. */
  static final byte[] OLD_MAGIC = "HFWO".getBytes(StandardCharsets.US_ASCII);

  static final int OLD_MARK_BYTES = 16;

  static final int VERSION = 1;
  static final int BASE_HEADER_BYTES = 38;
  static final int OWN_HEADER_BYTES = 54;
  static final int REUSED_HEADER_BYTES = 70;

  /** So many zeros follow the last entry of a file that was used before, unless it ends there. */
  static final int END_MARK_BYTES = 8;

  /** Length field and CRC. */
  static final int FRAME_BYTES = 8;

  static final int LENGTH_BYTES = 4;
  static final byte RECORD_BUNDLE = 0;

  /** Type, time and sequence: what only the committer knows. */
  static final int STAMP_BYTES = 17;

  /** The stamp and the bitmap: the body of a bundle without slots. */
  static final int MIN_BODY_BYTES = 25;

  static final int SLOT_HEAD_BYTES = 42;
  static final int MAX_BODY_BYTES = (256 << 20) - FRAME_BYTES;

  /** The bytes of the smallest entry. */
  static final int MIN_ENTRY_BYTES = MIN_BODY_BYTES + FRAME_BYTES;

  static final int TYPE_AT = LENGTH_BYTES;
  static final int TIME_AT = TYPE_AT + 1;
  static final int SEQUENCE_AT = TIME_AT + 8;
  static final int BITMAP_AT = SEQUENCE_AT + 8;
  static final int SLOTS_AT = BITMAP_AT + 8;

  /** What one sync confirms at most, unless a single entry is larger. */
  static final long LARGEST_GROUP_BYTES = 8 << 20;

  private WalFormat() {}

  /** Whether an entry of a length lies there, with the checksum that it should have. */
  static boolean isWhole(ByteBuffer bytes, int offset, int length) {
    int body = length - FRAME_BYTES;
    return bytes.getInt(offset) == body
        && Crc.of(bytes, offset + LENGTH_BYTES, body) == bytes.getInt(offset + length - 4);
  }

  /** Puts type, time and sequence into an entry. */
  static void stamp(ByteBuffer entry, int offset, long time, long sequence) {
    entry.put(offset + TYPE_AT, RECORD_BUNDLE);
    entry.putLong(offset + TIME_AT, Math.max(0, time));
    entry.putLong(offset + SEQUENCE_AT, sequence);
  }
}
