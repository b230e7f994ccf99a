package io.holdfast.pipeline.bundle;

import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.SchemaFingerprint;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Event bundle v1: slot 0, a row per event, the columns {@code value} utf8 (JSON), {@code meta}
 * utf8 (JSON), {@code ingest_ns} i64, {@code origin} utf8, {@code id} u64; meta and origin may be
 * null.
 *
 * <p>An instance encodes: it owns the memory of one batch, which the next {@link #encode} uses
 * again. Belongs to one thread; close it.
 */
public final class EventBundle implements AutoCloseable {
  /** The fingerprint of slot 0. */
  public static final SchemaFingerprint FINGERPRINT = SchemaFingerprint.ofName("holdfast.event.v1");

  private static final String VALUE = "value";
  private static final String META = "meta";
  private static final String INGEST_NS = "ingest_ns";
  private static final String ORIGIN = "origin";
  private static final String ID = "id";

  /** The columns of slot 0. */
  public static final Schema SCHEMA =
      new Schema(
          List.of(
              new Field(VALUE, FieldType.notNullable(new ArrowType.Utf8()), null),
              new Field(META, FieldType.nullable(new ArrowType.Utf8()), null),
              new Field(INGEST_NS, FieldType.notNullable(new ArrowType.Int(64, true)), null),
              new Field(ORIGIN, FieldType.nullable(new ArrowType.Utf8()), null),
              new Field(ID, FieldType.notNullable(new ArrowType.Int(64, false)), null)));

  private final VectorSchemaRoot root;

  /**
   * An encoder.
   *
   * @param allocator where its memory comes from; outlives it
   */
  public EventBundle(BufferAllocator allocator) {
    this.root = VectorSchemaRoot.create(SCHEMA, allocator);
  }

  /**
   * A bundle of these events, in order.
   *
   * @return valid until the next call or {@link #close}
   */
  public RecordBundle encode(List<StoredEvent> events) {
    root.clear();
    VarCharVector value = (VarCharVector) root.getVector(VALUE);
    VarCharVector meta = (VarCharVector) root.getVector(META);
    BigIntVector ingest = (BigIntVector) root.getVector(INGEST_NS);
    VarCharVector origin = (VarCharVector) root.getVector(ORIGIN);
    UInt8Vector id = (UInt8Vector) root.getVector(ID);
    for (int row = 0; row < events.size(); row++) {
      StoredEvent event = events.get(row);
      value.setSafe(row, event.value());
      set(meta, row, event.meta());
      ingest.setSafe(row, event.ingestNanos());
      set(origin, row, event.origin());
      id.setSafe(row, event.id());
    }
    root.setRowCount(events.size());
    return RecordBundle.of(FINGERPRINT, root);
  }

  private static void set(VarCharVector column, int row, byte @Nullable [] text) {
    if (text == null) {
      column.setNull(row);
    } else {
      column.setSafe(row, text);
    }
  }

  /**
   * The events of a bundle, in order. The result does not depend on the bundle's memory.
   *
   * @throws IllegalArgumentException when the bundle is no event bundle; the message says why
   * @throws io.holdfast.engine.CorruptException when its bytes are no record batch
   */
  public static List<StoredEvent> decode(RecordBundle bundle) {
    RecordBundle.Slot slot =
        bundle
            .slot(0)
            .filter(found -> found.fingerprint().equals(FINGERPRINT))
            .orElseThrow(
                () -> new IllegalArgumentException("the bundle has no slot 0 with events of v1"));
    VectorSchemaRoot batch = slot.root();
    VarCharVector value = column(batch, VALUE, VarCharVector.class);
    VarCharVector meta = column(batch, META, VarCharVector.class);
    BigIntVector ingest = column(batch, INGEST_NS, BigIntVector.class);
    VarCharVector origin = column(batch, ORIGIN, VarCharVector.class);
    UInt8Vector id = column(batch, ID, UInt8Vector.class);
    for (FieldVector needed : List.of(value, ingest, id)) {
      if (needed.getNullCount() > 0) {
        throw new IllegalArgumentException(
            "the bundle's column '" + needed.getName() + "' has rows without a value");
      }
    }
    List<StoredEvent> events = new ArrayList<>(batch.getRowCount());
    for (int row = 0; row < batch.getRowCount(); row++) {
      events.add(
          StoredEvent.ofColumns(
              value.get(row), get(meta, row), ingest.get(row), get(origin, row), id.get(row)));
    }
    return events;
  }

  private static byte @Nullable [] get(VarCharVector column, int row) {
    return column.isNull(row) ? null : column.get(row);
  }

  private static <V extends FieldVector> V column(
      VectorSchemaRoot batch, String name, Class<V> type) {
    // Arrow's own search cannot be asked: there may be a column without a name.
    FieldVector vector =
        batch.getFieldVectors().stream()
            .filter(column -> name.equals(column.getField().getName()))
            .findFirst()
            .orElse(null);
    if (!type.isInstance(vector)) {
      throw new IllegalArgumentException(
          "the bundle's column '"
              + name
              + "' is "
              + (vector == null ? "missing" : "a " + vector.getField().getType()));
    }
    return type.cast(vector);
  }

  /** The length of a record batch message, which is the same for any number of rows but none. */
  static int batchMetadataBytes() {
    try (BufferAllocator allocator = new RootAllocator();
        EventBundle encoder = new EventBundle(allocator)) {
      encoder.encode(List.of(StoredEvent.ofJson(new byte[] {'0'}, 0, 0)));
      try (ArrowRecordBatch batch = new VectorUnloader(encoder.root).getRecordBatch()) {
        return MessageSerializer.serializeMetadata(batch, IpcOption.DEFAULT).remaining();
      }
    }
  }

  /** Frees the memory. */
  @Override
  public void close() {
    root.close();
  }
}
