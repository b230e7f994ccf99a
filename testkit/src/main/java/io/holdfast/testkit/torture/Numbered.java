package io.holdfast.testkit.torture;

import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.SchemaFingerprint;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Bundles that a number decides, every byte of them, so that one that comes back can be checked by
 * itself: a row with the number, and noise of a length that the number decides as well.
 */
final class Numbered {
  private static final SchemaFingerprint FINGERPRINT = SchemaFingerprint.ofName("torture");
  private static final int SMALL_BYTES = 6_000;
  private static final int LARGE_BYTES = 300_000;
  private static final int LARGE_ONE_IN = 64;

  private Numbered() {}

  /** The batch of a number, which the caller closes. */
  static VectorSchemaRoot batch(BufferAllocator allocator, long number) {
    byte[] noise = noise(number);
    BigIntVector numbers = new BigIntVector("number", allocator);
    numbers.allocateNew(1);
    numbers.set(0, number);
    VarBinaryVector noises = new VarBinaryVector("noise", allocator);
    noises.allocateNew(noise.length, 1);
    noises.setSafe(0, noise);
    List<FieldVector> columns = List.of(numbers, noises);
    columns.forEach(column -> column.setValueCount(1));
    return new VectorSchemaRoot(columns);
  }

  /** The batch as a bundle. */
  static RecordBundle bundle(VectorSchemaRoot batch) {
    return RecordBundle.of(FINGERPRINT, batch);
  }

  private static byte[] noise(long number) {
    SplittableRandom random = new SplittableRandom(number);
    int most = random.nextInt(LARGE_ONE_IN) == 0 ? LARGE_BYTES : SMALL_BYTES;
    byte[] noise = new byte[random.nextInt(most)];
    random.nextBytes(noise);
    return noise;
  }

  /**
   * The number of a bundle.
   *
   * @throws BrokenPromiseException when the bundle is not the one of its number
   */
  static long check(RecordBundle bundle) {
    if (bundle.slots().size() == 1 && bundle.slots().getFirst().fingerprint().equals(FINGERPRINT)) {
      VectorSchemaRoot batch = bundle.slots().getFirst().root();
      if (batch.getRowCount() == 1
          && batch.getVector("number") instanceof BigIntVector numbers
          && batch.getVector("noise") instanceof VarBinaryVector noises) {
        long number = numbers.get(0);
        if (Arrays.equals(noises.get(0), noise(number))) {
          return number;
        }
        throw new BrokenPromiseException("bundle " + number + " came with other bytes");
      }
    }
    throw new BrokenPromiseException("a bundle came that nobody appended: " + bundle.slots());
  }
}
