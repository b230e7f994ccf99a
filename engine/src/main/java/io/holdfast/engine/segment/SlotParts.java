package io.holdfast.engine.segment;

import io.holdfast.engine.SchemaFingerprint;
import java.util.List;

/**
 * A slot of a bundle in a segment: the messages that make its payload, in their order.
 *
 * @param slot its number
 * @param fingerprint the name of its schema
 * @param rows how many; -1 when only the batch says
 * @param parts where the messages lie; the last one is the record batch
 */
record SlotParts(int slot, SchemaFingerprint fingerprint, int rows, List<Part> parts) {
  /**
   * Bytes of the file.
   *
   * @param checked whether {@code crc} is theirs
   */
  record Part(long offset, int length, boolean checked, int crc) {}

  long length() {
    long sum = 0;
    for (Part part : parts) {
      sum += part.length;
    }
    return sum;
  }
}
