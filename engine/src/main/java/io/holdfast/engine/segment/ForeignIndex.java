package io.holdfast.engine.segment;

import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.SchemaFingerprint;
import io.holdfast.engine.ipc.IpcFile;
import io.holdfast.engine.ipc.MalformedIpcException;
import io.holdfast.engine.ipc.PayloadReader;
import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.memory.PooledBuffer;
import io.holdfast.engine.storage.StorageFile;
import io.holdfast.engine.stored.Identity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.jspecify.annotations.Nullable;

/**
 * The index of a segment that another engine wrote, from its stream directory and batch manifest.
 * The footers of the streams are read when they are needed.
 */
final class ForeignIndex extends SegmentIndex {
  private record Stream(int slot, SchemaFingerprint fingerprint, long offset, long length) {}

  private record Ref(int slot, long stream, long chunk) {}

  /** Where the messages of one stream lie. */
  private record Messages(IpcFile.Part schema, IpcFile.Index index) {}

  /** What directory and manifest say; two that say the same are equal. */
  private record Tables(Map<Long, Stream> streams, List<List<Ref>> bundles, IntBuffer items) {}

  private final StorageFile file;
  private final long time;
  private final int averageBytes;
  private final Tables tables;
  private final Map<Long, Messages> messages = new HashMap<>();

  private ForeignIndex(StorageFile file, long[] keys, long time, int averageBytes, Tables tables) {
    super(keys, List.of());
    this.file = file;
    this.time = time;
    this.averageBytes = averageBytes;
    this.tables = tables;
  }

  /**
   * Reads an index.
   *
   * @param file stays open as long as the index is used
   * @param firstKey of the first bundle; the others follow
   * @param time what counts as the ingestion time of all, nanoseconds since the epoch
   * @throws IOException when the tables are damaged or the disk refuses
   */
  static ForeignIndex read(
      StorageFile file,
      SegmentFooter footer,
      long firstKey,
      long time,
      BufferPool pool,
      BufferAllocator allocator)
      throws IOException {
    Tables tables = SaidTwice.of(() -> tables(file, footer, pool, allocator));
    long[] keys = new long[tables.bundles.size()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = firstKey + i;
    }
    int average = (int) Math.min(Integer.MAX_VALUE, file.size() / Math.max(1, keys.length));
    return new ForeignIndex(file, keys, time, average, tables);
  }

  private static Tables tables(
      StorageFile file, SegmentFooter footer, BufferPool pool, BufferAllocator allocator)
      throws IOException {
    try {
      Map<Long, Stream> streams =
          table(
              file,
              footer.directoryOffset(),
              footer.directoryLength(),
              pool,
              allocator,
              root -> streams(root, footer.directoryOffset()));
      int[][] items = new int[1][];
      List<List<Ref>> bundles =
          table(
              file,
              footer.manifestOffset(),
              footer.manifestLength(),
              pool,
              allocator,
              root -> {
                if (root.getRowCount() != footer.bundles()) {
                  throw new DamagedSegmentException(
                      "its manifest has "
                          + root.getRowCount()
                          + " bundles, its footer "
                          + footer.bundles());
                }
                items[0] = items(root);
                return bundles(root);
              });
      return new Tables(streams, bundles, IntBuffer.wrap(items[0]));
    } catch (MalformedIpcException | RuntimeException damaged) {
      throw new DamagedSegmentException("its directory or manifest is damaged");
    }
  }

  private interface TableReader<T> {
    T read(VectorSchemaRoot root) throws IOException;
  }

  private static <T> T table(
      StorageFile file,
      long offset,
      int length,
      BufferPool pool,
      BufferAllocator allocator,
      TableReader<T> read)
      throws IOException {
    IpcFile.Source source = source(file, offset);
    IpcFile.Index index = IpcFile.index(source, length);
    if (index.batches().size() != 1) {
      throw new DamagedSegmentException("a table of " + index.batches().size() + " batches");
    }
    IpcFile.Part schema = IpcFile.schema(source, length);
    IpcFile.Part batch = index.batches().getFirst();
    if (schema.length() + batch.length() > SegmentFormat.MAX_TABLE_BYTES) {
      throw new DamagedSegmentException(
          "a table of " + (schema.length() + batch.length()) + " bytes");
    }
    int size = Math.toIntExact(schema.length() + batch.length());
    PooledBuffer memory = pool.take(size);
    try {
      memory
          .buffer()
          .put(source.read(schema.offset(), (int) schema.length()))
          .put(source.read(batch.offset(), (int) batch.length()));
      PayloadReader reader = PayloadReader.read(memory, 0, size, allocator);
      try {
        return read.read(reader.root());
      } finally {
        reader.close();
      }
    } finally {
      memory.release();
    }
  }

  private static IpcFile.Source source(StorageFile file, long start) {
    return (offset, length) -> {
      ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
      if (!file.readFully(bytes, start + offset)) {
        throw new DamagedSegmentException("the file is too short");
      }
      return bytes.flip();
    };
  }

