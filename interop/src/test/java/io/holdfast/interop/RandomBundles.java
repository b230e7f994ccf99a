package io.holdfast.interop;

import io.holdfast.cli.canonical.CanonicalBundle;
import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.SchemaFingerprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Random bundles, one after the other: slots come and go, a slot's schema changes now and then, its
 * dictionaries with every bundle. One seed gives the same bundles each time.
 */
final class RandomBundles implements AutoCloseable {
  private final Random random;
  private final BufferAllocator allocator = new RootAllocator();
  private final TreeMap<Integer, Schema> slots = new TreeMap<>();
  private final long seed;
  private int schemas;

  private final boolean rustWrites;
  private final int ballast;

  /**
   * A source of bundles.
   *
   * @param rustWrites whether the Rust engine is to write segments of them: it unifies dictionaries
   *     of columns and of the fields of a struct column, and fails on those that lie deeper
   */
  RandomBundles(long seed, boolean rustWrites) {
    this(seed, rustWrites, 0);
  }

  /** As {@link #RandomBundles(long, boolean)}, each with up to so many bytes more. */
  RandomBundles(long seed, boolean rustWrites, int ballast) {
    this.seed = seed;
    random = new Random(seed);
    this.rustWrites = rustWrites;
    this.ballast = ballast;
    int count = random.nextInt(10) == 0 ? RecordBundle.MAX_SLOTS : 1 + random.nextInt(4);
    while (slots.size() < count) {
      slots.put(random.nextInt(RecordBundle.MAX_SLOTS), newSchema());
    }
  }

  /**
   * What a slot holds.
   *
   * @param fingerprint of the schema
   * @param columns of every batch
   * @param dictionaries their values
   */
  private record Schema(
      SchemaFingerprint fingerprint,
      List<Field> columns,
      Map<DictionaryEncoding, Field> dictionaries) {}

  private Schema newSchema() {
    RandomFields fields = new RandomFields(random, !rustWrites);
    List<Field> columns = fields.columns();
    return new Schema(
        SchemaFingerprint.ofName("schema " + seed + "/" + schemas++),
        columns,
        fields.dictionaries());
  }

  /** Makes the next bundle, lends it, and frees it; {@code use} also gets its digest. */
  void next(BiConsumer<RecordBundle, String> use) {
    if (random.nextInt(6) == 0) {
      List<Integer> ids = List.copyOf(slots.keySet());
      slots.put(ids.get(random.nextInt(ids.size())), newSchema());
    }
    boolean empty = random.nextInt(15) == 0;
    RecordBundle.Builder builder = RecordBundle.builder();
    List<AutoCloseable> owned = new ArrayList<>();
    try {
      slots.forEach(
          (id, schema) -> {
            if (!empty && random.nextInt(5) > 0) {
              add(builder, id, schema, owned);
            }
          });
      if (ballast > 0) {
        addBallast(builder, owned);
      }
      RecordBundle bundle = builder.build();
      use.accept(bundle, CanonicalBundle.digest(bundle));
    } finally {
      owned.forEach(RandomBundles::free);
    }
  }

  private void add(RecordBundle.Builder builder, int id, Schema schema, List<AutoCloseable> owned) {
    MapDictionaryProvider dictionaries = new MapDictionaryProvider();
    RandomRows rows = new RandomRows(random, dictionaries);
    schema.dictionaries.forEach(
        (encoding, values) -> {
          FieldVector vector = values.createVector(allocator);
          owned.add(vector);
          rows.fill(vector, random.nextInt(values.isNullable() ? 0 : 1, 40));
          dictionaries.put(new Dictionary(vector, encoding));
        });
    int count = random.nextInt(6) == 0 ? 0 : random.nextInt(20);
    List<FieldVector> columns = new ArrayList<>();
    for (Field column : schema.columns) {
      FieldVector vector = column.createVector(allocator);
      owned.add(vector);
      rows.fill(vector, count);
      columns.add(vector);
    }
    builder.slot(
        id, schema.fingerprint, new VectorSchemaRoot(schema.columns, columns, count), dictionaries);
  }

  /** In a slot that has nothing else; none when all have something. */
  private void addBallast(RecordBundle.Builder builder, List<AutoCloseable> owned) {
    int id = 0;
    while (slots.containsKey(id)) {
      id++;
    }
    if (id < RecordBundle.MAX_SLOTS) {
      byte[] bytes = new byte[1 + random.nextInt(ballast)];
      random.nextBytes(bytes);
      VarBinaryVector vector = new VarBinaryVector("ballast", allocator);
      owned.add(vector);
      vector.setSafe(0, bytes);
      vector.setValueCount(1);
      builder.slot(id, SchemaFingerprint.ofName("ballast"), VectorSchemaRoot.of(vector));
    }
  }

  private static void free(AutoCloseable one) {
    try {
      one.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Fails when a bundle's memory was not given back. */
  @Override
  public void close() {
    allocator.close();
  }
}
