package io.holdfast.pipeline.bundle;

import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes the events that were added take together as one entry of the log, exactly. Belongs
 * to one thread.
 */
public final class EntrySize {
  /** Length, type, time, sequence, bitmap, checksum. */
  private static final int ENTRY_BYTES = 4 + 1 + 8 + 8 + 8 + 4;

  /** Number, fingerprint, rows, length. */
  private static final int SLOT_BYTES = 2 + 32 + 4 + 4;

  private static final int PREFIX_BYTES = 8;
  private static final int NULLABLE_OR_NOT_COLUMNS = 5;

  /** Everything but the body of the record batch. */
  private static final int FIXED_BYTES = fixedBytes();

  private long rows;
  private long valueBytes;
  private long metaBytes;
  private long originBytes;

  /** Of nothing. */
  public EntrySize() {}

  /** The bytes of an entry with this event alone. */
  public static long of(StoredEvent event) {
    EntrySize size = new EntrySize();
    size.add(event);
    return size.bytes();
  }

  /** Adds an event. */
  public void add(StoredEvent event) {
    rows++;
    valueBytes += event.value().length;
    metaBytes += length(event.meta());
    originBytes += length(event.origin());
  }

  /** What {@link #bytes} would be with one more event. */
  public long bytesWith(StoredEvent event) {
    return bytes(
        rows + 1,
        valueBytes + event.value().length,
        metaBytes + length(event.meta()),
        originBytes + length(event.origin()));
  }

  /** The bytes of the entry. */
  public long bytes() {
    return bytes(rows, valueBytes, metaBytes, originBytes);
  }

  private static long bytes(long rows, long value, long meta, long origin) {
    long validity = NULLABLE_OR_NOT_COLUMNS * padded((rows + 7) / 8);
    long offsets = 3 * padded(4 * (rows + 1));
    long numbers = 2 * 8 * rows;
    return FIXED_BYTES
        + validity
        + offsets
        + numbers
        + padded(value)
        + padded(meta)
        + padded(origin);
  }

  private static int length(byte @Nullable [] text) {
    return text == null ? 0 : text.length;
  }

  private static long padded(long bytes) {
    return (bytes + 7) & -8;
  }

  private static int fixedBytes() {
    int schema =
        MessageSerializer.serializeMetadata(EventBundle.SCHEMA, IpcOption.DEFAULT).remaining();
    return ENTRY_BYTES
        + SLOT_BYTES
        + (int) padded(PREFIX_BYTES + schema)
        + (int) padded(PREFIX_BYTES + EventBundle.batchMetadataBytes())
        + PREFIX_BYTES;
  }
}
