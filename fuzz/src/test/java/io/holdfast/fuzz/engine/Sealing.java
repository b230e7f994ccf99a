package io.holdfast.fuzz.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * Puts the right checksums into damaged files. Nothing would get past a checksum by chance, and
 * what lies behind one must hold too: another engine may have written it.
 */
final class Sealing {
  private static final int ENVELOPE_HEAD = 14;
  private static final int OWN_LOG_HEAD = 54;
  private static final int SEGMENT_TRAILER = 16;
  private static final int SEGMENT_OWN_FOOTER = 130;
  private static final int IDENTITY_HEAD = 100;

  private static final int STREAM = 1;
  private static final int CHUNK = 3;

  private Sealing() {}

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int crc(byte[] bytes, int from, int to) {
    CRC32 crc = new CRC32();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }

  /** A file whose last four bytes are the checksum of all before them. */
  static void tail(byte[] file) {
    if (file.length >= 4) {
      little(file).putInt(file.length - 4, crc(file, 0, file.length - 4));
    }
  }

  /** One of the engine's own small files: its length and its checksum. */
  static void envelope(byte[] file) {
    if (file.length >= ENVELOPE_HEAD + 4) {
      little(file).putInt(ENVELOPE_HEAD - 4, file.length - ENVELOPE_HEAD - 4);
      tail(file);
    }
  }

  /** A log file: the head of ours, and each entry for as long as their lengths lead on. */
  static void log(byte[] file) {
    ByteBuffer bytes = little(file);
    if (file.length < OWN_LOG_HEAD) {
      return;
    }
    bytes.putInt(OWN_LOG_HEAD - 4, crc(file, 0, OWN_LOG_HEAD - 4));
    int at = Short.toUnsignedInt(bytes.getShort(12));
    while (at + 8 <= file.length) {
      int length = bytes.getInt(at);
      if (length < 1 || length > file.length - at - 8) {
        return;
      }
      bytes.putInt(at + 4 + length, crc(file, at + 4, at + 4 + length));
      at += length + 8;
    }
  }

  /** A segment: the records of its first identity block, its footer and its trailer. */
  static void segment(byte[] file) {
    if (file.length < SEGMENT_TRAILER + SEGMENT_OWN_FOOTER) {
      return;
    }
    ByteBuffer bytes = little(file);
    identity(file, 0);
    int footer = file.length - SEGMENT_TRAILER - bytes.getInt(file.length - SEGMENT_TRAILER);
    int end = file.length - SEGMENT_TRAILER;
    if (footer >= 0 && end - footer >= SEGMENT_OWN_FOOTER) {
      long blockAt = bytes.getLong(footer + 34 + 4 + 36 + 16);
      if (blockAt >= 0 && blockAt < file.length) {
        identity(file, (int) blockAt);
      }
      int crcAt = footer + SEGMENT_OWN_FOOTER - 4;
      bytes.putInt(crcAt, crc(file, footer, crcAt));
    }
    tail(file);
  }

  private static void identity(byte[] file, int start) {
    ByteBuffer bytes = little(file);
    if (start + IDENTITY_HEAD > file.length) {
      return;
    }
    int[] counts = {1, bytes.getInt(start + 4), bytes.getInt(start + 8), bytes.getInt(start + 12)};
    int[] sizes = {IDENTITY_HEAD, 54, 46, 30};
    int at = start;
    for (int kind = 0; kind < sizes.length; kind++) {
      for (int i = 0; i < counts[kind]; i++) {
        if (at + sizes[kind] > file.length) {
          return;
        }
        if (kind == STREAM || kind == CHUNK) {
          content(file, kind == STREAM ? at + 34 : at + 10);
        }
        bytes.putInt(at + sizes[kind] - 4, crc(file, at, at + sizes[kind] - 4));
        at += sizes[kind];
      }
    }
  }

  /** The checksum of what an offset, a length and a checksum in a record stand for. */
  private static void content(byte[] file, int at) {
    ByteBuffer bytes = little(file);
    long offset = bytes.getLong(at);
    int length = bytes.getInt(at + 8);
    if (offset >= 0 && length >= 0 && offset <= file.length - (long) length) {
      bytes.putInt(at + 12, crc(file, (int) offset, (int) offset + length));
    }
  }
}
