package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.engine.CorruptException;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.Subscriber;
import io.holdfast.testkit.Faults.Outcome;
import io.holdfast.testkit.StorageCall.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is wrong is refused by name, costs nobody else anything, and leaks nothing. */
@ParameterizedClass
@EnumSource(Disk.class)
class BadInputTest extends EngineSuite {

  BadInputTest(Disk disk) {
    super(disk);
  }

  private BigIntVector numbers(String name, int rows) {
    BigIntVector vector = new BigIntVector(name, world.bundles.allocator());
    for (int row = 0; row < rows; row++) {
      vector.setSafe(row, row);
    }
    vector.setValueCount(rows);
    return vector;
  }

  private static VectorSchemaRoot root(int rows, FieldVector... vectors) {
    VectorSchemaRoot root = new VectorSchemaRoot(List.of(vectors));
    for (FieldVector vector : vectors) {
      // Not through the root, which would make the columns fit.
      assertThat(root.getVector(vector.getName())).isSameAs(vector);
    }
    return new VectorSchemaRoot(root.getSchema(), root.getFieldVectors(), rows);
  }

  /** A bundle whose second slot is bad, between two that are good. */
  private void assertRefused(VectorSchemaRoot bad, String... words) {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1);
    try (Bundles.Built good = world.bundles.small(2)) {
      RecordBundle bundle =
          RecordBundle.builder()
              .add(good.bundle().slots().getFirst())
              .slot(7, Bundles.PLAIN, bad)
              .build();
      assertThatThrownBy(() -> buffer.append(bundle))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("slot 7")
          .satisfies(thrown -> assertThat(thrown.getMessage()).contains(words));
      assertThatThrownBy(() -> buffer.appendAsync(bundle, Duration.ofDays(1)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    append(buffer, 3);
    assertThat(drain(subscriber)).containsExactly(1L, 3L);
    buffer.close();
  }

  @Test
  void aColumnWithOtherRowsThanItsBatchIsRefusedByName() {
    try (VectorSchemaRoot bad = root(5, numbers("fits", 5), numbers("short", 3))) {
      assertRefused(bad, "\"short\" has 3 rows", "has 5");
    }
  }

  @Test
  void aStructWhoseChildIsShorterIsRefusedByName() {
    StructVector struct = StructVector.empty("outer", world.bundles.allocator());
    IntVector child =
        struct.addOrGet("inner", FieldType.nullable(new ArrowType.Int(32, true)), IntVector.class);
    child.setSafe(0, 1);
    struct.setValueCount(4);
    child.setValueCount(1);
    try (VectorSchemaRoot bad = root(4, struct)) {
      assertRefused(bad, "\"inner\" has 1 rows", "struct \"outer\" has 4");
    }
  }

  @Test
  void aBatchThatWasClosedIsRefused() {
    VectorSchemaRoot bad = root(5, numbers("gone", 5));
    bad.close();
    bad.setRowCount(0);
    try (VectorSchemaRoot closed = root(5, bad.getFieldVectors().toArray(FieldVector[]::new))) {
      assertRefused(closed, "\"gone\" has 0 rows", "before the batch is closed");
    }
  }

  @Test
  void aBatchWhoseMemoryWasReleasedIsRefused() {
    try (BufferAllocator own = world.bundles.allocator().newChildAllocator("own", 0, 1 << 20)) {
      BigIntVector vector = new BigIntVector("gone", own);
      vector.setSafe(0, 1);
      vector.setValueCount(1);
      VectorSchemaRoot bad = root(1, vector);
      while (vector.getDataBuffer().refCnt() > 0) {
        vector.getDataBuffer().getReferenceManager().release();
      }
      assertRefused(bad, "memory of column \"gone\" was released");
    }
  }

  @Test
  void aSchemaThatArrowCannotCarryIsRefused() {
    VectorSchemaRoot plain = root(2, numbers("n", 2));
    Schema odd =
        new Schema(
            plain.getSchema().getFields(), Collections.singletonMap("key without value", null));
    try (VectorSchemaRoot bad = new VectorSchemaRoot(odd, plain.getFieldVectors(), 2)) {
      assertRefused(bad, "Arrow IPC cannot carry the schema", "n: Int(64, true)");
    }
  }

  @Test
  void columnsThatNobodyCouldReadAgainAreRefused() {
    StructVector outer = StructVector.empty("c0", world.bundles.allocator());
    StructVector at = outer;
    for (int depth = 1; depth < 65; depth++) {
      FieldType type = FieldType.nullable(ArrowType.Struct.INSTANCE);
      at = at.addOrGet("c" + depth, type, StructVector.class);
    }
    outer.setValueCount(2);
    try (VectorSchemaRoot bad = root(2, outer)) {
      assertRefused(bad, "nested more than 64 deep");
    }
  }

  @Test
  void aDictionaryThatIsMissingIsRefusedByItsNumber() {
    DictionaryEncoding encoding = new DictionaryEncoding(42, false, new ArrowType.Int(32, true));
    IntVector index =
        new IntVector(
            "word",
            new FieldType(true, new ArrowType.Int(32, true), encoding),
            world.bundles.allocator());
    index.setSafe(0, 0);
    index.setValueCount(1);
    try (VectorSchemaRoot bad = root(1, index)) {
      assertRefused(bad, "42");
    }
  }

  @Test
  void emptyBatchesAndBundlesAreNoMistake() {
    DurableBuffer buffer = world.open();
    try (VectorSchemaRoot none = root(0, numbers("n", 0));
        VectorSchemaRoot columnless = new VectorSchemaRoot(new Schema(List.of()), List.of(), 3);
        VarCharVector texts = new VarCharVector("t", world.bundles.allocator());
        VectorSchemaRoot fresh = root(0, texts)) {
      buffer.append(RecordBundle.of(Bundles.PLAIN, none));
      buffer.append(RecordBundle.of(Bundles.PLAIN, columnless));
      buffer.append(RecordBundle.of(Bundles.PLAIN, fresh));
      buffer.append(RecordBundle.builder().build());
    }
    assertThat(buffer.status().appended()).isEqualTo(4);
  }

  @Test
  void aPathThatIsNoDirectoryIsNamed() throws Exception {
    assumeTrue(on() == Disk.FILES, "only real files have a path");
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> DurableBuffer.open(file, world.options))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(file + " is no directory");
    assertThatThrownBy(() -> DurableBuffer.open(file.resolve("below"), world.options))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(file + " is no directory");
    Path loop = directory.resolve("loop");
    Files.createSymbolicLink(loop, loop);
    assertThatThrownBy(() -> DurableBuffer.open(loop, world.options))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(loop.toString())
        .hasMessageContaining("link");
  }

  @Test
  void aLinkToADirectoryIsAsGoodAsTheDirectory() throws Exception {
    assumeTrue(on() == Disk.FILES, "only real files have a path");
    Path real = Files.createDirectory(directory.resolve("real"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), real);
    try (DurableBuffer buffer = DurableBuffer.open(link, world.options)) {
      append(buffer, 1);
    }
    try (DurableBuffer buffer = DurableBuffer.open(real, world.options);
        Subscriber subscriber = buffer.subscribe("a")) {
      assertThat(drain(subscriber)).containsExactly(1L);
    }
  }

  @Test
  void aFilesystemWithoutLocksIsRefusedAndOneThatIsOnlyNotReadOnlyIsNot() {
    needsFaults();
    world.disk().setFaults(Faults.when(call -> call.kind() == Kind.LOCK, Outcome.FAIL));
    assertThatThrownBy(() -> world.open())
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("needs a filesystem with locks");
    world.disk().setFaults(Faults.when(call -> call.kind() == Kind.SET_READ_ONLY, Outcome.FAIL));
    DurableBuffer buffer = world.open();
    for (long number = 1; number <= 12; number++) {
      append(buffer, number, 300_000);
    }
    assertThat(drain(buffer.subscribe("a"))).isEqualTo(range(1, 12));
  }

  /** The messages of a slot's payload. */
  enum Message {
    SCHEMA,
    BATCH
  }

  /** Spoils a message of the first entry in the log, and makes the entry's checksum right. */
  private void spoil(Message message, int from, byte value) throws IOException {
    byte[] log = world.read("wal/quiver.wal");
    ByteBuffer bytes = ByteBuffer.wrap(log).order(ByteOrder.LITTLE_ENDIAN);
    WalBytes.Entry entry = new WalBytes(log).entries.getFirst();
    int payload = entry.offset() + 29 + 42;
    int at = message == Message.SCHEMA ? payload : payload + 8 + bytes.getInt(payload + 4);
    Arrays.fill(log, at + from, at + from + 16, value);
    bytes.putInt(entry.end() - 4, WalBytes.crc(log, entry.offset() + 4, entry.length() - 8));
    world.write("wal/quiver.wal", log);
  }

  @ParameterizedTest
  @CsvSource({"SCHEMA, 0, 1", "SCHEMA, 40, 127", "BATCH, 0, 1", "BATCH, 8, 127", "BATCH, 40, -1"})
  void aStoredSlotThatHoldsNoRecordBatchIsNamedAndCanBeRejected(
      Message message, int from, byte value) throws IOException {
    DurableBuffer first = world.open();
    first.subscribe("a").close();
    append(first, 1, 1000);
    append(first, 2);
    world.kill();
    spoil(message, from, value);
    try (DurableBuffer buffer = world.open();
        Subscriber subscriber = buffer.subscribe("a")) {
      try (Delivery bad = take(subscriber)) {
        RecordBundle.Slot slot = bad.bundle().slots().getFirst();
        assertThatThrownBy(slot::root)
            .isInstanceOf(CorruptException.class)
            .hasMessageContaining("slot 0 of the bundle with sequence " + bad.sequence())
            .hasMessageContaining("holds no record batch")
            .hasCauseInstanceOf(IOException.class);
        assertThatThrownBy(slot::dictionaries).isInstanceOf(CorruptException.class);
        assertThat(bad.reject("no record batch")).isTrue();
      }
      assertThat(drain(subscriber)).containsExactly(2L);
    }
  }

  @Test
  void aColumnWhoseValuesLieOutsideOfItsBytesIsNamedWhenItIsRead() {
    try (DurableBuffer buffer = world.open();
        Subscriber subscriber = buffer.subscribe("a");
        VarCharVector text = new VarCharVector("text", world.bundles.allocator())) {
      for (int row = 0; row < 3; row++) {
        text.setSafe(row, new byte[] {'a'});
      }
      text.setValueCount(3);
      text.getOffsetBuffer().setInt(Integer.BYTES, 1_000_000);
      buffer.append(RecordBundle.of(Bundles.PLAIN, root(3, text)));
      append(buffer, 2);
      try (Delivery bad = take(subscriber)) {
        assertThatThrownBy(() -> bad.bundle().slots().getFirst().root())
            .isInstanceOf(CorruptException.class)
            .hasStackTraceContaining("column \"text\" is cut off: its offsets fall");
        bad.reject("cut off");
      }
      assertThat(drain(subscriber)).containsExactly(2L);
    }
  }
}
