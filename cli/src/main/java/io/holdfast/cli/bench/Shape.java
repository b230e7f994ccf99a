package io.holdfast.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.SchemaFingerprint;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** What the bundles of a measurement look like: one batch each. */
public sealed interface Shape {
  /**
   * Rows of two 64-bit integers and a text of about 40 bytes.
   *
   * @param rows in a bundle
   */
  record Rows(int rows) implements Shape {
    @Override
    public VectorSchemaRoot batch(BufferAllocator allocator, long number) {
      SplittableRandom random = new SplittableRandom(number);
      BigIntVector ids = new BigIntVector("id", allocator);
      BigIntVector values = new BigIntVector("value", allocator);
      VarCharVector messages = new VarCharVector("message", allocator);
      ids.allocateNew(rows);
      values.allocateNew(rows);
      messages.allocateNew(48L * rows, rows);
      for (int row = 0; row < rows; row++) {
        ids.set(row, number * rows + row);
        values.set(row, random.nextLong());
        String text = "bundle " + number + " row " + row + " " + word(random) + " " + word(random);
        messages.setSafe(row, text.getBytes(UTF_8));
      }
      List<FieldVector> columns = List.of(ids, values, messages);
      columns.forEach(column -> column.setValueCount(rows));
      return new VectorSchemaRoot(columns);
    }

    private static String word(SplittableRandom random) {
      return WORDS.get(random.nextInt(WORDS.size()));
    }

    @Override
    public String toString() {
      return rows + " rows";
    }
  }

  /**
   * One row with one binary value.
   *
   * @param bytes its length
   */
  record Binary(int bytes) implements Shape {
    @Override
    public VectorSchemaRoot batch(BufferAllocator allocator, long number) {
      byte[] noise = new byte[bytes];
      new SplittableRandom(number).nextBytes(noise);
      VarBinaryVector values = new VarBinaryVector("value", allocator);
      values.allocateNew(bytes, 1);
      values.setSafe(0, noise);
      values.setValueCount(1);
      return new VectorSchemaRoot(List.of(values));
    }

    @Override
    public String toString() {
      return "1 binary of " + (bytes >> 10) + " KiB";
    }
  }

  /** Words of the texts. */
  List<String> WORDS =
      List.of("accepted", "buffer", "checked", "durable", "event", "flushed", "gateway", "host");

  /** The fingerprint of each slot. */
  SchemaFingerprint FINGERPRINT = SchemaFingerprint.ofName("holdfast-bench");

  /**
   * Builds a batch: the same one for the same number.
   *
   * @return the batch, which the caller closes
   */
  VectorSchemaRoot batch(BufferAllocator allocator, long number);

  /** The batch as a bundle with one slot. */
  static RecordBundle bundle(VectorSchemaRoot batch) {
    return RecordBundle.of(FINGERPRINT, batch);
  }
}
