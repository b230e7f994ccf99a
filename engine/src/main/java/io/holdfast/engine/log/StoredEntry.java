package io.holdfast.engine.log;

import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.SchemaFingerprint;
import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.memory.PooledBuffer;
import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/**
 * An entry that was read from a log file and whose checksum fits. Its memory is held until it is
 * closed.
 */
public final class StoredEntry implements AutoCloseable {
  private final String file;
  private final long offset;
  private final PooledBuffer memory;
  private final long sequence;
  private final long time;
  private final int crc;
  private final int length;
  private final RecordBundle bundle;
  private final List<StoredSlot> slots = new ArrayList<>();

  private StoredEntry(
      String file, long offset, PooledBuffer memory, int length, BufferAllocator allocator) {
    this.file = file;
    this.offset = offset;
    this.memory = memory;
    this.length = length;
    ByteBuffer bytes = memory.buffer();
    this.time = Math.max(0, bytes.getLong(WalFormat.TIME_AT));
    this.sequence = bytes.getLong(WalFormat.SEQUENCE_AT);
    this.crc = bytes.getInt(length - 4);
    RecordBundle.Builder builder = RecordBundle.builder();
    int at = WalFormat.SLOTS_AT;
    for (int left = Long.bitCount(bytes.getLong(WalFormat.BITMAP_AT)); left > 0; left--) {
      byte[] fingerprint = new byte[SchemaFingerprint.BYTES];
      bytes.get(at + 2, fingerprint);
      int payload = bytes.getInt(at + WalFormat.SLOT_HEAD_BYTES - 4);
      StoredSlot slot =
          new StoredSlot(
              this,
              Short.toUnsignedInt(bytes.getShort(at)),
              SchemaFingerprint.of(fingerprint),
              bytes.getInt(at + WalFormat.SLOT_HEAD_BYTES - 8),
              memory,
              at + WalFormat.SLOT_HEAD_BYTES,
              payload,
              allocator);
      slots.add(slot);
      builder.add(slot);
      at += WalFormat.SLOT_HEAD_BYTES + payload;
    }
    this.bundle = builder.build();
  }

  /**
   * Reads an entry that a scan or the committer has found valid, and checks it again.
   *
   * @param name the file's name for messages
   * @throws DamagedEntryException when its bytes are not those that were valid then
   * @throws IOException when the disk refuses
   */
  static StoredEntry read(
      StorageFile file,
      String name,
      long offset,
      int length,
      long sequence,
      BufferPool pool,
      BufferAllocator allocator)
      throws IOException {
    PooledBuffer memory = pool.take(length);
    try {
      ByteBuffer bytes = memory.buffer();
      while (bytes.hasRemaining()) {
        if (file.read(bytes, offset + bytes.position()) <= 0) {
          throw new DamagedEntryException(name, offset, length, sequence, "the file is too short");
        }
      }
      bytes.clear();
      int body = length - WalFormat.FRAME_BYTES;
      if (bytes.getInt(0) != body
          || Crc.of(bytes, WalFormat.LENGTH_BYTES, body) != bytes.getInt(length - 4)
          || bytes.getLong(WalFormat.SEQUENCE_AT) != sequence) {
        throw new DamagedEntryException(name, offset, length, sequence, "its checksum is wrong");
      }
      return new StoredEntry(name, offset, memory, length, allocator);
    } catch (Throwable failure) {
      memory.release();
      throw failure;
    }
  }

  /** The bundle; valid until {@link #close}. */
  public RecordBundle bundle() {
    return bundle;
  }

  /** Its sequence. */
  public long sequence() {
    return sequence;
  }

  /** Its ingestion time, in nanoseconds since the epoch. */
  public long time() {
    return time;
  }

  /** The checksum of its body. */
  public int crc() {
    return crc;
  }

  /** Its bytes in the log. */
  public int length() {
    return length;
  }

  /** The file's name, for messages. */
  String file() {
    return file;
  }

  /** Where in the file. */
  long offset() {
    return offset;
  }

  @Override
  public void close() {
    for (StoredSlot slot : slots) {
      slot.close();
    }
    memory.release();
  }
}
