package io.holdfast.engine.ipc;

import io.holdfast.engine.memory.PooledBuffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowBuffer;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.DictionaryUtility;
import org.jspecify.annotations.Nullable;

/**
 * One record batch on its way into a payload: the messages are made first, so that the size is
 * known before memory is taken. Holds references to the batch's buffers until it is closed. One
 * thread.
 */
public final class PayloadWriter implements AutoCloseable {
  private static final int ALIGNMENT = 8;
  private static final int PREFIX_BYTES = 8;
  private static final int CONTINUATION = -1;

  /** The schema and the rows; more only when there are dictionaries. */
  private final List<Part> parts = new ArrayList<>(2);

  private final List<Runnable> releases = new ArrayList<>(1);
  private long size = PREFIX_BYTES;

  /**
   * Prepares a batch.
   *
   * @param schemas of which the message is known
   * @throws IllegalArgumentException when its columns do not have as many rows as it says, their
   *     memory was released, its schema names a dictionary that is not there, or Arrow IPC cannot
   *     carry it
   */
  public PayloadWriter(
      VectorSchemaRoot root, DictionaryProvider dictionaries, SchemaMessages schemas) {
    try {
      BatchColumns columns = new BatchColumns(root.getFieldVectors(), root.getRowCount());
      ByteBuffer schema = schemas.of(root.getSchema());
      if (schema != null) {
        add(schema, null, List.of());
      } else {
        addEncoded(root.getSchema(), dictionaries);
      }
      ArrowRecordBatch batch = columns.batch();
      releases.add(batch::close);
      add(MessageSerializer.serializeMetadata(batch, IpcOption.DEFAULT), batch, columns.views());
    } catch (IllegalArgumentException told) {
      close();
      throw told;
    } catch (RuntimeException refused) {
      close();
      throw new IllegalArgumentException(
          "Arrow IPC cannot carry the schema " + root.getSchema() + ": " + refused, refused);
    } catch (Throwable failure) {
      close();
      throw failure;
    }
  }

  /** The schema names the types of the dictionaries' indices instead of their values'. */
  private void addEncoded(Schema schema, DictionaryProvider dictionaries) {
    Set<Long> ids = new HashSet<>();
    List<Field> fields = new ArrayList<>();
    for (Field field : schema.getFields()) {
      fields.add(DictionaryUtility.toMessageFormat(field, dictionaries, ids));
    }
    Schema inMessage = new Schema(fields, schema.getCustomMetadata());
    add(SchemaMessages.message(inMessage), null, List.of());
    for (long id : ids) {
      addDictionary(id, dictionaries.lookup(id));
    }
  }

  private void addDictionary(long id, @Nullable Dictionary dictionary) {
    if (dictionary == null) {
      throw new IllegalArgumentException(
          "the schema names dictionary " + id + ", which is missing");
    }
    FieldVector vector = dictionary.getVector();
    BatchColumns columns = new BatchColumns(List.of(vector), vector.getValueCount());
    ArrowRecordBatch batch = columns.batch();
    ArrowDictionaryBatch message = new ArrowDictionaryBatch(id, batch, false);
    releases.add(message::close);
    add(MessageSerializer.serializeMetadata(message, IpcOption.DEFAULT), batch, columns.views());
  }

  private void add(ByteBuffer metadata, @Nullable ArrowRecordBatch body, List<ViewBuffer> views) {
    int head = (PREFIX_BYTES + metadata.remaining() + ALIGNMENT - 1) & -ALIGNMENT;
    long length = body == null ? 0 : body.computeBodyLength();
    parts.add(new Part(metadata, head, body, length, views));
    size += head + length;
  }

  /** The payload's length in bytes. */
  public long size() {
    return size;
  }

  /** Writes the payload from {@code offset} on; {@link #size} bytes must be there. */
  public void write(PooledBuffer target, int offset) {
    ByteBuffer buffer = target.buffer();
    int at = offset;
    for (Part part : parts) {
      int metadata = part.metadata.remaining();
      buffer.putInt(at, CONTINUATION);
      buffer.putInt(at + 4, part.head - PREFIX_BYTES);
      buffer.put(at + PREFIX_BYTES, part.metadata, part.metadata.position(), metadata);
      zero(target, at + PREFIX_BYTES + metadata, at + part.head);
      at += part.head;
      if (part.body != null) {
        writeBody(target, at, part.body, part.length, part.views);
        at += Math.toIntExact(part.length);
      }
    }
    buffer.putInt(at, CONTINUATION);
    buffer.putInt(at + 4, 0);
  }

  private static void writeBody(
      PooledBuffer target, int offset, ArrowRecordBatch body, long length, List<ViewBuffer> views) {
    List<ArrowBuf> buffers = body.getBuffers();
    List<ArrowBuffer> layout = body.getBuffersLayout();
    long at = offset;
    for (int i = 0; i < buffers.size(); i++) {
      ArrowBuf source = buffers.get(i);
      long start = offset + layout.get(i).getOffset();
      long bytes = layout.get(i).getSize();
      zero(target, at, start);
      if (bytes > 0) {
        MemoryUtil.copyMemory(source.memoryAddress(), target.address() + start, bytes);
      }
      at = start + bytes;
    }
    zero(target, at, offset + length);
    for (ViewBuffer view : views) {
      view.clean(target.buffer(), Math.toIntExact(offset + layout.get(view.index()).getOffset()));
    }
  }

  /** Pooled memory holds what was there before, and that is nobody's business on a disk. */
  private static void zero(PooledBuffer target, long from, long to) {
    if (to > from) {
      MemoryUtil.setMemory(target.address() + from, to - from, (byte) 0);
    }
  }

  /** Lets go of the batch. */
  @Override
  public void close() {
    releases.forEach(Runnable::run);
    releases.clear();
    parts.clear();
  }

  private record Part(
      ByteBuffer metadata,
      int head,
      @Nullable ArrowRecordBatch body,
      long length,
      List<ViewBuffer> views) {}
}
