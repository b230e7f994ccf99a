package io.holdfast.engine.log;

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
   */
  record Own(int size, long positionStart, long sequenceStart) implements Usable {}

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
    if (size < WalFormat.BASE_HEADER_BYTES || position < 0) {
      return new Unreadable("its header size is " + size + ", its position " + position);
    }
    if (size > fileSize) {
      return new Unreadable("it has " + fileSize + " bytes, its header says that it has " + size);
    }
    if (own && size >= WalFormat.OWN_HEADER_BYTES) {
      long sequence = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).getLong(start + 42);
      return new Own(size, position, sequence);
    }
    return new Foreign(size, position);
  }

  private static boolean isOwn(ByteBuffer bytes, int start) {
    ByteBuffer head = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (head.limit() - start < WalFormat.OWN_HEADER_BYTES) {
      return false;
    }
    int covered = WalFormat.OWN_HEADER_BYTES - 4;
    return hasOwnMagic(bytes, start)
        && head.getInt(start + covered) == Crc.of(head, start, covered);
  }

  private static boolean hasOwnMagic(ByteBuffer bytes, int start) {
    byte[] magic = new byte[WalFormat.OWN_MAGIC.length];
    int at = start + WalFormat.BASE_HEADER_BYTES;
    if (bytes.limit() < at + magic.length) {
      return false;
    }
    bytes.get(at, magic);
    return Arrays.equals(magic, WalFormat.OWN_MAGIC);
  }

  private static int bitsOff(byte[] configuration) {
    int bits = 0;
    for (int i = 0; i < configuration.length; i++) {
      bits += Integer.bitCount((configuration[i] ^ WalFormat.SEGMENT_CONFIGURATION[i]) & 0xFF);
    }
    return bits;
  }

  /** The head of a file of ours, ready to be written. */
  static ByteBuffer own(long positionStart, long sequenceStart) {
    ByteBuffer head =
        ByteBuffer.allocateDirect(WalFormat.OWN_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    head.put(WalFormat.MAGIC);
    head.putShort((short) WalFormat.VERSION);
    head.putShort((short) WalFormat.OWN_HEADER_BYTES);
    head.put(WalFormat.SEGMENT_CONFIGURATION);
    head.putLong(positionStart);
    head.put(WalFormat.OWN_MAGIC);
    head.putLong(sequenceStart);
    head.putInt(Crc.of(head, 0, head.position()));
    return head.flip();
  }
}
