package io.holdfast.engine.segment;

import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.ipc.IpcFile;
import io.holdfast.engine.ipc.MalformedIpcException;
import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.memory.PooledBuffer;
import io.holdfast.engine.storage.StorageFile;
import io.holdfast.engine.stored.DamagedBundleException;
import io.holdfast.engine.stored.Place;
import io.holdfast.engine.stored.StoredBundle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Puts a bundle together again out of the messages that lie apart in a segment: schema,
 * dictionaries, its batch. Thread-safe.
 */
final class BundleReading {
  private static final byte[] END_OF_STREAM = {-1, -1, -1, -1, 0, 0, 0, 0};
  private static final int CHUNK_BYTES = 1 << 20;

  private final BufferPool pool;
  private final BufferAllocator allocator;
  private final AtomicLong diskReads = new AtomicLong();
  private final ReadAhead ahead = new ReadAhead(diskReads);

  BundleReading(BufferPool pool, BufferAllocator allocator) {
    this.pool = pool;
    this.allocator = allocator;
  }

  /** How many reads of the disk for bundles have worked. */
  long diskReads() {
    return diskReads.get();
  }

  /** Whether the one checksum of a whole segment fits. */
  static boolean checksumFits(SegmentFile file, StorageFile handle) throws IOException {
    CRC32 crc = new CRC32();
    long end = file.size() - 4;
    ByteBuffer chunk = ByteBuffer.allocateDirect((int) Math.min(CHUNK_BYTES, end));
    long at = 0;
    while (at < end) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), end - at));
      int read = handle.read(chunk, at);
      if (read <= 0) {
        break;
      }
      crc.update(chunk.flip());
      at += read;
    }
    return at >= end && (int) crc.getValue() == file.checksum();
  }

  /**
   * Reads one bundle, its slots made whole streams again.
   *
   * @param file the segment
   * @param handle of it
   * @param index of it
   * @param at the bundle's place in the index
   * @param place for what is said of it
   * @throws DamagedBundleException when its bytes are not what they were
   */
  StoredBundle read(SegmentFile file, StorageFile handle, SegmentIndex index, int at, Place place)
      throws IOException {
    long key = index.key(at);
    List<SlotParts> slots;
    try {
      slots = index.slots(at);
    } catch (DamagedSegmentException | MalformedIpcException | ArithmeticException damaged) {
      throw new DamagedBundleException(place, 0, key, String.valueOf(damaged.getMessage()));
    }
    long total = 0;
    long ids = 0;
    for (SlotParts slot : slots) {
      total += slot.length() + END_OF_STREAM.length;
      if (slot.slot() >= RecordBundle.MAX_SLOTS || (ids & 1L << slot.slot()) != 0) {
        throw new DamagedBundleException(
            place, 0, key, "its slot " + slot.slot() + " is there twice, or cannot be");
      }
      ids |= 1L << slot.slot();
    }
    if (total > SegmentFormat.MAX_BUNDLE_BYTES) {
      throw new DamagedBundleException(
          place, total, key, "it is larger than any bundle can have been");
    }
    if (total > file.size() + (long) slots.size() * END_OF_STREAM.length + total / 2) {
      throw new DamagedBundleException(place, total, key, "it is larger than its file");
    }
    Wanted wanted = new Wanted(file, handle, place, key);
    PooledBuffer memory = pool.take((int) total);
    try {
      List<StoredBundle.SlotAt> slotsAt = new ArrayList<>();
      int to = 0;
      for (SlotParts slot : slots) {
        int start = to;
        int batchAt = to;
        int batch = slot.parts().size() - 1;
        for (int i = 0; i <= batch; i++) {
          SlotParts.Part part = slot.parts().get(i);
          ByteBuffer target = memory.buffer().slice(to, part.length());
          if (i < batch) {
            head(wanted, index, part, target);
          } else {
            fill(wanted, part, target);
          }
          batchAt = to;
          to += part.length();
        }
        memory.buffer().put(to, END_OF_STREAM);
        to += END_OF_STREAM.length;
        int rows = slot.rows() >= 0 ? slot.rows() : IpcFile.rows(memory.buffer(), batchAt);
        slotsAt.add(
            new StoredBundle.SlotAt(slot.slot(), slot.fingerprint(), rows, start, to - start));
      }
      slotsAt.sort(Comparator.comparingInt(StoredBundle.SlotAt::id));
      return new StoredBundle(
          place, index.identity(at), index.length(at), memory, slotsAt, allocator);
    } catch (Throwable failure) {
      memory.release();
      throw failure;
    }
  }

  /** A bundle that is read, with its place for what is said of it. */
  private record Wanted(SegmentFile file, StorageFile handle, Place place, long key) {}

  private void head(Wanted wanted, SegmentIndex index, SlotParts.Part part, ByteBuffer target)
      throws IOException {
    byte[] known = index.head(part);
    if (known == null) {
      fill(wanted, part, target);
      index.keepHead(part, target.flip());
    } else {
      target.put(known);
    }
  }

  private void fill(Wanted wanted, SlotParts.Part part, ByteBuffer target) throws IOException {
    if (!part.checked()) {
      fillUnchecked(wanted, part, target);
      return;
    }
    if (ahead.fill(wanted.file, wanted.handle, target, part.offset()) && isWhole(target, part)) {
      return;
    }
    boolean whole = isRead(wanted.handle, target, part);
    if (!whole) {
      // What is damaged is given up for good, and one read alone may have gone wrong.
      whole = isRead(wanted.handle, target, part);
    }
    if (!whole) {
      String why = target.hasRemaining() ? "the file is too short" : "its checksum is wrong";
      throw new DamagedBundleException(at(wanted.place, part), part.length(), wanted.key, why);
    }
  }

  /** Of each delivery: a read that goes wrong must not be kept. */
  private void fillUnchecked(Wanted wanted, SlotParts.Part part, ByteBuffer target)
      throws IOException {
    try {
      SaidTwice.of(
          () -> {
            target.clear();
            if (!wanted.handle.readFully(target, part.offset())) {
              throw new DamagedSegmentException("the file is too short");
            }
            diskReads.incrementAndGet();
            return crc(target, part);
          });
    } catch (DamagedSegmentException damaged) {
      throw new DamagedBundleException(
          at(wanted.place, part), part.length(), wanted.key, String.valueOf(damaged.getMessage()));
    }
  }

  /** Fills memory of the part's length; whether the part is in it. */
  private boolean isRead(StorageFile handle, ByteBuffer target, SlotParts.Part part)
      throws IOException {
    target.clear();
    boolean there = handle.readFully(target, part.offset());
    diskReads.incrementAndGet();
    return there && isWhole(target, part);
  }

  private static boolean isWhole(ByteBuffer bytes, SlotParts.Part part) {
    return crc(bytes, part) == part.crc();
  }

  private static int crc(ByteBuffer bytes, SlotParts.Part part) {
    CRC32 crc = new CRC32();
    crc.update(bytes.slice(0, part.length()));
    return (int) crc.getValue();
  }

  private static Place at(Place place, SlotParts.Part part) {
    return new Place(place.file(), part.offset(), place.segment(), place.index());
  }
}
