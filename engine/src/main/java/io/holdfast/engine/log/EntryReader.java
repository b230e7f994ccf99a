package io.holdfast.engine.log;

import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.SchemaFingerprint;
import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.memory.PooledBuffer;
import io.holdfast.engine.storage.StorageFile;
import io.holdfast.engine.stored.DamagedBundleException;
import io.holdfast.engine.stored.Identity;
import io.holdfast.engine.stored.Place;
import io.holdfast.engine.stored.StoredBundle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** Reads entries that a scan or the committer has found valid, and checks them again. */
final class EntryReader {
  private EntryReader() {}

  /**
   * An entry that is in memory already, which belongs to this method.
   *
   * @return null when its bytes are not those that were valid once
   */
  static @Nullable StoredBundle recent(
      PooledBuffer memory, Place place, long sequence, BufferAllocator allocator) {
    boolean given = false;
    try {
      if (!isEntry(memory.buffer(), sequence)) {
        return null;
      }
      StoredBundle bundle = bundle(memory, place, sequence, allocator);
      given = true;
      return bundle;
    } finally {
      if (!given) {
        memory.release();
      }
    }
  }

  /**
   * Reads an entry.
   *
   * @param name the file's name for messages
   * @param sequence that the entry has in the file
   * @throws DamagedBundleException when its bytes are not those that were valid then
   * @throws IOException when the disk refuses
   */
  static StoredBundle read(
      StorageFile file,
      String name,
      long offset,
      int length,
      long sequence,
      BufferPool pool,
      BufferAllocator allocator)
      throws IOException {
    Place place = Place.inLog(name, offset);
    PooledBuffer memory = pool.take(length);
    try {
      ByteBuffer bytes = memory.buffer();
      boolean whole = isRead(file, offset, bytes, sequence);
      if (!whole) {
        // What is damaged is given up for good, and one read alone may have gone wrong.
        whole = isRead(file, offset, bytes, sequence);
      }
      if (!whole) {
        String why = bytes.hasRemaining() ? "the file is too short" : "its checksum is wrong";
        throw new DamagedBundleException(place, length, sequence, why);
      }
      return bundle(memory, place, sequence, allocator);
    } catch (Throwable failure) {
      memory.release();
      throw failure;
    }
  }

  /** Fills memory that ends where the entry does; whether the entry is in it. */
  private static boolean isRead(StorageFile file, long offset, ByteBuffer bytes, long sequence)
      throws IOException {
    bytes.rewind();
    return file.readFully(bytes, offset) && isEntry(bytes, sequence);
  }

  private static boolean isEntry(ByteBuffer bytes, long sequence) {
    return WalFormat.isWhole(bytes, 0, bytes.limit())
        && bytes.getLong(WalFormat.SEQUENCE_AT) == sequence
        && slotsFill(bytes);
  }

  /** Whether the slots are those of the bitmap, and end where the entry does. */
  private static boolean slotsFill(ByteBuffer bytes) {
    long missing = bytes.getLong(WalFormat.BITMAP_AT);
    long at = WalFormat.SLOTS_AT;
    int end = bytes.limit() - 4;
    while (missing != 0) {
      if (at + WalFormat.SLOT_HEAD_BYTES > end) {
        return false;
      }
      int id = Short.toUnsignedInt(bytes.getShort((int) at));
      if (id >= RecordBundle.MAX_SLOTS || (missing & (1L << id)) == 0) {
        return false;
      }
      missing &= ~(1L << id);
      int payload = bytes.getInt((int) at + WalFormat.SLOT_HEAD_BYTES - 4);
      at += WalFormat.SLOT_HEAD_BYTES + Integer.toUnsignedLong(payload);
    }
    return at == end;
  }

  private static StoredBundle bundle(
      PooledBuffer memory, Place place, long sequence, BufferAllocator allocator) {
    ByteBuffer bytes = memory.buffer();
    int length = bytes.limit();
    Identity identity =
        new Identity(
            sequence, Math.max(0, bytes.getLong(WalFormat.TIME_AT)), bytes.getInt(length - 4));
    return new StoredBundle(place, identity, length, memory, slots(bytes), allocator);
  }

  /** The slots of a valid entry that starts at byte 0. */
  static List<StoredBundle.SlotAt> slots(ByteBuffer bytes) {
    List<StoredBundle.SlotAt> slots = new ArrayList<>();
    int at = WalFormat.SLOTS_AT;
    for (int left = Long.bitCount(bytes.getLong(WalFormat.BITMAP_AT)); left > 0; left--) {
      byte[] fingerprint = new byte[SchemaFingerprint.BYTES];
      bytes.get(at + 2, fingerprint);
      int payload = bytes.getInt(at + WalFormat.SLOT_HEAD_BYTES - 4);
      slots.add(
          new StoredBundle.SlotAt(
              Short.toUnsignedInt(bytes.getShort(at)),
              SchemaFingerprint.of(fingerprint),
              Math.max(0, bytes.getInt(at + WalFormat.SLOT_HEAD_BYTES - 8)),
              at + WalFormat.SLOT_HEAD_BYTES,
              payload));
      at += WalFormat.SLOT_HEAD_BYTES + payload;
    }
    return slots;
  }
}
