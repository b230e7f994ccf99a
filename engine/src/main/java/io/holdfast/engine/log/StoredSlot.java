package io.holdfast.engine.log;

import io.holdfast.engine.CorruptException;
import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.SchemaFingerprint;
import io.holdfast.engine.ipc.PayloadReader;
import io.holdfast.engine.memory.PooledBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.jspecify.annotations.Nullable;

/** A slot that was read from a log; its rows are decoded when they are asked for. */
public final class StoredSlot implements RecordBundle.Slot {
  private final StoredEntry entry;
  private final int id;
  private final SchemaFingerprint fingerprint;
  private final int rowCount;
  private final PooledBuffer memory;
  private final int payloadAt;
  private final int payloadLength;
  private final BufferAllocator allocator;
  private @Nullable PayloadReader reader;
  private boolean closed;

  StoredSlot(
      StoredEntry entry,
      int id,
      SchemaFingerprint fingerprint,
      int rowCount,
      PooledBuffer memory,
      int payloadAt,
      int payloadLength,
      BufferAllocator allocator) {
    this.entry = entry;
    this.id = id;
    this.fingerprint = fingerprint;
    this.rowCount = rowCount;
    this.memory = memory;
    this.payloadAt = payloadAt;
    this.payloadLength = payloadLength;
    this.allocator = allocator;
  }

  @Override
  public int id() {
    return id;
  }

  @Override
  public SchemaFingerprint fingerprint() {
    return fingerprint;
  }

  @Override
  public int rowCount() {
    return rowCount;
  }

  /** The bytes of the payload, as they are in the log. */
  synchronized ByteBuffer payload() {
    checkOpen();
    return memory.buffer().slice(payloadAt, payloadLength);
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the delivery of this bundle is closed");
    }
  }

  private synchronized PayloadReader reader() throws IOException {
    checkOpen();
    if (reader == null) {
      reader = PayloadReader.read(memory, payloadAt, payloadLength, allocator);
    }
    return reader;
  }

  @Override
  public VectorSchemaRoot root() {
    try {
      return reader().root();
    } catch (IOException e) {
      throw corrupt(e);
    }
  }

  @Override
  public DictionaryProvider dictionaries() {
    try {
      return reader().dictionaries();
    } catch (IOException e) {
      throw corrupt(e);
    }
  }

  private CorruptException corrupt(IOException e) {
    CorruptException corrupt =
        new CorruptException(
            "slot "
                + id
                + " of the bundle with sequence "
                + entry.sequence()
                + ", in "
                + entry.file()
                + " at offset "
                + entry.offset()
                + ", holds no record batch: "
                + e.getMessage()
                + "; it is stored as it was appended: reject it",
            entry.file(),
            entry.offset());
    corrupt.initCause(e);
    return corrupt;
  }

  synchronized void close() {
    closed = true;
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }
}
