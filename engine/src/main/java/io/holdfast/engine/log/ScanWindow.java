package io.holdfast.engine.log;

import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A file's bytes through a window that moves forward. A part that the disk refuses to read counts
 * as zeros: it is then found to be no entry, as any other damage. One thread.
 */
final class ScanWindow {
  /** The most that can be asked for at once; what is read stays in the processor's cache. */
  private static final int WINDOW_BYTES = 1 << 18;

  private static final int SECTOR_BYTES = 4096;

  private final StorageFile file;
  private final long size;
  private final ByteBuffer window;
  private long start;
  private int filled;

  /** A window on the first {@code size} bytes of a file. */
  ScanWindow(StorageFile file, long size) {
    this.file = file;
    this.size = size;
    int bytes = (int) Math.min(WINDOW_BYTES, size);
    this.window = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  long size() {
    return size;
  }

  /** The bytes of the last {@link #require}. */
  ByteBuffer bytes() {
    return window;
  }

  /**
   * Brings {@code length} bytes, at most {@link #WINDOW_BYTES}, from {@code offset} on into the
   * window.
   *
   * @return where in {@link #bytes} they start, or -1 when the file ends before
   */
  int require(long offset, int length) {
    if (length < 0 || offset + length > size) {
      return -1;
    }
    if (offset < start || offset + length > start + filled) {
      load(offset);
    }
    return (int) (offset - start);
  }

  /** Reads again what is asked for next. */
  void forget() {
    filled = 0;
  }

  /** How many bytes are in the window from a place in {@link #bytes} on. */
  int loadedFrom(int index) {
    return filled - index;
  }

  private void load(long offset) {
    int wanted = (int) Math.min(WINDOW_BYTES, size - offset);
    window.clear().limit(wanted);
    start = offset;
    while (window.hasRemaining()) {
      long at = offset + window.position();
      try {
        if (file.read(window, at) <= 0) {
          break;
        }
      } catch (IOException refused) {
        readSectors(at);
      }
    }
    // A file that became shorter while it was read: what is gone is no entry either.
    while (window.hasRemaining()) {
      window.put((byte) 0);
    }
    filled = wanted;
    window.clear();
  }

  /**
   * Reads up to the window's limit, sector by sector, with zeros for those that the disk refuses.
   */
  private void readSectors(long from) {
    long at = from;
    while (window.hasRemaining()) {
      int limit = window.limit();
      int length = (int) Math.min(SECTOR_BYTES - at % SECTOR_BYTES, window.remaining());
      int sectorStart = window.position();
      window.limit(sectorStart + length);
      try {
        while (window.hasRemaining()
            && file.read(window, at + window.position() - sectorStart) > 0) {}
      } catch (IOException refused) {
        window.position(sectorStart);
      }
      while (window.hasRemaining()) {
        window.put((byte) 0);
      }
      window.limit(limit);
      at += length;
    }
  }
}
