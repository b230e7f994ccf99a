package io.holdfast.engine.log;

/**
 * A valid entry of a log file.
 *
 * @param offset where it starts in the file
 * @param length its bytes, frame included
 * @param sequence its sequence
 * @param time its ingestion time, nanoseconds since the epoch, never negative
 * @param crc the CRC of its body
 * @param items the rows of its lowest slot
 */
record EntryFound(long offset, int length, long sequence, long time, int crc, int items) {
  long end() {
    return offset + length;
  }
}
