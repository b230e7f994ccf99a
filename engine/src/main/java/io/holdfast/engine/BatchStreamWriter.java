package io.holdfast.engine;

import io.holdfast.engine.ipc.MalformedIpcException;
import io.holdfast.engine.ipc.PayloadLayout;
import io.holdfast.engine.ipc.PayloadWriter;
import io.holdfast.engine.ipc.SchemaMessages;
import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.memory.PooledBuffer;
import io.holdfast.engine.stored.StoredSlot;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes record batches as Arrow IPC streams: batches that follow each other and have the same
 * schema share a stream, and another schema begins another one behind it. A dictionary is written
 * again only when it has changed. What was stored is copied, not decoded.
 *
 * <p>Needs no JVM flag, unlike Arrow's own writer. One thread. The output stays the caller's.
 */
public final class BatchStreamWriter implements AutoCloseable {
  private static final byte[] END_OF_STREAM = {-1, -1, -1, -1, 0, 0, 0, 0};

  private final OutputStream output;
  private final BufferPool pool = new BufferPool();
  private final SchemaMessages schemas = new SchemaMessages();

  /** Of the current stream; null while there is none. */
  private @Nullable ByteBuffer schema;

  private List<ByteBuffer> dictionaries = List.of();

  /** A writer. */
  public BatchStreamWriter(OutputStream output) {
    this.output = output;
  }

  /**
   * Writes a record batch.
   *
   * @throws CorruptException when the slot was stored and holds no record batch; nothing is written
   * @throws IOException when the output refuses
   */
  public void write(RecordBundle.Slot slot) throws IOException {
    if (slot instanceof StoredSlot stored) {
      write(slot, stored.payload());
      return;
    }
    try (PayloadWriter writer = new PayloadWriter(slot.root(), slot.dictionaries(), schemas)) {
      PooledBuffer memory = pool.take(Math.toIntExact(writer.size()));
      try {
        writer.write(memory, 0);
        write(slot, memory.buffer().slice(0, Math.toIntExact(writer.size())));
      } finally {
        memory.release();
      }
    }
  }

  private void write(RecordBundle.Slot slot, ByteBuffer payload) throws IOException {
    PayloadLayout layout;
    try {
      layout = PayloadLayout.of(payload);
    } catch (MalformedIpcException malformed) {
      // Says where it is stored.
      slot.root();
      throw malformed;
    }
    ByteBuffer head = part(payload, layout.schema());
    if (!head.equals(schema)) {
      endStream();
      write(head);
      schema = copy(head);
    }
    List<ByteBuffer> needed = new ArrayList<>();
    for (PayloadLayout.Part dictionary : layout.dictionaries()) {
      needed.add(part(payload, dictionary));
    }
    if (!needed.equals(dictionaries)) {
      for (ByteBuffer dictionary : needed) {
        write(dictionary);
      }
      dictionaries = needed.stream().map(BatchStreamWriter::copy).toList();
    }
    write(part(payload, layout.batch()));
  }

  private static ByteBuffer part(ByteBuffer payload, PayloadLayout.Part part) {
    return payload.slice(part.offset(), part.length());
  }

  private static ByteBuffer copy(ByteBuffer bytes) {
    return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
  }

  private void write(ByteBuffer bytes) throws IOException {
    byte[] array = new byte[bytes.remaining()];
    bytes.duplicate().get(array);
    output.write(array);
  }

  private void endStream() throws IOException {
    if (schema != null) {
      output.write(END_OF_STREAM);
      schema = null;
      dictionaries = List.of();
    }
  }

  /** Ends the stream, when one was begun. */
  @Override
  public void close() throws IOException {
    endStream();
  }
}
