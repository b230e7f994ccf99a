package io.holdfast.engine.log;

import io.holdfast.engine.stored.Bounds;
import io.holdfast.engine.stored.Crc;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What the head of a log file says. */
sealed interface WalHeader {

  /** A head that can be used. */
  sealed interface Usable extends WalHeader {
    /** Where the first entry starts in the file. */
    int size();

    /** The WAL position of the first entry. */
    long positionStart();
  }

  /**
   * The head of a file that this engine created: checked, so position and sequence can be trusted.
   *
   * @param size where the first entry starts in the file
   * @param positionStart the WAL position of the first entry
   * @param sequenceStart the sequence of the first entry
   * @param oldUntil the newest ingestion time of what the file held when it was used before, or
   *     {@link #NOT_REUSED}
   */
  record Own(int size, long positionStart, long sequenceStart, long oldUntil) implements Usable {}

  /** Behind the position and the magic. */
  int SEQUENCE_AT = WalFormat.BASE_HEADER_BYTES + 4;

  /** Behind the entries of the file there is nothing but zeros. */
  long NOT_REUSED = -1;

  /**
   * The head of a file that another engine created: nothing vouches for it.
   *
   * @param size where the first entry starts in the file
   * @param positionStart the WAL position of the first entry, as it says
   */
  record Foreign(int size, long positionStart) implements Usable {}

  /**
   * A version or configuration that is not ours.
   *
   * @param what the field and its value
   * @param certain whether a checksum confirms it
   * @param oneBitOff whether one flipped bit would explain it
   */
  record Unsupported(String what, boolean certain, boolean oneBitOff) implements WalHeader {}

  /**
   * No head: short, zeroed, or without the magic.
   *
   * @param why in a few words
   */
  record Unreadable(String why) implements WalHeader {}

  /**
   * Reads the head of a file.
   *
   * @param bytes its first ones
   * @param fileSize how many it has in all
   */
  static WalHeader parse(ByteBuffer bytes, long fileSize) {
    ByteBuffer head = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (head.remaining() < WalFormat.BASE_HEADER_BYTES) {
      return new Unreadable("it has " + head.remaining() + " bytes, a header has 38 or more");
    }
    int start = head.position();
    byte[] magic = new byte[WalFormat.MAGIC.length];
    head.get(magic);
    if (!Arrays.equals(magic, WalFormat.MAGIC)) {
      return new Unreadable("it does not start with QUIVER\\0WAL");
    }
    int version = Short.toUnsignedInt(head.getShort());
    int size = Short.toUnsignedInt(head.getShort());
    byte[] configuration = new byte[WalFormat.SEGMENT_CONFIGURATION.length];
    head.get(configuration);
    long position = head.getLong();
    boolean own = isOwn(bytes, start);
    if (!own && hasOwnMagic(bytes, start)) {
      return new Unreadable("its checksum is wrong");
    }
    if (version != WalFormat.VERSION) {
      return new Unsupported(
          "version " + version, own, Integer.bitCount(version ^ WalFormat.VERSION) == 1);
    }
    if (!Arrays.equals(configuration, WalFormat.SEGMENT_CONFIGURATION)) {
      return new Unsupported(
          "segment configuration " + java.util.HexFormat.of().formatHex(configuration),
          own,
          bitsOff(configuration) == 1);
    }
    if (size < WalFormat.BASE_HEADER_BYTES || !Bounds.isPossible(position)) {
      return new Unreadable("its header size is " + size + ", its position " + position);
    }
    if (size > fileSize) {
      return new Unreadable("it has " + fileSize + " bytes, its header says that it has " + size);
    }
    if (own && size >= WalFormat.OWN_HEADER_BYTES) {
      ByteBuffer fields = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
      long oldUntil =
          size >= WalFormat.REUSED_HEADER_BYTES && isReused(bytes, start)
              ? fields.getLong(start + WalFormat.OWN_HEADER_BYTES + 4)
              : NOT_REUSED;
      long sequence = fields.getLong(start + SEQUENCE_AT);
      return Bounds.isPossible(sequence)
          ? new Own(size, position, sequence, oldUntil)
          : new Unreadable("its first sequence is " + Long.toUnsignedString(sequence));
    }
    return new Foreign(size, position);
  }

