package io.holdfast.engine.segment;

import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.SchemaFingerprint;
import io.holdfast.engine.stored.Crc;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The second manifest of a segment of ours: records of fixed sizes, each with a checksum of its
 * own, so that a damaged one costs itself and a second copy of the block makes up for it. A segment
 * has one copy at its start and one behind its manifest.
 *
 * <pre>
 * head    "HFI1" | streams u32 | bundles u32 | chunks u32 | segment number u64 | summary | CRC u32
 * stream  slot u16 | fingerprint 32 | offset u64, length u32, CRC u32 of its schema and
 *         dictionary messages | CRC u32
 * bundle  sequence u64 | sequence in the log u64 | ingestion time i64 | CRC u32 of the log entry
 *         | items u32 | length u32 of the log entry | first chunk u32 | chunks u16 | CRC u32
 * chunk   slot u16 | stream u32 | rows u32 | offset u64, length u32, CRC u32 of its record batch
 *         message | CRC u32
 * </pre>
 *
 * The CRC at the end of a record is that of the record before it.
 */
final class IdentityBlock {
  static final byte[] MAGIC = "HFI1".getBytes(StandardCharsets.US_ASCII);
  static final int HEAD_BYTES = 4 + 4 * 3 + 8 + SegmentSummary.BYTES + 4;
  static final int STREAM_BYTES = 2 + SchemaFingerprint.BYTES + 8 + 4 + 4 + 4;
  static final int BUNDLE_BYTES = 8 * 3 + 4 * 4 + 2 + 4;
  static final int CHUNK_BYTES = 2 + 4 + 4 + 8 + 4 + 4 + 4;
  private static final int CRC_BYTES = 4;

  private IdentityBlock() {}

  /**
   * The head of a block.
   *
   * @param streams how many records of streams follow
   * @param bundles how many of bundles follow them
   * @param chunks how many of chunks follow these
   * @param number of the segment
   */
  record Head(int streams, int bundles, int chunks, long number, SegmentSummary summary) {
    /** The bytes of the whole block. */
    long length() {
      return chunkAt(chunks);
    }

    long streamAt(int stream) {
      return HEAD_BYTES + (long) stream * STREAM_BYTES;
    }

    long bundleAt(int bundle) {
      return streamAt(streams) + (long) bundle * BUNDLE_BYTES;
    }

    long chunkAt(int chunk) {
      return bundleAt(bundles) + (long) chunk * CHUNK_BYTES;
    }

    /** Whether a segment of this head can have this bundle: a checksum is no proof of that. */
    boolean canHave(Bundle bundle) {
      return bundle.sequence >= summary.first()
          && bundle.sequence <= summary.last()
          && bundle.time >= 0
          && bundle.items >= 0
          && bundle.length >= 0
          && bundle.firstChunk >= 0
          && bundle.chunks <= chunks
          && bundle.firstChunk <= chunks - bundle.chunks;
    }

    /** Whether a bundle of it can have this record batch. */
    boolean canHave(Chunk chunk) {
      return chunk.stream >= 0
          && chunk.stream < streams
          && chunk.rows >= 0
          && chunk.offset >= 0
          && chunk.length >= 0;
    }
  }

  /** A stream: where its schema and dictionary messages lie. */
  record Stream(int slot, SchemaFingerprint fingerprint, long offset, int length, int crc) {}

  /** A bundle. */
  record Bundle(
      long sequence,
      long logSequence,
      long time,
      int crc,
      int items,
      int length,
      int firstChunk,
      int chunks) {}

  /** A record batch. */
  record Chunk(int slot, int stream, int rows, long offset, int length, int crc) {}

