package io.holdfast.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.SchemaFingerprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** What the bundles of a measurement look like. */
public sealed interface Shape {
  /**
   * One batch of two 64-bit integers and a text of about 40 bytes.
   *
   * @param rows in a bundle
   */
  record Rows(int rows) implements Shape {
    @Override
    public Built build(BufferAllocator allocator, long number) {
      SplittableRandom random = new SplittableRandom(number);
      BigIntVector ids = new BigIntVector("id", allocator);
      BigIntVector values = new BigIntVector("value", allocator);
      ids.allocateNew(rows);
      values.allocateNew(rows);
      for (int row = 0; row < rows; row++) {
        ids.set(row, number * rows + row);
        values.set(row, random.nextLong());
      }
      return Built.of(batch(rows, ids, values, texts("message", allocator, number, rows, random)));
    }

    @Override
    public String toString() {
      return rows + " rows";
    }
  }

  /**
   * One batch of many columns: of four, two are 64-bit integers, one holds floats, one texts.
   *
   * @param rows in a bundle
   * @param columns of each row
   */
  record Wide(int rows, int columns) implements Shape {
    @Override
    public Built build(BufferAllocator allocator, long number) {
      SplittableRandom random = new SplittableRandom(number);
      List<FieldVector> all = new ArrayList<>();
      for (int column = 0; column < columns; column++) {
        all.add(column("column" + column, column % 4, allocator, number, random));
      }
      return Built.of(batch(rows, all.toArray(FieldVector[]::new)));
    }

    private FieldVector column(
        String name, int kind, BufferAllocator allocator, long number, SplittableRandom random) {
      if (kind == 2) {
        Float8Vector floats = new Float8Vector(name, allocator);
        floats.allocateNew(rows);
        for (int row = 0; row < rows; row++) {
          floats.set(row, random.nextDouble());
        }
        return floats;
      }
      if (kind == 3) {
        return texts(name, allocator, number, rows, random);
      }
      BigIntVector integers = new BigIntVector(name, allocator);
      integers.allocateNew(rows);
      for (int row = 0; row < rows; row++) {
        integers.set(row, random.nextLong());
      }
      return integers;
    }

    @Override
    public String toString() {
      return rows + " rows of " + columns;
    }
  }

  /**
   * Log records as OpenTelemetry's Arrow protocol lays them out: one slot for the records, another
   * for their attributes, three to each.
   *
   * @param rows in a bundle
   */
  record Logs(int rows) implements Shape {
    private static final int ATTRIBUTES = 3;

    @Override
    public Built build(BufferAllocator allocator, long number) {
      SplittableRandom random = new SplittableRandom(number);
      UInt2Vector ids = new UInt2Vector("id", allocator);
      BigIntVector times = new BigIntVector("time_unix_nano", allocator);
      IntVector severities = new IntVector("severity_number", allocator);
      ids.allocateNew(rows);
      times.allocateNew(rows);
      severities.allocateNew(rows);
      UInt2Vector parents = new UInt2Vector("parent_id", allocator);
      UInt1Vector types = new UInt1Vector("type", allocator);
      parents.allocateNew(rows * ATTRIBUTES);
      types.allocateNew(rows * ATTRIBUTES);
      for (int row = 0; row < rows; row++) {
        ids.set(row, row);
        times.set(row, (number * rows + row) * 1_000_000);
        severities.set(row, random.nextInt(1, 25));
        for (int i = 0; i < ATTRIBUTES; i++) {
          parents.set(row * ATTRIBUTES + i, row);
          types.set(row * ATTRIBUTES + i, 1);
        }
      }
      VectorSchemaRoot records =
          batch(rows, ids, times, severities, texts("body", allocator, number, rows, random));
      VectorSchemaRoot attributes =
          batch(
              rows * ATTRIBUTES,
              parents,
              words("key", allocator, rows * ATTRIBUTES, random),
              types,
              words("str", allocator, rows * ATTRIBUTES, random));
      return new Built(
          RecordBundle.builder()
              .slot(0, SchemaFingerprint.ofName("holdfast-bench-logs"), records)
              .slot(1, SchemaFingerprint.ofName("holdfast-bench-attributes"), attributes)
              .build(),
          List.of(records, attributes));
    }

