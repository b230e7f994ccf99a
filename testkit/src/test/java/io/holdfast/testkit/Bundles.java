package io.holdfast.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.SchemaFingerprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * Bundles by number: the number is the first value of slot 0 and decides all the rest, so that a
 * bundle that comes back can be compared with what went in, whenever that was. One thread at a
 * time.
 */
final class Bundles implements AutoCloseable {
  static final SchemaFingerprint PLAIN = SchemaFingerprint.ofName("plain");
  static final SchemaFingerprint ROWS = SchemaFingerprint.ofName("rows");
  static final SchemaFingerprint MIXED = SchemaFingerprint.ofName("mixed");
  private static final String NUMBER = "number";
  private static final byte[] NOISE = new byte[(4 << 20) + 1000];

  static {
    new Random(1).nextBytes(NOISE);
    for (int i = 0; i < NOISE.length; i++) {
      NOISE[i] = (byte) ('a' + (NOISE[i] & 15));
    }
  }

  private final BufferAllocator allocator = new RootAllocator();

  /** What builds a bundle's batches; they live as long as this is open. */
  static final class Built implements AutoCloseable {
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final RecordBundle bundle;

    private Built(RecordBundle bundle, List<AutoCloseable> owned) {
      this.bundle = bundle;
      this.owned.addAll(owned);
    }

    RecordBundle bundle() {
      return bundle;
    }

