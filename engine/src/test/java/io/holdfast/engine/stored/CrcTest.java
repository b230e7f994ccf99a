package io.holdfast.engine.stored;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CrcTest {
  @Test
  void twoPiecesGiveTheChecksumOfTheWhole() {
    byte[] bytes = new byte[70_000];
    new Random(1).nextBytes(bytes);
    ByteBuffer whole = ByteBuffer.wrap(bytes);
    for (int split : new int[] {0, 1, 17, 4096, 65_537, bytes.length}) {
      int first = Crc.of(whole, 0, split);
      int second = Crc.of(whole, split, bytes.length - split);
      assertThat(Crc.combine(first, second, Crc.shiftBy(bytes.length - split)))
          .as("split at %d", split)
          .isEqualTo(Crc.of(whole, 0, bytes.length));
    }
  }
}
