package io.holdfast.engine.log;

import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A file's bytes through a window that moves forward. A sector that the disk refuses to read twice
 * looks like zeros, so that it is found to be no entry and what lies around it is; which ones these
 * are is kept, for nobody may take them for zeros that are there. One thread.
 */
final class ScanWindow {
  /** The most that can be asked for at once; what is read stays in the processor's cache. */
  private static final int WINDOW_BYTES = 1 << 18;

  /** How often a sector is asked for: what is refused once may be read the next time. */
  private static final int TRIES = 2;

  private final StorageFile file;
  private final long size;
  private final RefusedSectors refused;
  private final ByteBuffer window;
  private long start;
  private int filled;
  private long loaded;

  /**
   * A window on the first {@code size} bytes of a file.
   *
   * @param refused where what the disk refuses is noted
   */
  ScanWindow(StorageFile file, long size, RefusedSectors refused) {
    this.file = file;
    this.size = size;
    this.refused = refused;
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

  /** How many bytes were brought into the window so far. */
  long loaded() {
    return loaded;
  }

  private void load(long offset) {
    int wanted = (int) Math.min(WINDOW_BYTES, size - offset);
    window.clear().limit(wanted);
    start = offset;
    loaded += wanted;
    if (refused.hasAny(offset, offset + wanted) || refused.isMuch()) {
      readSectors(offset);
    }
    while (window.hasRemaining()) {
      long at = offset + window.position();
      try {
        if (file.read(window, at) <= 0) {
          break;
        }
      } catch (IOException e) {
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

  /** Reads up to the window's limit, sector by sector, with zeros for those that are refused. */
  private void readSectors(long from) {
    int end = window.limit();
    for (long at = from; window.position() < end; ) {
      int sectorStart = window.position();
      int bytes = RefusedSectors.SECTOR_BYTES;
      int length = (int) Math.min(bytes - at % bytes, end - sectorStart);
      window.limit(sectorStart + length);
      if (!refused.hasAny(at, at + length) && !refused.isMuch() && !readSector(at)) {
        refused.add(at);
        window.position(sectorStart);
      }
      while (window.hasRemaining()) {
        window.put((byte) 0);
      }
      at += length;
    }
    window.limit(end);
  }

  private boolean readSector(long at) {
    int sectorStart = window.position();
    for (int left = TRIES; left > 0; left--) {
      window.position(sectorStart);
      try {
        boolean _ = file.readFully(window, at);
        return true;
      } catch (IOException again) {
        // Once more, or it is refused.
      }
    }
    return false;
  }
}
