package io.holdfast.testkit;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What one call wrote; never changed. */
final class Written {
  private static final ByteBuffer ZEROS = ByteBuffer.allocate(64 << 10);

  private final int length;
  private final byte @Nullable [] bytes;

  private Written(int length, byte @Nullable [] bytes) {
    this.length = length;
    this.bytes = bytes;
  }

  /** In bytes. */
  int length() {
    return length;
  }

  /** The bytes themselves, not a copy; null for zeros. */
  byte @Nullable [] bytes() {
    return bytes;
  }

  static Written of(byte... bytes) {
    return new Written(bytes.length, bytes);
  }

  static Written zeros(int length) {
    return new Written(length, null);
  }

  /**
   * Takes the first bytes of some buffers.
   *
   * @param untouched whether their positions stay
   */
  static Written of(ByteBuffer[] sources, int first, int length, boolean untouched) {
    byte[] bytes = areZeros(sources, first, length) ? null : new byte[length];
    int at = 0;
    for (int i = first; at < length; i++) {
      ByteBuffer from = untouched ? sources[i].duplicate() : sources[i];
      int count = Math.min(from.remaining(), length - at);
      if (bytes == null) {
        from.position(from.position() + count);
      } else {
        from.get(bytes, at, count);
      }
      at += count;
    }
    return new Written(length, bytes);
  }

  private static boolean areZeros(ByteBuffer[] sources, int first, int length) {
    int left = length;
    for (int i = first; left > 0; i++) {
      ByteBuffer source = sources[i];
      int count = Math.min(source.remaining(), left);
      for (int at = 0; at < count; at += ZEROS.capacity()) {
        int part = Math.min(count - at, ZEROS.capacity());
        ByteBuffer some = source.slice(source.position() + at, part);
        if (some.mismatch(ZEROS.slice(0, part)) >= 0) {
          return false;
        }
      }
      left -= count;
    }
    return true;
  }
}