    @Override
    public void close() {
      for (AutoCloseable one : owned) {
        try {
          one.close();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  /** One row with the number, in slot 0. */
  Built small(long number) {
    return sized(number, 0);
  }

  /** One row with the number and {@code bytes} bytes of noise beside it. */
  Built sized(long number, int bytes) {
    BigIntVector numbers = numbers(number, 1);
    VarCharVector noise = new VarCharVector("noise", allocator);
    int start = (int) (number % 1000);
    if (start + bytes <= NOISE.length) {
      noise.setSafe(0, NOISE, start, bytes);
    } else {
      byte[] more = new byte[bytes];
      for (int at = 0; at < bytes; at++) {
        more[at] = NOISE[(start + at) % NOISE.length];
      }
      noise.setSafe(0, more);
    }
    noise.setValueCount(1);
    VectorSchemaRoot root = new VectorSchemaRoot(List.of(numbers, noise));
    root.setRowCount(1);
    return new Built(RecordBundle.of(PLAIN, root), List.of(root));
  }

  /** A row for each number, in slot 0. */
  Built rows(long... values) {
    BigIntVector numbers = numbers(0, values.length);
    for (int row = 0; row < values.length; row++) {
      numbers.set(row, values[row]);
    }
    VectorSchemaRoot root = new VectorSchemaRoot(List.of(numbers));
    root.setRowCount(values.length);
    return new Built(RecordBundle.of(ROWS, root), List.of(root));
  }

  /**
   * What is left of the bundle with this number when it was given up in part so many times; it has
   * the same number.
   */
  Built rest(long number, int times) {
    return rows(number, -times);
  }

  /** Several slots of every kind, as the number's own random decides; slot 0 has the number. */
  Built mixed(long number) {
    SplittableRandom random = new SplittableRandom(number);
    List<AutoCloseable> owned = new ArrayList<>();
    RecordBundle.Builder builder = RecordBundle.builder();
    int slots = 1 + random.nextInt(3);
    for (int i = 0; i < slots; i++) {
      int slot = i == 0 ? 0 : i * 20 + random.nextInt(20);
      int rows = i == 0 ? 1 + random.nextInt(40) : random.nextInt(40);
      addSlot(builder, slot, rows, number, random, owned);
    }
    return new Built(builder.build(), owned);
  }

  private void addSlot(
      RecordBundle.Builder builder,
      int slot,
      int rows,
      long number,
      SplittableRandom random,
      List<AutoCloseable> owned) {
    BigIntVector numbers = numbers(number, rows);
    VarCharVector texts = new VarCharVector("text", allocator);
    for (int row = 0; row < rows; row++) {
      if (random.nextInt(4) > 0) {
        texts.setSafe(row, ("é" + random.nextInt()).repeat(random.nextInt(4)).getBytes(UTF_8));
      }
    }
    texts.setValueCount(rows);

    DictionaryEncoding encoding = new DictionaryEncoding(7, false, new ArrowType.Int(32, true));
    VarCharVector words =
        new VarCharVector(
            "words", new FieldType(true, ArrowType.Utf8.INSTANCE, encoding), allocator);
    int size = 1 + random.nextInt(5);
    for (int word = 0; word < size; word++) {
      words.setSafe(word, ("word " + random.nextInt(1000)).getBytes(UTF_8));
    }
    words.setValueCount(size);
    IntVector index =
        new IntVector(
            "word", new FieldType(true, new ArrowType.Int(32, true), encoding), allocator);
    for (int row = 0; row < rows; row++) {
      if (random.nextBoolean()) {
        index.setSafe(row, random.nextInt(size));
      }
    }
    index.setValueCount(rows);

    VectorSchemaRoot root = new VectorSchemaRoot(List.of(numbers, texts, index));
    root.setRowCount(rows);
    owned.add(root);
    owned.add(words);
    builder.slot(slot, MIXED, root, new MapDictionaryProvider(new Dictionary(words, encoding)));
  }

  private BigIntVector numbers(long first, int rows) {
    BigIntVector vector =
        new BigIntVector(
            new Field(NUMBER, new FieldType(false, new ArrowType.Int(64, true), null), null),
            allocator);
    vector.allocateNew(rows);
    for (int row = 0; row < rows; row++) {
      vector.setSafe(row, first + row);
    }
    vector.setValueCount(rows);
    return vector;
  }

  /** The numbers of all rows of slot 0. */
  static List<Long> numbers(RecordBundle bundle) {
    VectorSchemaRoot root = bundle.slot(0).orElseThrow().root();
    List<Long> numbers = new ArrayList<>();
    for (int row = 0; row < root.getRowCount(); row++) {
      numbers.add(((BigIntVector) root.getVector(NUMBER)).get(row));
    }
    return numbers;
  }

  /** The number of a bundle that was made here. */
  static long number(RecordBundle bundle) {
    VectorSchemaRoot root = bundle.slot(0).orElseThrow().root();
    return ((BigIntVector) root.getVector(NUMBER)).get(0);
  }

  /** All that a bundle says: slots, fingerprints, fields, values with dictionaries looked up. */
  static String describe(RecordBundle bundle) {
    StringBuilder text = new StringBuilder();
    for (RecordBundle.Slot slot : bundle.slots()) {
      text.append(slot.id()).append(' ').append(slot.fingerprint()).append(' ');
      text.append(slot.rowCount()).append(" rows\n");
      VectorSchemaRoot root = slot.root();
      text.append(root.getSchema().getCustomMetadata()).append('\n');
      for (FieldVector vector : root.getFieldVectors()) {
        Field field = vector.getField();
        text.append(field.getName()).append(' ').append(field.isNullable()).append(' ');
        text.append(field.getType()).append(' ').append(field.getDictionary()).append(':');
        for (int row = 0; row < root.getRowCount(); row++) {
          text.append(' ').append(value(vector, row, slot.dictionaries()));
        }
        text.append('\n');
      }
    }
    return text.toString();
  }

  /** A hash over the same as {@link #describe}, many times faster. */
  static long hash(RecordBundle bundle) {
    long hash = bundle.slots().size();
    for (RecordBundle.Slot slot : bundle.slots()) {
      hash = 31 * hash + slot.id();
      hash = 31 * hash + slot.fingerprint().hashCode();
      VectorSchemaRoot root = slot.root();
      hash = 31 * hash + root.getSchema().hashCode();
      hash = 31 * hash + root.getRowCount();
      for (FieldVector vector : root.getFieldVectors()) {
        DictionaryEncoding encoding = vector.getField().getDictionary();
        FieldVector values =
            encoding == null ? vector : slot.dictionaries().lookup(encoding.getId()).getVector();
        for (int row = 0; row < root.getRowCount(); row++) {
          hash *= 31;
          if (!vector.isNull(row)) {
            int at = encoding == null ? row : ((IntVector) vector).get(row);
            hash += values.hashCode(at);
          }
        }
      }
    }
    return hash;
  }

  private static Object value(FieldVector vector, int row, DictionaryProvider dictionaries) {
    Object value = vector.getObject(row);
    DictionaryEncoding encoding = vector.getField().getDictionary();
    if (value == null) {
      return "null";
    }
    if (encoding == null) {
      return value;
    }
    return "→"
        + dictionaries.lookup(encoding.getId()).getVector().getObject(((Number) value).intValue());
  }

  BufferAllocator allocator() {
    return allocator;
  }

  /** Fails when a batch that was made here is still open. */
  @Override
  public void close() {
    allocator.close();
  }
}
