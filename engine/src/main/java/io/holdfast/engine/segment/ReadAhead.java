package io.holdfast.engine.segment;

import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads many small parts with one call of the disk for whoever reads one after the other, as a
 * subscriber does that drains a backlog. Thread-safe, and nobody waits for another's read: what is
 * not here at once is read alone, as is what nobody has come to in order.
 */
final class ReadAhead {
  /** Larger parts gain nothing. */
  private static final int LARGEST_PART = 32 << 10;

  private static final int WINDOW_BYTES = 128 << 10;

  /** So many streams, and places in them, are followed. */
  private static final int WINDOWS = 16;

  private final ReentrantLock lock = new ReentrantLock();
  private final Window[] windows = new Window[WINDOWS];
  private final AtomicLong diskReads;
  private long clock;

  /**
   * Nothing yet.
   *
   * @param diskReads counts the calls that have worked
   */
  ReadAhead(AtomicLong diskReads) {
    this.diskReads = diskReads;
    for (int i = 0; i < WINDOWS; i++) {
      windows[i] = new Window();
    }
  }

  /**
   * Fills {@code target} with bytes of a segment, if they are here, or follow what was read last.
   *
   * @return whether it did; else nothing was done, and why shows the caller's own read
   */
  boolean fill(SegmentFile file, StorageFile handle, ByteBuffer target, long from) {
    boolean isThere = from >= 0 && from <= file.size() - target.remaining();
    if (!isThere || target.remaining() > LARGEST_PART || !lock.tryLock()) {
      return false;
    }
    try {
      long end = from + target.remaining();
      Window window = follow(file, from);
      if (window == null) {
        leastUsed().expect(file, end);
        return false;
      }
      if (end > window.end()) {
        if (!window.read(handle, from, end)) {
          return false;
        }
        diskReads.incrementAndGet();
      }
      window.copy(target, from);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Window follow(SegmentFile file, long from) {
    for (Window window : windows) {
      if (window.file == file && from >= window.start && from <= window.end()) {
        window.used = ++clock;
        return window;
      }
    }
    return null;
  }

  private Window leastUsed() {
    Window least = windows[0];
    for (Window window : windows) {
      if (window.used < least.used) {
        least = window;
      }
    }
    least.used = ++clock;
    return least;
  }

  /** Some bytes of a segment; or none, and where the next are expected. */
  private static final class Window {
    private @Nullable SegmentFile file;
    private long start;
    private @Nullable ByteBuffer bytes;
    private long used;

    long end() {
      return start + (bytes == null ? 0 : bytes.limit());
    }

    void expect(SegmentFile newFile, long next) {
      file = newFile;
      start = next;
      if (bytes != null) {
        bytes.limit(0);
      }
    }

    /** Reads on from a place, at least to another one; whether that was there. */
    boolean read(StorageFile handle, long from, long least) {
      ByteBuffer into = bytes == null ? ByteBuffer.allocateDirect(WINDOW_BYTES) : bytes;
      bytes = into;
      start = from;
      into.clear();
      try {
        boolean _ = handle.readFully(into, from);
      } catch (IOException refused) {
        // Perhaps only of what lies further on: what is in the buffer was read.
      } finally {
        into.flip();
      }
      if (end() >= least) {
        return true;
      }
      file = null;
      return false;
    }

    void copy(ByteBuffer target, long from) {
      int length = target.remaining();
      if (bytes != null) {
        target.put(target.position(), bytes, (int) (from - start), length);
      }
      target.position(target.position() + length);
    }
  }
}
