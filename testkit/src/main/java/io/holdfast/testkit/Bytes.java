package io.holdfast.testkit;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A run of bytes that grows. What lies behind {@link #size} is zero. */
final class Bytes {
  private byte[] array;
  private int size;

  Bytes() {
    this(new byte[0], 0);
  }

  private Bytes(byte[] array, int size) {
    this.array = array;
    this.size = size;
  }

  /** Takes the array as it is. */
  static Bytes of(byte... array) {
    return new Bytes(array, array.length);
  }

  Bytes copy() {
    return new Bytes(Arrays.copyOf(array, size), size);
  }

  int size() {
    return size;
  }

  byte[] toArray() {
    return Arrays.copyOf(array, size);
  }

  /** Copies up to what the target takes; -1 at or past the end. */
  int read(ByteBuffer target, long position, int most) {
    if (position >= size) {
      return -1;
    }
    int count = (int) Math.min(most, size - position);
    target.put(array, (int) position, count);
    return count;
  }

  void write(long position, Bytes source, int from, int count) {
    int end = Math.toIntExact(position + count);
    if (end > size) {
      resize(end);
    }
    System.arraycopy(source.array, from, array, (int) position, count);
  }

  void resize(long wanted) {
    int next = Math.toIntExact(wanted);
    if (next < size) {
      Arrays.fill(array, next, size, (byte) 0);
    } else if (next > array.length) {
      array = Arrays.copyOf(array, Math.max(next, (int) Math.min(1L << 30, array.length * 2L)));
    }
    size = next;
  }
}
