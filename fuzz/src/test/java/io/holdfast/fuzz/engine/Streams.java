package io.holdfast.fuzz.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Arrow IPC streams: the payloads of the entries of two logs. */
final class Streams {
  private static final int SLOT_HEAD = 42;

  private Streams() {}

  /** Payloads of few rows, with nested columns and with dictionaries. */
  static List<byte[]> payloads() {
    List<byte[]> found = new ArrayList<>();
    add(Directories.file(Directories.LOG), 1, found);
    add(Foreign.log(), 2, found);
    return found;
  }

  private static void add(byte[] log, int entries, List<byte[]> found) {
    ByteBuffer bytes = ByteBuffer.wrap(log).order(ByteOrder.LITTLE_ENDIAN);
    int at = bytes.getShort(12);
    for (int i = 0; i < entries && at + 33 < log.length; i++) {
      int slot = at + 29;
      for (int left = Long.bitCount(bytes.getLong(at + 21)); left > 0; left--) {
        int length = bytes.getInt(slot + SLOT_HEAD - 4);
        byte[] payload = new byte[length];
        bytes.get(slot + SLOT_HEAD, payload);
        found.add(payload);
        slot += SLOT_HEAD + length;
      }
      at += bytes.getInt(at) + 8;
    }
  }
}
