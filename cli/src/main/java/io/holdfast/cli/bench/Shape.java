package io.holdfast.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.SchemaFingerprint;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * What a bundle of a measurement looks like.
 *
 * @param rows rows of two 64-bit integers and a text of about 40 bytes
 */
public record Shape(int rows) {
  private static final SchemaFingerprint FINGERPRINT = SchemaFingerprint.ofName("holdfast-bench");
  private static final List<String> WORDS =
      List.of("accepted", "buffer", "checked", "durable", "event", "flushed", "gateway", "host");

  /**
   * Builds a bundle: the same one for the same number.
   *
   * @return the batch, which the caller closes
   */
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

  /** The batch as a bundle with one slot. */
  public static RecordBundle bundle(VectorSchemaRoot batch) {
    return RecordBundle.of(FINGERPRINT, batch);
  }

  private static String word(SplittableRandom random) {
    return WORDS.get(random.nextInt(WORDS.size()));
  }
}