    @Override
    public String toString() {
      return rows + " logs";
    }
  }

  /**
   * One row with one binary value.
   *
   * @param bytes its length
   */
  record Binary(int bytes) implements Shape {
    @Override
    public Built build(BufferAllocator allocator, long number) {
      byte[] noise = new byte[bytes];
      new SplittableRandom(number).nextBytes(noise);
      VarBinaryVector values = new VarBinaryVector("value", allocator);
      values.allocateNew(bytes, 1);
      values.setSafe(0, noise);
      return Built.of(batch(1, values));
    }

    @Override
    public String toString() {
      return "1 binary of " + (bytes >> 10) + " KiB";
    }
  }

  /**
   * A bundle and the batches behind it, to be appended as often as wanted.
   *
   * @param bundle what is appended
   * @param batches its memory, which closing this gives back
   */
  record Built(RecordBundle bundle, List<VectorSchemaRoot> batches) implements AutoCloseable {
    private static final SchemaFingerprint FINGERPRINT = SchemaFingerprint.ofName("holdfast-bench");

    private static Built of(VectorSchemaRoot batch) {
      return new Built(RecordBundle.of(FINGERPRINT, batch), List.of(batch));
    }

    @Override
    public void close() {
      batches.forEach(VectorSchemaRoot::close);
    }
  }

  /** How {@link #of} knows rows, columns and log records. */
  Pattern ROWS = Pattern.compile("([1-9]\\d{0,5})(?:x([1-9]\\d?)|(logs))?");

  /** Log records are numbered in 16 bits. */
  int MAX_LOGS = 65_535;

  /**
   * The shape that a text means: {@code 1000}, {@code 1000x10}, {@code 1000logs}, {@code 64KiB}.
   */
  static Optional<Shape> of(String text) {
    Matcher matcher = ROWS.matcher(text);
    if (matcher.matches()) {
      int count = Integer.parseInt(matcher.group(1));
      if (matcher.group(2) != null) {
        return Optional.of(new Wide(count, Integer.parseInt(matcher.group(2))));
      }
      if (matcher.group(3) == null) {
        return Optional.of(new Rows(count));
      }
      return count <= MAX_LOGS ? Optional.of(new Logs(count)) : Optional.empty();
    }
    return text.matches("[1-9]\\d{0,4}KiB")
        ? Optional.of(new Binary(Integer.parseInt(text.replace("KiB", "")) << 10))
        : Optional.empty();
  }

  /** Words of the texts. */
  List<String> WORDS =
      List.of("accepted", "buffer", "checked", "durable", "event", "flushed", "gateway", "host");

  /**
   * Builds a bundle: the same one for the same number.
   *
   * @return the bundle, which the caller closes
   */
  Built build(BufferAllocator allocator, long number);

  private static VectorSchemaRoot batch(int rows, FieldVector... columns) {
    for (FieldVector column : columns) {
      column.setValueCount(rows);
    }
    return new VectorSchemaRoot(List.of(columns));
  }

  private static VarCharVector texts(
      String name, BufferAllocator allocator, long number, int rows, SplittableRandom random) {
    VarCharVector texts = new VarCharVector(name, allocator);
    texts.allocateNew(48L * rows, rows);
    for (int row = 0; row < rows; row++) {
      String text = "bundle " + number + " row " + row + " " + word(random) + " " + word(random);
      texts.setSafe(row, text.getBytes(UTF_8));
    }
    return texts;
  }

  private static VarCharVector words(
      String name, BufferAllocator allocator, int rows, SplittableRandom random) {
    VarCharVector words = new VarCharVector(name, allocator);
    words.allocateNew(8L * rows, rows);
    for (int row = 0; row < rows; row++) {
      words.setSafe(row, word(random).getBytes(UTF_8));
    }
    return words;
  }

  private static String word(SplittableRandom random) {
    return WORDS.get(random.nextInt(WORDS.size()));
  }
}
