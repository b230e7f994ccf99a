package io.holdfast.testkit;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A run of bytes that grows, in pages. What lies behind {@link #size} is zero. Pages of zeros take
 * no memory, and copies share their pages until one of them writes: a disk is copied at each crash,
 * and most of it is space that was made ahead.
 */
final class Bytes {
  private static final int PAGE = 4096;
  private static final byte[] ZEROS = new byte[PAGE];

  /** A null page is zeros. */
  private byte[] @Nullable [] pages;

  /** Which pages nobody else has. */
  private boolean[] own;

  private int size;

  Bytes() {
    this(new byte[4][], 0);
  }

  private Bytes(byte[] @Nullable [] pages, int size) {
    this.pages = pages;
    this.own = new boolean[pages.length];
    this.size = size;
  }

  Bytes copy() {
    Arrays.fill(own, false);
    return new Bytes(pages.clone(), size);
  }

  int size() {
    return size;
  }

  byte[] toArray() {
    byte[] array = new byte[size];
    read(ByteBuffer.wrap(array), 0, size);
    return array;
  }

  /** Copies up to what the target takes; -1 at or past the end. */
  int read(ByteBuffer target, long position, int most) {
    if (position >= size) {
      return -1;
    }
    int count = (int) Math.min(most, size - position);
    int at = (int) position;
    for (int left = count; left > 0; ) {
      int in = at % PAGE;
      int part = Math.min(left, PAGE - in);
      byte[] page = pages[at / PAGE];
      target.put(page == null ? ZEROS : page, in, part);
      at += part;
      left -= part;
    }
    return count;
  }

  /** Whether all bytes of a range are zeros, or behind the end. */
  boolean isZero(long position, int count) {
    int end = (int) Math.min(size, position + count);
    for (int at = (int) Math.min(position, size); at < end; ) {
      int in = at % PAGE;
      int part = Math.min(end - at, PAGE - in);
      byte[] page = pages[at / PAGE];
      if (page != null && !Arrays.equals(page, in, in + part, ZEROS, 0, part)) {
        return false;
      }
      at += part;
    }
    return true;
  }

  void write(long position, Written source) {
    write(position, source, 0, source.length());
  }

  /** Writes a part of {@code source}. */
  void write(long position, Written source, int from, int count) {
    int end = Math.toIntExact(position + count);
    if (end > size) {
      resize(end);
    }
    byte[] bytes = source.bytes();
    int at = (int) position;
    while (at < end) {
      int in = at % PAGE;
      int part = Math.min(end - at, PAGE - in);
      if (bytes != null) {
        System.arraycopy(bytes, from + at - (int) position, page(at / PAGE), in, part);
      } else {
        clear(at, part);
      }
      at += part;
    }
  }

  /** Makes zeros of bytes of one page. */
  private void clear(int at, int count) {
    if (count == PAGE) {
      pages[at / PAGE] = null;
    } else if (pages[at / PAGE] != null) {
      Arrays.fill(page(at / PAGE), at % PAGE, at % PAGE + count, (byte) 0);
    }
  }

  /** A page to write to. */
  private byte[] page(int index) {
    byte[] page = pages[index];
    if (page == null || !own[index]) {
      page = page == null ? new byte[PAGE] : page.clone();
      pages[index] = page;
      own[index] = true;
    }
    return page;
  }

  void resize(long wanted) {
    int next = Math.toIntExact(wanted);
    int needed = (next + PAGE - 1) / PAGE;
    if (next < size) {
      int kept = next % PAGE;
      if (kept > 0) {
        clear(next, PAGE - kept);
      }
      Arrays.fill(pages, needed, pages.length, null);
    } else if (needed > pages.length) {
      int room = Math.max(needed, pages.length * 2);
      pages = Arrays.copyOf(pages, room);
      own = Arrays.copyOf(own, room);
    }
    size = next;
  }
}