  /** Reads a head; null when it is damaged or none. */
  static @Nullable Head head(ByteBuffer bytes, int at) {
    ByteBuffer head = checked(bytes, at, HEAD_BYTES);
    if (head == null) {
      return null;
    }
    byte[] magic = new byte[MAGIC.length];
    head.get(magic);
    int streams = head.getInt();
    int bundles = head.getInt();
    int chunks = head.getInt();
    if (!Arrays.equals(magic, MAGIC)
        || !isWithin(streams, SegmentFormat.MAX_READ_STREAMS)
        || !isWithin(bundles, SegmentFormat.MAX_OWN_BUNDLES)
        || !isWithin(chunks, (long) bundles * RecordBundle.MAX_SLOTS)) {
      return null;
    }
    long number = head.getLong();
    SegmentSummary summary = SegmentSummary.read(head);
    return summary.isPossible() ? new Head(streams, bundles, chunks, number, summary) : null;
  }

  private static boolean isWithin(long count, long most) {
    return count >= 0 && count <= most;
  }

  static @Nullable Stream stream(ByteBuffer bytes, int at) {
    ByteBuffer record = checked(bytes, at, STREAM_BYTES);
    if (record == null) {
      return null;
    }
    int slot = Short.toUnsignedInt(record.getShort());
    byte[] fingerprint = new byte[SchemaFingerprint.BYTES];
    record.get(fingerprint);
    return new Stream(
        slot,
        SchemaFingerprint.of(fingerprint),
        record.getLong(),
        record.getInt(),
        record.getInt());
  }

  static @Nullable Bundle bundle(ByteBuffer bytes, int at) {
    ByteBuffer record = checked(bytes, at, BUNDLE_BYTES);
    return record == null
        ? null
        : new Bundle(
            record.getLong(),
            record.getLong(),
            record.getLong(),
            record.getInt(),
            record.getInt(),
            record.getInt(),
            record.getInt(),
            Short.toUnsignedInt(record.getShort()));
  }

  static @Nullable Chunk chunk(ByteBuffer bytes, int at) {
    ByteBuffer record = checked(bytes, at, CHUNK_BYTES);
    return record == null
        ? null
        : new Chunk(
            Short.toUnsignedInt(record.getShort()),
            record.getInt(),
            record.getInt(),
            record.getLong(),
            record.getInt(),
            record.getInt());
  }

  private static @Nullable ByteBuffer checked(ByteBuffer bytes, int at, int length) {
    if (at < 0 || at > bytes.limit() - length) {
      return null;
    }
    ByteBuffer record = bytes.slice(at, length).order(ByteOrder.LITTLE_ENDIAN);
    int covered = length - CRC_BYTES;
    return Crc.of(record, 0, covered) == record.getInt(covered) ? record : null;
  }

  /** Writes a block, record by record, in the order of the format. */
  static final class Writer {
    private final ByteBuffer bytes;

    Writer(Head head) {
      bytes = ByteBuffer.allocate(Math.toIntExact(head.length())).order(ByteOrder.LITTLE_ENDIAN);
      bytes.put(MAGIC).putInt(head.streams).putInt(head.bundles).putInt(head.chunks);
      bytes.putLong(head.number);
      head.summary.write(bytes);
      seal(0);
    }

    void add(Stream stream) {
      int start = bytes.position();
      bytes.putShort((short) stream.slot).put(stream.fingerprint.toBytes());
      bytes.putLong(stream.offset).putInt(stream.length).putInt(stream.crc);
      seal(start);
    }

    void add(Bundle bundle) {
      int start = bytes.position();
      bytes.putLong(bundle.sequence).putLong(bundle.logSequence).putLong(bundle.time);
      bytes.putInt(bundle.crc).putInt(bundle.items).putInt(bundle.length);
      bytes.putInt(bundle.firstChunk).putShort((short) bundle.chunks);
      seal(start);
    }

    void add(Chunk chunk) {
      int start = bytes.position();
      bytes.putShort((short) chunk.slot).putInt(chunk.stream).putInt(chunk.rows);
      bytes.putLong(chunk.offset).putInt(chunk.length).putInt(chunk.crc);
      seal(start);
    }

    private void seal(int start) {
      bytes.putInt(Crc.of(bytes, start, bytes.position() - start));
    }

    ByteBuffer finish() {
      if (bytes.hasRemaining()) {
        throw new IllegalStateException(bytes.remaining() + " bytes of records are missing");
      }
      return bytes.flip();
    }
  }
}
