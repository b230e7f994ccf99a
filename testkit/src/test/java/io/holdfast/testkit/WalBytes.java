package io.holdfast.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** A log file read by the letter of the format, without the engine. */
final class WalBytes {
  static final int OWN_HEADER = 54;

  /**
   * An entry.
   *
   * @param offset where its length field lies
   * @param length of all of it
   */
  record Entry(int offset, int length, long sequence, long time, long bitmap, int crc) {
    int end() {
      return offset + length;
    }
  }

  final String magic;
  final int version;
  final int headerSize;
  final String configuration;
  final long positionStart;
  final @Nullable String ownMagic;
  final long sequenceStart;
  final boolean headerCrcFits;
  final List<Entry> entries = new ArrayList<>();

  /** Behind the last entry that is valid, counted from the header on without a gap. */
  final int end;

  /** Behind the last byte that is not zero. */
  final int writtenEnd;

  final int size;

  WalBytes(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    byte[] text = new byte[10];
    bytes.get(text);
    magic = new String(text, ISO_8859_1);
    version = bytes.getShort();
    headerSize = bytes.getShort();
    byte[] sixteen = new byte[16];
    bytes.get(sixteen);
    configuration = new String(sixteen, ISO_8859_1);
    positionStart = bytes.getLong();
    if (headerSize >= OWN_HEADER) {
      byte[] four = new byte[4];
      bytes.get(four);
      ownMagic = new String(four, ISO_8859_1);
      sequenceStart = bytes.getLong();
      headerCrcFits = bytes.getInt() == crc(file, 0, OWN_HEADER - 4);
    } else {
      ownMagic = null;
      sequenceStart = -1;
      headerCrcFits = false;
    }
    int at = headerSize;
    for (Entry entry = entry(bytes, file, at); entry != null; entry = entry(bytes, file, at)) {
      entries.add(entry);
      at = entry.end();
    }
    end = at;
    int last = file.length;
    while (last > 0 && file[last - 1] == 0) {
      last--;
    }
    writtenEnd = last;
    size = file.length;
  }

  private static @Nullable Entry entry(ByteBuffer bytes, byte[] file, int at) {
    if (at + 33 > bytes.limit()) {
      return null;
    }
    int length = bytes.getInt(at);
    if (length < 25 || at + 8L + length > bytes.limit()) {
      return null;
    }
    int crc = bytes.getInt(at + 4 + length);
    if (crc != crc(file, at + 4, length) || bytes.get(at + 4) != 0) {
      return null;
    }
    long bitmap = bytes.getLong(at + 21);
    int slot = at + 29;
    int before = -1;
    for (int i = 0; i < Long.bitCount(bitmap); i++) {
      int id = bytes.getShort(slot);
      if ((bitmap & (1L << id)) == 0 || id <= before) {
        return null;
      }
      before = id;
      slot += 42 + bytes.getInt(slot + 38);
    }
    if (slot != at + 4 + length) {
      return null;
    }
    return new Entry(at, length + 8, bytes.getLong(at + 13), bytes.getLong(at + 5), bitmap, crc);
  }

  static int crc(byte[] bytes, int from, int count) {
    CRC32 crc = new CRC32();
    crc.update(bytes, from, count);
    return (int) crc.getValue();
  }

  /** A header with these fields; with the checksum that confirms it when {@code own}. */
  static byte[] header(int version, String configurationHex, boolean own) {
    ByteBuffer header = ByteBuffer.allocate(own ? OWN_HEADER : 38).order(ByteOrder.LITTLE_ENDIAN);
    header.put("QUIVER\0WAL".getBytes(ISO_8859_1));
    header.putShort((short) version);
    header.putShort((short) header.capacity());
    header.put(HexFormat.of().parseHex(configurationHex));
    header.putLong(0);
    if (own) {
      header.put("HFW1".getBytes(ISO_8859_1));
      header.putLong(0);
      header.putInt(crc(header.array(), 0, OWN_HEADER - 4));
    }
    return header.array();
  }

  /** What stands in the configuration field of every file. */
  static String configurationHex() {
    return HexFormat.of().formatHex("QUIVER_SEGCFG\0\0\0".getBytes(ISO_8859_1));
  }

  /** The position in a cursor file; -1 when it is not one. */
  static long cursor(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (file.length != 24
        || !new String(file, 0, 8, ISO_8859_1).equals("QUIVER\0T")
        || bytes.getShort(8) != 1
        || bytes.getShort(10) != 24
        || bytes.getInt(20) != crc(file, 0, 20)) {
      return -1;
    }
    return bytes.getLong(12);
  }

  /** A cursor file. */
  static byte[] cursorFile(long position) {
    ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put("QUIVER\0T".getBytes(ISO_8859_1)).putShort((short) 1).putShort((short) 24);
    bytes.putLong(position).putInt(crc(bytes.array(), 0, 20));
    return bytes.array();
  }
}
