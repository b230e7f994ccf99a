package io.holdfast.engine.log;

import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.TooLargeException;
import io.holdfast.engine.ipc.PayloadWriter;
import io.holdfast.engine.ipc.SchemaMessages;
import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.memory.PooledBuffer;
import io.holdfast.engine.stored.Crc;
import io.holdfast.engine.stored.Identity;
import io.holdfast.engine.stored.Place;
import io.holdfast.engine.stored.StoredBundle;
import io.holdfast.engine.stored.StoredSlot;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A bundle as the bytes of a log entry, but for time, sequence and checksum, which {@link #stamp}
 * puts in. The checksum of the rest is made here, on the caller's thread. Belongs to one thread at
 * a time; {@link #release} gives its memory back.
 */
public final class EncodedEntry {
  private final PooledBuffer memory;
  private final int length;
  private final int items;
  private final int restCrc;
  private final int restShift;

  private EncodedEntry(PooledBuffer memory, int length, int items) {
    this.memory = memory;
    this.length = length;
    this.items = items;
    int rest = length - WalFormat.FRAME_BYTES - WalFormat.STAMP_BYTES;
    this.restCrc = Crc.of(memory.buffer(), WalFormat.BITMAP_AT, rest);
    this.restShift = Crc.shiftBy(rest);
  }

  /**
   * Encodes a bundle.
   *
   * @param schemas of which the message is known
   * @param limit the largest entry, in bytes
   * @throws TooLargeException when it is over the limit
   * @throws IllegalArgumentException when a slot is no Arrow record batch that can be stored
   */
  public static EncodedEntry of(
      RecordBundle bundle, BufferPool pool, SchemaMessages schemas, long limit) {
    List<Part> parts = new ArrayList<>(bundle.slots().size());
    try {
      long size = WalFormat.MIN_ENTRY_BYTES;
      for (RecordBundle.Slot slot : bundle.slots()) {
        Part part = Part.of(slot, schemas);
        parts.add(part);
        size += WalFormat.SLOT_HEAD_BYTES + part.size();
      }
      if (size > limit) {
        throw new TooLargeException(
            "the bundle takes "
                + size
                + " bytes in the log, and the largest that fits is "
                + limit
                + ": append it in smaller ones, or give the buffer a larger cap");
      }
      return write(parts, pool, Math.toIntExact(size));
    } finally {
      for (Part part : parts) {
        part.close();
      }
    }
  }

  /** How long a bundle is as an entry, whatever is said where it was stored. */
  public static long lengthOf(StoredBundle stored) {
    long size = WalFormat.MIN_ENTRY_BYTES;
    for (StoredSlot slot : stored.slots()) {
      size += WalFormat.SLOT_HEAD_BYTES + slot.payload().remaining();
    }
    return size;
  }

  private static EncodedEntry write(List<Part> parts, BufferPool pool, int size) {
    PooledBuffer memory = pool.take(size);
    try {
      ByteBuffer bytes = memory.buffer();
      bytes.putInt(0, size - WalFormat.FRAME_BYTES);
      long bitmap = 0;
      int at = WalFormat.SLOTS_AT;
      for (Part part : parts) {
        RecordBundle.Slot slot = part.slot();
        bitmap |= 1L << slot.id();
        bytes.putShort(at, (short) slot.id());
        bytes.put(at + 2, slot.fingerprint().toBytes());
        bytes.putInt(at + WalFormat.SLOT_HEAD_BYTES - 8, slot.rowCount());
        bytes.putInt(at + WalFormat.SLOT_HEAD_BYTES - 4, Math.toIntExact(part.size()));
        at += WalFormat.SLOT_HEAD_BYTES;
        part.write(memory, at);
        at += Math.toIntExact(part.size());
      }
      bytes.putLong(WalFormat.BITMAP_AT, bitmap);
      return new EncodedEntry(
          memory, size, parts.isEmpty() ? 0 : parts.getFirst().slot().rowCount());
    } catch (Throwable failure) {
      memory.release();
      throw failure;
    }
  }

  /** The bytes of the entry, frame included. */
  public int length() {
    return length;
  }

  /** The rows of the lowest slot. */
  public int items() {
    return items;
  }

  /** Completes the entry, in place; may be done again with other values. */
  void stamp(long time, long sequence) {
    ByteBuffer bytes = memory.buffer();
    WalFormat.stamp(bytes, 0, time, sequence);
    int stampCrc = Crc.of(bytes, WalFormat.TYPE_AT, WalFormat.STAMP_BYTES);
    bytes.putInt(length - 4, Crc.combine(stampCrc, restCrc, restShift));
  }

  /** The whole entry, from position to limit. */
  ByteBuffer bytes() {
    return memory.buffer().clear().limit(length);
  }

  /** Where it lies, from byte 0 on. */
  PooledBuffer memory() {
    return memory;
  }

  /** The checksum of all slots: the same rows in the same slots have the same. */
  public int slotsCrc() {
    return restCrc;
  }

  /**
   * The bundle as it would be read again, without a disk between. It has the memory from now on.
   *
   * @param identity what it is known as
   * @param allocator for its rows, when somebody asks for them
   */
  public StoredBundle reread(Identity identity, BufferAllocator allocator) {
    return new StoredBundle(
        Place.inLog("memory", 0),
        identity,
        length,
        memory,
        EntryReader.slots(memory.buffer()),
        allocator);
  }

  /** Gives the memory back. */
  public void release() {
    memory.release();
  }

  /** A slot that knows its payload's size before it is written. */
  private sealed interface Part extends AutoCloseable {
    RecordBundle.Slot slot();

    long size();

    void write(PooledBuffer target, int offset);

    @Override
    void close();

    static Part of(RecordBundle.Slot slot, SchemaMessages schemas) {
      return slot instanceof StoredSlot stored
          ? new Copied(stored)
          : new Written(slot, written(slot, schemas));
    }

    private static PayloadWriter written(RecordBundle.Slot slot, SchemaMessages schemas) {
      try {
        return new PayloadWriter(slot.root(), slot.dictionaries(), schemas);
      } catch (IllegalArgumentException refused) {
        throw new IllegalArgumentException(
            "slot " + slot.id() + " cannot be stored: " + refused.getMessage(), refused);
      }
    }
  }

  private record Written(RecordBundle.Slot slot, PayloadWriter writer) implements Part {
    @Override
    public long size() {
      return writer.size();
    }

    @Override
    public void write(PooledBuffer target, int offset) {
      writer.write(target, offset);
    }

    @Override
    public void close() {
      writer.close();
    }
  }

  /** A payload that was read from a log is written as it is, and never decoded. */
  private record Copied(StoredSlot slot) implements Part {
    @Override
    public long size() {
      return slot.payload().remaining();
    }

    @Override
    public void write(PooledBuffer target, int offset) {
      ByteBuffer payload = slot.payload();
      target.buffer().put(offset, payload, payload.position(), payload.remaining());
    }

    @Override
    public void close() {}
  }
}
