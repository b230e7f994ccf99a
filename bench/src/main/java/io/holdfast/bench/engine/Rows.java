package io.holdfast.bench.engine;

import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.SchemaFingerprint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** A bundle of so many rows: two integers and a text of some 40 bytes. */
final class Rows implements AutoCloseable {
  private final BufferAllocator allocator = new RootAllocator();
  private final VectorSchemaRoot rows;

  Rows(int count) {
    BigIntVector ids = new BigIntVector("id", allocator);
    BigIntVector times = new BigIntVector("time", allocator);
    VarCharVector texts = new VarCharVector("text", allocator);
    for (int i = 0; i < count; i++) {
      ids.setSafe(i, i);
      times.setSafe(i, 1_700_000_000_000_000_000L + i);
      texts.setSafe(
          i,
          "request %d of somebody took %d ms"
              .formatted(i, i % 977)
              .getBytes(StandardCharsets.UTF_8));
    }
    List<FieldVector> columns = new ArrayList<>(List.of(ids, times, texts));
    columns.forEach(column -> column.setValueCount(count));
    rows = new VectorSchemaRoot(columns);
    rows.setRowCount(count);
  }

  BufferAllocator allocator() {
    return allocator;
  }

  RecordBundle bundle() {
    return RecordBundle.of(SchemaFingerprint.ofName("bench"), rows);
  }

  @Override
  public void close() {
    rows.close();
    allocator.close();
  }
}
