package io.holdfast.script.library;

/**
 * The random numbers of an event, which follow from its time: xoshiro256++, whose state PCG32
 * fills. They are those of the reference, so that a run with given times can be repeated there and
 * here.
 */
final class EventRandom {
  private static final long MULTIPLIER = 6364136223846793005L;
  private static final long INCREMENT = 0xA17654E46FBE17F3L;

  private final long[] state = new long[4];

  EventRandom(long seed) {
    long filler = seed;
    for (int i = 0; i < 2 * state.length; i++) {
      filler = filler * MULTIPLIER + INCREMENT;
      int folded = (int) (((filler >>> 18) ^ filler) >>> 27);
      long half = Integer.toUnsignedLong(Integer.rotateRight(folded, (int) (filler >>> 59)));
      state[i / 2] |= half << (32 * (i % 2));
    }
  }

  long nextLong() {
    long next = Long.rotateLeft(state[0] + state[3], 23) + state[0];
    long shifted = state[1] << 17;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = Long.rotateLeft(state[3], 45);
    return next;
  }

  /** The upper bits: the lower ones are a little less random. */
  int nextInt() {
    return (int) (nextLong() >>> 32);
  }

  boolean nextBoolean() {
    return nextInt() < 0;
  }

  /** A float from 0 up to 1. */
  double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** An integer from one up to another, which is larger and not part of the range. */
  long between(long from, long to) {
    long range = to - from;
    long zone = (range << Long.numberOfLeadingZeros(range)) - 1;
    while (true) {
      long drawn = nextLong();
      if (Long.compareUnsigned(drawn * range, zone) <= 0) {
        return from + Math.unsignedMultiplyHigh(drawn, range);
      }
    }
  }

  /** A float from one up to another, which is larger and not part of the range. */
  double between(double from, double to) {
    double scale = to - from;
    while (true) {
      double part = Double.longBitsToDouble((nextLong() >>> 12) | 0x3FF0000000000000L) - 1.0;
      double drawn = part * scale + from;
      if (drawn < to) {
        return drawn;
      }
    }
  }
}
