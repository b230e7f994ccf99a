package io.holdfast.fuzz.engine;

import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.SchemaFingerprint;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.FieldType;

/** Small bundles of most kinds of columns, and a look at every value of one. */
final class Rows {
  private static final SchemaFingerprint PLAIN = SchemaFingerprint.ofName("plain");
  private static final SchemaFingerprint NESTED = SchemaFingerprint.ofName("nested");

  private Rows() {}

  /** Two slots: numbers and text, and a list, a struct and a dictionary; valid for the call. */
  static void withBundle(int rows, Consumer<RecordBundle> user) {
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot plain = plain(rows, allocator);
        VarCharVector words = words("words", 2, allocator);
        VectorSchemaRoot nested = nested(rows, allocator)) {
      user.accept(
          RecordBundle.builder()
              .slot(0, PLAIN, plain)
              .slot(
                  5,
                  NESTED,
                  nested,
                  new MapDictionaryProvider(new Dictionary(words, dictionaryEncoding())))
              .build());
    }
  }

  private static VectorSchemaRoot plain(int rows, BufferAllocator allocator) {
    BigIntVector numbers = new BigIntVector("number", allocator);
    for (int row = 0; row < rows; row++) {
      numbers.setSafe(row, row);
    }
    numbers.setValueCount(rows);
    return root(rows, numbers, words("text", rows, allocator));
  }

  private static VectorSchemaRoot nested(int rows, BufferAllocator allocator) {
    ListVector list = ListVector.empty("list", allocator);
    UnionListWriter writer = list.getWriter();
    for (int row = 0; row < rows; row++) {
      writer.setPosition(row);
      writer.startList();
      writer.bigInt().writeBigInt(row);
      writer.endList();
    }
    list.setValueCount(rows);
    StructVector struct = StructVector.empty("struct", allocator);
    IntVector inner =
        struct.addOrGet("inner", FieldType.nullable(new ArrowType.Int(32, true)), IntVector.class);
    for (int row = 0; row < rows; row++) {
      struct.setIndexDefined(row);
      inner.setSafe(row, row);
    }
    struct.setValueCount(rows);
    IntVector word =
        new IntVector(
            "word",
            new FieldType(true, new ArrowType.Int(32, true), dictionaryEncoding()),
            allocator);
    for (int row = 0; row < rows; row++) {
      word.setSafe(row, row % 2);
    }
    word.setValueCount(rows);
    return root(rows, list, struct, word);
  }

  private static DictionaryEncoding dictionaryEncoding() {
    return new DictionaryEncoding(7, false, new ArrowType.Int(32, true));
  }

  private static VarCharVector words(String name, int rows, BufferAllocator allocator) {
    VarCharVector text = new VarCharVector(name, allocator);
    for (int row = 0; row < rows; row++) {
      text.setSafe(row, ("word " + row).getBytes(StandardCharsets.UTF_8));
    }
    text.setValueCount(rows);
    return text;
  }

  private static VectorSchemaRoot root(int rows, FieldVector... vectors) {
    return new VectorSchemaRoot(
        List.of(vectors).stream().map(FieldVector::getField).toList(), List.of(vectors), rows);
  }

  /**
   * Reads every value.
   *
   * @return how many there were
   * @throws io.holdfast.engine.CorruptException when a slot holds no record batch
   */
  static long readAll(RecordBundle bundle) {
    long values = 0;
    for (RecordBundle.Slot slot : bundle.slots()) {
      VectorSchemaRoot root = slot.root();
      for (long id : slot.dictionaries().getDictionaryIds()) {
        values += readAll(slot.dictionaries().lookup(id).getVector());
      }
      for (FieldVector vector : root.getFieldVectors()) {
        values += readAll(vector);
      }
    }
    return values;
  }

  static long readAll(FieldVector vector) {
    for (int row = 0; row < vector.getValueCount(); row++) {
      vector.getObject(row);
    }
    return vector.getValueCount();
  }
}