  private static boolean isOwn(ByteBuffer bytes, int start) {
    return hasOwnMagic(bytes, start) && hasChecksum(bytes, start, WalFormat.OWN_HEADER_BYTES);
  }

  private static boolean isReused(ByteBuffer bytes, int start) {
    return hasMagic(bytes, start + WalFormat.OWN_HEADER_BYTES, WalFormat.REUSED_MAGIC)
        && hasChecksum(bytes, start, WalFormat.REUSED_HEADER_BYTES);
  }

  private static boolean hasChecksum(ByteBuffer bytes, int start, int headerBytes) {
    ByteBuffer head = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int covered = headerBytes - 4;
    return head.limit() - start >= headerBytes
        && head.getInt(start + covered) == Crc.of(head, start, covered);
  }

  private static boolean hasOwnMagic(ByteBuffer bytes, int start) {
    return hasMagic(bytes, start + WalFormat.BASE_HEADER_BYTES, WalFormat.OWN_MAGIC);
  }

  private static boolean hasMagic(ByteBuffer bytes, int at, byte[] magic) {
    byte[] there = new byte[magic.length];
    if (bytes.limit() < at + there.length) {
      return false;
    }
    bytes.get(at, there);
    return Arrays.equals(there, magic);
  }

  private static int bitsOff(byte[] configuration) {
    int bits = 0;
    for (int i = 0; i < configuration.length; i++) {
      bits += Integer.bitCount((configuration[i] ^ WalFormat.SEGMENT_CONFIGURATION[i]) & 0xFF);
    }
    return bits;
  }

  /**
   * What stands at the end of a file that is used again, for the case that its head is damaged.
   *
   * @param oldUntil as in {@link Own}
   */
  static ByteBuffer oldMark(long oldUntil) {
    ByteBuffer mark =
        ByteBuffer.allocateDirect(WalFormat.OLD_MARK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    mark.put(WalFormat.OLD_MAGIC).putLong(oldUntil);
    return mark.putInt(Crc.of(mark, 0, mark.position())).flip();
  }

  /**
   * What the end of a file says of entries that it held before.
   *
   * @param bytes the last ones of the file
   * @return as in {@link Own}
   */
  static long oldUntil(ByteBuffer bytes) {
    ByteBuffer mark = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    int covered = WalFormat.OLD_MARK_BYTES - 4;
    return mark.limit() == WalFormat.OLD_MARK_BYTES
            && hasMagic(mark, 0, WalFormat.OLD_MAGIC)
            && mark.getInt(covered) == Crc.of(mark, 0, covered)
        ? mark.getLong(WalFormat.OLD_MAGIC.length)
        : NOT_REUSED;
  }

  /** The head of a new file of ours, ready to be written. */
  static ByteBuffer own(long positionStart, long sequenceStart) {
    return own(positionStart, sequenceStart, NOT_REUSED);
  }

  /**
   * The head of a file of ours, ready to be written.
   *
   * @param oldUntil as in {@link Own}
   */
  static ByteBuffer own(long positionStart, long sequenceStart, long oldUntil) {
    boolean reused = oldUntil != NOT_REUSED;
    int size = reused ? WalFormat.REUSED_HEADER_BYTES : WalFormat.OWN_HEADER_BYTES;
    ByteBuffer head = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    head.put(WalFormat.MAGIC);
    head.putShort((short) WalFormat.VERSION);
    head.putShort((short) size);
    head.put(WalFormat.SEGMENT_CONFIGURATION);
    head.putLong(positionStart);
    head.put(WalFormat.OWN_MAGIC);
    head.putLong(sequenceStart);
    head.putInt(Crc.of(head, 0, head.position()));
    if (reused) {
      head.put(WalFormat.REUSED_MAGIC);
      head.putLong(oldUntil);
      head.putInt(Crc.of(head, 0, head.position()));
    }
    return head.flip();
  }
}