  private static <V extends FieldVector> V column(VectorSchemaRoot root, String name, Class<V> type)
      throws IOException {
    FieldVector vector = root.getVector(name);
    if (!type.isInstance(vector)) {
      throw new DamagedSegmentException("a table without the column " + name);
    }
    return type.cast(vector);
  }

  private static Map<Long, Stream> streams(VectorSchemaRoot root, long end) throws IOException {
    UInt4Vector id = column(root, "stream_id", UInt4Vector.class);
    UInt2Vector slot = column(root, "slot_id", UInt2Vector.class);
    FixedSizeBinaryVector fingerprint =
        column(root, "schema_fingerprint", FixedSizeBinaryVector.class);
    UInt8Vector offset = column(root, "byte_offset", UInt8Vector.class);
    UInt8Vector length = column(root, "byte_length", UInt8Vector.class);
    Map<Long, Stream> streams = new HashMap<>();
    for (int row = 0; row < root.getRowCount(); row++) {
      Stream stream =
          new Stream(
              slot.get(row),
              SchemaFingerprint.of(fingerprint.get(row)),
              offset.get(row),
              length.get(row));
      if (stream.offset < 0 || stream.length < 0 || stream.offset > end - stream.length) {
        throw new DamagedSegmentException("a stream outside of the file");
      }
      streams.put(Integer.toUnsignedLong(id.get(row)), stream);
    }
    return streams;
  }

  private static int[] items(VectorSchemaRoot root) {
    int[] items = new int[root.getRowCount()];
    if (root.getVector("item_count") instanceof UInt8Vector counts) {
      for (int row = 0; row < items.length; row++) {
        items[row] = counts.isNull(row) ? 0 : Math.clamp(counts.get(row), 0, Integer.MAX_VALUE);
      }
    }
    return items;
  }

  private static List<List<Ref>> bundles(VectorSchemaRoot root) throws IOException {
    ListVector refs = column(root, "slot_refs", ListVector.class);
    if (!(refs.getDataVector() instanceof StructVector ref)) {
      throw new DamagedSegmentException("a manifest whose references are no structs");
    }
    UInt2Vector slot = ref.getChild("slot_id", UInt2Vector.class);
    UInt4Vector stream = ref.getChild("stream_id", UInt4Vector.class);
    UInt4Vector chunk = ref.getChild("chunk_index", UInt4Vector.class);
    List<List<Ref>> bundles = new ArrayList<>();
    for (int row = 0; row < root.getRowCount(); row++) {
      List<Ref> bundle = new ArrayList<>();
      for (int at = refs.getElementStartIndex(row); at < refs.getElementEndIndex(row); at++) {
        bundle.add(
            new Ref(
                slot.get(at),
                Integer.toUnsignedLong(stream.get(at)),
                Integer.toUnsignedLong(chunk.get(at))));
      }
      bundles.add(bundle);
    }
    return bundles;
  }

  @Override
  int place(int index) {
    return index;
  }

  @Override
  int items(int index) {
    return tables.items.get(index);
  }

  @Override
  int length(int index) {
    return averageBytes;
  }

  @Override
  Identity identity(int index) {
    return new Identity(key(index), time, 0);
  }

  @Override
  long logSequence(int index) {
    return key(index);
  }

  @Override
  List<SlotParts> slots(int index) throws IOException {
    List<Ref> refs = tables.bundles.get(index);
    if (refs.size() > RecordBundle.MAX_SLOTS) {
      throw new DamagedSegmentException("it has " + refs.size() + " slots");
    }
    List<SlotParts> slots = new ArrayList<>();
    long left = file.size();
    for (Ref ref : refs) {
      Stream stream = tables.streams.get(ref.stream);
      if (stream == null) {
        throw new DamagedSegmentException("it names stream " + ref.stream + ", which is not there");
      }
      Messages found = messages(ref.stream, stream);
      if (ref.chunk >= found.index.batches().size()) {
        throw new DamagedSegmentException("it names chunk " + ref.chunk + ", which is not there");
      }
      List<SlotParts.Part> parts = new ArrayList<>();
      parts.add(part(stream, found.schema));
      for (IpcFile.Part dictionary : found.index.dictionaries()) {
        parts.add(part(stream, dictionary));
      }
      parts.add(part(stream, found.index.batches().get((int) ref.chunk)));
      SlotParts slot = new SlotParts(ref.slot, stream.fingerprint, -1, parts);
      left -= slot.length();
      if (left < 0) {
        throw new DamagedSegmentException("a bundle is larger than the file");
      }
      slots.add(slot);
    }
    return slots;
  }

  private static SlotParts.Part part(Stream stream, IpcFile.Part part) {
    return new SlotParts.Part(
        stream.offset + part.offset(), Math.toIntExact(part.length()), false, 0);
  }

  private Messages messages(long id, Stream stream) throws IOException {
    synchronized (messages) {
      @Nullable Messages known = messages.get(id);
      if (known == null) {
        IpcFile.Source source = source(file, stream.offset);
        known =
            SaidTwice.of(
                () ->
                    new Messages(
                        IpcFile.schema(source, stream.length),
                        IpcFile.index(source, stream.length)));
        messages.put(id, known);
      }
      return known;
    }
  }
}
