package io.holdfast.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;

/** The identity block at the start of a segment, read by the letter of the format. */
final class SegmentBytes {
  private static final int SUMMARY = 72;
  private static final int STREAM = 54;
  private static final int BUNDLE = 46;
  private static final int CHUNK = 30;
  private static final int FOOTER = 34;
  private static final int TRAILER = 16;

  /** Where our footer says where the second block lies. */
  private static final int IDENTITY = FOOTER + 4 + 36 + 16;

  /**
   * Bytes without which some bundles are lost.
   *
   * @param sequences of these
   */
  record Part(long from, long to, Set<Long> sequences) {}

  final List<Long> sequences = new ArrayList<>();
  final List<Part> parts = new ArrayList<>();

  SegmentBytes(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (!new String(file, 0, 4, ISO_8859_1).equals("HFI1")) {
      throw new IllegalArgumentException("no segment of ours");
    }
    int streams = bytes.getInt(4);
    int bundles = bytes.getInt(8);
    int head = 4 + 12 + 8 + SUMMARY + 4;
    int bundlesAt = head + streams * STREAM;
    int chunksAt = bundlesAt + bundles * BUNDLE;
    List<Set<Long>> users = new ArrayList<>();
    for (int i = 0; i < streams; i++) {
      users.add(new HashSet<>());
    }
    for (int i = 0; i < bundles; i++) {
      int at = bundlesAt + i * BUNDLE;
      long sequence = bytes.getLong(at);
      sequences.add(sequence);
      int first = bytes.getInt(at + 36);
      int count = bytes.getShort(at + 40);
      for (int chunk = first; chunk < first + count; chunk++) {
        int here = chunksAt + chunk * CHUNK;
        users.get(bytes.getInt(here + 2)).add(sequence);
        long offset = bytes.getLong(here + 10);
        parts.add(new Part(offset, offset + bytes.getInt(here + 18), Set.of(sequence)));
      }
    }
    for (int i = 0; i < streams; i++) {
      int at = head + i * STREAM + 34;
      long offset = bytes.getLong(at);
      parts.add(new Part(offset, offset + bytes.getInt(at + 8), users.get(i)));
    }
  }

  /** The same segment whose record of a bundle claims another length, and is confirmed. */
  static byte[] claiming(byte[] file, int bundle, int length) {
    byte[] claims = file.clone();
    ByteBuffer bytes = ByteBuffer.wrap(claims).order(ByteOrder.LITTLE_ENDIAN);
    int footer = file.length - TRAILER - bytes.getInt(file.length - TRAILER);
    int blockAt = Math.toIntExact(bytes.getLong(footer + IDENTITY));
    for (int start : new int[] {0, blockAt}) {
      int at = start + 4 + 12 + 8 + SUMMARY + 4 + bytes.getInt(4) * STREAM + bundle * BUNDLE;
      bytes.putInt(at + 32, length);
      bytes.putInt(at + BUNDLE - 4, WalBytes.crc(claims, at, BUNDLE - 4));
    }
    int block = bytes.getInt(footer + IDENTITY + 8);
    bytes.putInt(footer + IDENTITY + 12, WalBytes.crc(claims, blockAt, block));
    int crcAt = file.length - TRAILER - 4;
    bytes.putInt(crcAt, WalBytes.crc(claims, footer, crcAt - footer));
    bytes.putInt(file.length - 4, WalBytes.crc(claims, 0, file.length - 4));
    return claims;
  }

  /** A file with a hole of zeros in it. */
  record Holed(ByteBuffer head, long hole, ByteBuffer tail) {}

  /**
   * A segment of another engine with one stream, whose last batch claims so many bytes more, and
   * has them: a hole.
   */
  static Holed claimingAHole(byte[] theirs, int hole) {
    byte[] claims = theirs.clone();
    ByteBuffer bytes = ByteBuffer.wrap(claims).order(ByteOrder.LITTLE_ENDIAN);
    int footer = theirs.length - TRAILER - FOOTER;
    int directory = Math.toIntExact(bytes.getLong(footer + 10));
    int start = new String(theirs, 0, directory, ISO_8859_1).indexOf("ARROW1");
    int end = new String(theirs, 0, directory, ISO_8859_1).lastIndexOf("ARROW1") + 6;
    int arrowFooter = end - 10 - bytes.getInt(end - 10);
    // The messages end where the end marker is.
    int messages = arrowFooter - 8 - start;
    // The last one: lengths and offsets of others may add up to as much.
    int block = end - 10 - 24;
    while (bytes.getLong(block) + bytes.getInt(block + 8) + bytes.getLong(block + 16) != messages) {
      block--;
    }
    bytes.putLong(block + 16, bytes.getLong(block + 16) + hole);
    int length = directory;
    while (bytes.getLong(length) != end - start) {
      length++;
    }
    bytes.putLong(length, end - start + (long) hole);
    bytes.putLong(footer + 10, directory + (long) hole);
    bytes.putLong(footer + 22, bytes.getLong(footer + 22) + hole);
    int cut = start + messages;
    CRC32 crc = new CRC32();
    crc.update(claims, 0, cut);
    byte[] zeros = new byte[1 << 20];
    for (int left = hole; left > 0; left -= Math.min(left, zeros.length)) {
      crc.update(zeros, 0, Math.min(left, zeros.length));
    }
    crc.update(claims, cut, claims.length - 4 - cut);
    bytes.putInt(claims.length - 4, (int) crc.getValue());
    return new Holed(
        ByteBuffer.wrap(claims, 0, cut), hole, ByteBuffer.wrap(claims, cut, claims.length - cut));
  }

  /** The same segment without all that is ours, as another engine writes it. */
  static byte[] asAnotherEngine(byte[] file) {
    ByteBuffer ours = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int footer = file.length - TRAILER - ours.getInt(file.length - TRAILER);
    int end = Math.toIntExact(ours.getLong(footer + 22)) + ours.getInt(footer + 30);
    ByteBuffer theirs = ByteBuffer.allocate(end + FOOTER + TRAILER).order(ByteOrder.LITTLE_ENDIAN);
    theirs.put(file, 0, end).put(file, footer, FOOTER);
    theirs.putInt(FOOTER).put(file, file.length - TRAILER + 4, 8);
    // Where the streams lie does not change.
    theirs.put(0, new byte[4]);
    int covered = theirs.position();
    return theirs.putInt(WalBytes.crc(theirs.array(), 0, covered)).array();
  }
}
