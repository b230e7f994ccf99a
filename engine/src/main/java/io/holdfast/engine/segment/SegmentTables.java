package io.holdfast.engine.segment;

import io.holdfast.engine.ipc.IpcFile;
import io.holdfast.engine.ipc.PayloadWriter;
import io.holdfast.engine.ipc.SchemaMessages;
import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.memory.PooledBuffer;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** The two tables of a segment that other engines read: stream directory and batch manifest. */
final class SegmentTables {
  private static final FieldType U16 = FieldType.notNullable(new ArrowType.Int(16, false));
  private static final FieldType U32 = FieldType.notNullable(new ArrowType.Int(32, false));
  private static final FieldType U64 = FieldType.notNullable(new ArrowType.Int(64, false));

  private static final Schema DIRECTORY =
      new Schema(
          List.of(
              new Field("stream_id", U32, null),
              new Field("slot_id", U16, null),
              new Field(
                  "schema_fingerprint",
                  FieldType.notNullable(new ArrowType.FixedSizeBinary(32)),
                  null),
              new Field("byte_offset", U64, null),
              new Field("byte_length", U64, null),
              new Field("row_count", U64, null),
              new Field("chunk_count", U32, null)));

  private static final Schema MANIFEST =
      new Schema(
          List.of(
              new Field("bundle_index", U32, null),
              new Field("item_count", U64, null),
              new Field(
                  "slot_refs",
                  FieldType.notNullable(ArrowType.List.INSTANCE),
                  List.of(
                      new Field(
                          "item",
                          FieldType.nullable(ArrowType.Struct.INSTANCE),
                          List.of(
                              new Field("slot_id", U16, null),
                              new Field("stream_id", U32, null),
                              new Field("chunk_index", U32, null)))))));

  private static final SchemaMessages SCHEMAS = new SchemaMessages();

  private final BufferPool pool;
  private final BufferAllocator allocator;

  SegmentTables(BufferPool pool, BufferAllocator allocator) {
    this.pool = pool;
    this.allocator = allocator;
  }

  /** The stream directory; the arrays tell where each stream lies. */
  byte[] directory(SegmentPlan plan, long[] offsets, long[] lengths) throws IOException {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(DIRECTORY, allocator)) {
      UInt4Vector id = (UInt4Vector) root.getVector(0);
      UInt2Vector slot = (UInt2Vector) root.getVector(1);
      FixedSizeBinaryVector fingerprint = (FixedSizeBinaryVector) root.getVector(2);
      UInt8Vector offset = (UInt8Vector) root.getVector(3);
      UInt8Vector length = (UInt8Vector) root.getVector(4);
      UInt8Vector rows = (UInt8Vector) root.getVector(5);
      UInt4Vector chunks = (UInt4Vector) root.getVector(6);
      root.allocateNew();
      int row = 0;
      for (SegmentPlan.Stream stream : plan.streams()) {
        id.setSafe(row, stream.id());
        slot.setSafe(row, stream.slot());
        fingerprint.setSafe(row, stream.fingerprint().toBytes());
        offset.setSafe(row, offsets[row]);
        length.setSafe(row, lengths[row]);
        rows.setSafe(row, stream.rows());
        chunks.setSafe(row, stream.chunks().size());
        row++;
      }
      root.setRowCount(row);
      return file(root);
    }
  }

  /** The batch manifest. */
  byte[] manifest(SegmentPlan plan) throws IOException {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(MANIFEST, allocator)) {
      UInt4Vector index = (UInt4Vector) root.getVector(0);
      UInt8Vector items = (UInt8Vector) root.getVector(1);
      ListVector refs = (ListVector) root.getVector(2);
      StructVector ref = (StructVector) refs.getDataVector();
      UInt2Vector slot = ref.getChild("slot_id", UInt2Vector.class);
      UInt4Vector stream = ref.getChild("stream_id", UInt4Vector.class);
      UInt4Vector chunkIndex = ref.getChild("chunk_index", UInt4Vector.class);
      root.allocateNew();
      int row = 0;
      int at = 0;
      for (SegmentPlan.Bundle bundle : plan.bundles()) {
        index.setSafe(row, row);
        items.setSafe(row, bundle.source().items());
        refs.startNewValue(row);
        for (int i = 0; i < bundle.chunks().size(); i++) {
          SegmentPlan.Chunk chunk = bundle.chunks().get(i);
          ref.setIndexDefined(at);
          slot.setSafe(at, bundle.slots().get(i));
          stream.setSafe(at, chunk.stream());
          chunkIndex.setSafe(at, chunk.index());
          at++;
        }
        refs.endValue(row, bundle.chunks().size());
        row++;
      }
      ref.setValueCount(at);
      root.setRowCount(row);
      return file(root);
    }
  }

  private byte[] file(VectorSchemaRoot root) throws IOException {
    try (PayloadWriter writer =
        new PayloadWriter(root, new DictionaryProvider.MapDictionaryProvider(), SCHEMAS)) {
      int size = Math.toIntExact(writer.size());
      PooledBuffer memory = pool.take(size);
      try {
        writer.write(memory, 0);
        return IpcFile.of(memory.buffer().slice(0, size));
      } finally {
        memory.release();
      }
    }
  }
}
