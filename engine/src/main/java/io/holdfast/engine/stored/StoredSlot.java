package io.holdfast.engine.stored;

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

/** A slot that was read from a file; its rows are decoded when they are asked for. */
public final class StoredSlot implements RecordBundle.Slot {
  private final StoredBundle owner;
  private final StoredBundle.SlotAt at;
  private final PooledBuffer memory;
  private final BufferAllocator allocator;
  private @Nullable PayloadReader reader;
  private boolean closed;

  StoredSlot(
      StoredBundle owner, StoredBundle.SlotAt at, PooledBuffer memory, BufferAllocator allocator) {
    this.owner = owner;
    this.at = at;
    this.memory = memory;
    this.allocator = allocator;
  }

  @Override
  public int id() {
    return at.id();
  }

  @Override
  public SchemaFingerprint fingerprint() {
    return at.fingerprint();
  }

  @Override
  public int rowCount() {
    return at.rowCount();
  }

  /** Where the payload starts in the bundle's memory. */
  public int payloadAt() {
    return at.payloadAt();
  }

  /** The bytes of the payload: an Arrow IPC stream of one record batch. */
  public synchronized ByteBuffer payload() {
    checkOpen();
    return memory.buffer().slice(at.payloadAt(), at.payloadLength());
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the delivery of this bundle is closed");
    }
  }

  private synchronized PayloadReader reader() throws IOException {
    checkOpen();
    if (reader == null) {
      reader = PayloadReader.read(memory, at.payloadAt(), at.payloadLength(), allocator);
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
    return new CorruptException(
        "slot "
            + at.id()
            + " of the bundle with sequence "
            + owner.sequence()
            + ", in "
            + owner.place().file()
            + " at offset "
            + owner.place().offset()
            + ", holds no record batch: "
            + e.getMessage()
            + "; it is stored as it was appended: reject it",
        owner.place().file(),
        owner.place().offset(),
        e);
  }

  synchronized void close() {
    closed = true;
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }
}
