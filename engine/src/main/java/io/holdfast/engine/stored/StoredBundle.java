package io.holdfast.engine.stored;

import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.SchemaFingerprint;
import io.holdfast.engine.memory.PooledBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A bundle that was read from a file and whose checksum fits. Its memory is held until it is
 * closed.
 */
public final class StoredBundle implements AutoCloseable {
  /**
   * Where a slot lies in the memory.
   *
   * @param id its number
   * @param fingerprint the name of its schema
   * @param rowCount how many rows it says to have
   * @param payloadAt where its payload starts
   * @param payloadLength the payload's bytes
   */
  public record SlotAt(
      int id, SchemaFingerprint fingerprint, int rowCount, int payloadAt, int payloadLength) {}

  private final Place place;
  private final Identity identity;
  private final int length;
  private final PooledBuffer memory;
  private final List<SlotAt> slotsAt;
  private final BufferAllocator allocator;
  private final RecordBundle bundle;
  private final List<StoredSlot> slots = new ArrayList<>();

  /**
   * A bundle in memory that belongs to it from now on.
   *
   * @param place where it was read
   * @param identity what it is known as
   * @param length its bytes, as it counts in a backlog
   */
  public StoredBundle(
      Place place,
      Identity identity,
      int length,
      PooledBuffer memory,
      List<SlotAt> slotsAt,
      BufferAllocator allocator) {
    this.place = place;
    this.identity = identity;
    this.length = length;
    this.memory = memory;
    this.slotsAt = slotsAt;
    this.allocator = allocator;
    RecordBundle.Builder builder = RecordBundle.builder();
    for (SlotAt at : slotsAt) {
      StoredSlot slot = new StoredSlot(this, at, memory, allocator);
      slots.add(slot);
      builder.add(slot);
    }
    this.bundle = builder.build();
  }

  /** The bundle; valid until {@link #close}. */
  public RecordBundle bundle() {
    return bundle;
  }

  /** Its slots, in the order of the file. */
  public List<StoredSlot> slots() {
    return slots;
  }

  /** What it is known as. */
  public Identity identity() {
    return identity;
  }

  /** Its sequence. */
  public long sequence() {
    return identity.sequence();
  }

  /** Its ingestion time, in nanoseconds since the epoch. */
  public long time() {
    return identity.time();
  }

  /** Its bytes, as it counts in a backlog. */
  public int length() {
    return length;
  }

  /** Where it was read. */
  public Place place() {
    return place;
  }

  /** The same bundle in the same memory, for one more user, who closes it. Not after a close. */
  public StoredBundle share() {
    memory.retain();
    return new StoredBundle(place, identity, length, memory, slotsAt, allocator);
  }

  @Override
  public void close() {
    for (StoredSlot slot : slots) {
      slot.close();
    }
    memory.release();
  }
}
