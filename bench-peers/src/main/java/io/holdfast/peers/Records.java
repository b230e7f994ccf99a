package io.holdfast.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/** The records of one producer, which it repeats: bytes that nothing can compress. */
final class Records {
  private static final int DIFFERENT = 16;

  private final List<byte[]> all = new ArrayList<>();
  private final long[] checksums = new long[DIFFERENT];
  private final Tally used = new Tally();
  private int next;

  /**
   * Makes them.
   *
   * @param bytes of each
   * @param producer whose they are
   */
  Records(int bytes, long producer) {
    SplittableRandom random = new SplittableRandom(producer);
    for (int i = 0; i < DIFFERENT; i++) {
      byte[] data = new byte[bytes];
      random.nextBytes(data);
      CRC32 crc = new CRC32();
      crc.update(data);
      all.add(data);
      checksums[i] = crc.getValue();
    }
  }

  /** The next one. */
  byte[] next() {
    return all.get(next);
  }

  /** Counts what {@link #next} gave as appended, and goes on. */
  void appended() {
    used.add(checksums[next]);
    next = (next + 1) % DIFFERENT;
  }

  /** All that was appended. */
  Tally used() {
    return used;
  }
}
