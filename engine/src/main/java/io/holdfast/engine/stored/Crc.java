package io.holdfast.engine.stored;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * CRC-32 of two pieces from the CRCs of each. A CRC is a remainder modulo a polynomial over GF(2),
 * so appending n bytes multiplies what came before by x<sup>8n</sup>. Method: Mark Adler's in zlib,
 * {@code crc32_combine_op}.
 */
public final class Crc {
  private static final int POLYNOMIAL = 0xEDB88320;

  /** x to the power of 2 to the power of the index. */
  private static final int[] POWERS = new int[32];

  static {
    int power = 1 << 30;
    for (int i = 0; i < POWERS.length; i++) {
      POWERS[i] = power;
      power = multiply(power, power);
    }
  }

  private Crc() {}

  /** The CRC of {@code length} bytes of a buffer, wherever its position is. */
  public static int of(ByteBuffer buffer, int offset, int length) {
    CRC32 crc = new CRC32();
    crc.update(buffer.slice(offset, length));
    return (int) crc.getValue();
  }

  /** What appending {@code length} bytes multiplies by; for {@link #combine}. */
  public static int shiftBy(long length) {
    int product = 1 << 31;
    int index = 3;
    for (long left = length; left != 0; left >>>= 1) {
      if ((left & 1) != 0) {
        product = multiply(POWERS[index & 31], product);
      }
      index++;
    }
    return product;
  }

  /** The CRC of a first piece followed by a second one, whose length {@code shift} stands for. */
  public static int combine(int first, int second, int shift) {
    return multiply(shift, first) ^ second;
  }

  /** Without branches: which bits are set follows no pattern. */
  private static int multiply(int a, int b) {
    int product = 0;
    int factor = b;
    for (int bit = 31; bit >= 0; bit--) {
      product ^= factor & -((a >>> bit) & 1);
      factor = (factor >>> 1) ^ (POLYNOMIAL & -(factor & 1));
    }
    return product;
  }
}
