package io.holdfast.engine.log;

import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One file of the log, with an index of its confirmed entries: 32 bytes of memory for each. The
 * index and the name are guarded by the {@link Log}; users are counted, so that the file stays
 * while somebody reads it.
 */
final class LogFile {
  private final StorageFile reader;
  private final int headerBytes;
  private final long positionStart;
  private final AtomicInteger users = new AtomicInteger();

  private String name;
  private long[] offsets = new long[16];
  private int[] lengths = new int[16];
  private int[] items = new int[16];
  private long[] sequences = new long[16];
  private long[] times = new long[16];
  private int count;
  private long end;
  private long counted;
  private boolean evidence;

  /**
   * A file without entries.
   *
   * @param name in the storage
   * @param reader belongs to this object from now on
   */
  LogFile(String name, StorageFile reader, int headerBytes, long positionStart) {
    this.name = name;
    this.reader = reader;
    this.headerBytes = headerBytes;
    this.positionStart = positionStart;
    this.end = headerBytes;
  }

  String name() {
    return name;
  }

  void rename(String newName) {
    name = newName;
  }

  StorageFile reader() {
    return reader;
  }

  /** Where the first entry starts in the file. */
  int headerBytes() {
    return headerBytes;
  }

  /** The WAL position of the first entry. */
  long positionStart() {
    return positionStart;
  }

  /** Behind the last entry, or behind what was given up, in the file. */
  long end() {
    return end;
  }

  /** Moves the end over bytes that hold no entry. */
  void endAt(long offset) {
    end = Math.max(end, offset);
  }

  /** It is in the account with so many bytes. */
  void countAs(long bytes) {
    counted = bytes;
  }

  /** It holds what could not be read, or was not looked for. */
  void keepAsEvidence() {
    evidence = true;
  }

  /** Whether it is not to be deleted. */
  boolean isEvidence() {
    return evidence;
  }

  /** What goes from the account when it is deleted; 0 for the active one. */
  long counted() {
    return counted;
  }

  long positionOf(long offset) {
    return positionStart + (offset - headerBytes);
  }

  long positionEnd() {
    return positionOf(end);
  }

  int count() {
    return count;
  }

  void add(long offset, int length, long sequence, int itemCount, long time) {
    makeRoom(1);
    offsets[count] = offset;
    lengths[count] = length;
    items[count] = itemCount;
    sequences[count] = sequence;
    times[count] = time;
    count++;
    end = Math.max(end, offset + length);
  }

  /** Sees to it that so many entries can be added without more memory. */
  void makeRoom(int more) {
    if (count + more > offsets.length) {
      int larger = Math.max(count * 2, count + more);
      lengths = Arrays.copyOf(lengths, larger);
      items = Arrays.copyOf(items, larger);
      sequences = Arrays.copyOf(sequences, larger);
      times = Arrays.copyOf(times, larger);
      // The last one, as it says that all are so long.
      offsets = Arrays.copyOf(offsets, larger);
    }
  }

  /** Whether entries that are all in the index fill the file from its header to this size. */
  boolean isFull(long size) {
    long at = headerBytes;
    for (int i = 0; i < count; i++) {
      if (offsets[i] != at) {
        return false;
      }
      at += lengths[i];
    }
    return at == size;
  }

  /** The newest ingestion time; 0 when there is no entry. */
  long newestTime() {
    long newest = 0;
    for (int i = 0; i < count; i++) {
      newest = Math.max(newest, times[i]);
    }
    return newest;
  }

  /** Where it starts. */
  long offset(int index) {
    return offsets[index];
  }

  int length(int index) {
    return lengths[index];
  }

  int items(int index) {
    return items[index];
  }

  long sequence(int index) {
    return sequences[index];
  }

  /** The ingestion time, nanoseconds since the epoch. */
  long time(int index) {
    return times[index];
  }

  long lastSequence() {
    return sequences[count - 1];
  }

  /**
   * The first entry whose sequence is {@code from} or higher; {@link #count} when there is none.
   */
  int indexFrom(long from) {
    int found = Arrays.binarySearch(sequences, 0, count, from);
    return found >= 0 ? found : -found - 1;
  }

  void retain() {
    users.incrementAndGet();
  }

  void release() {
    users.decrementAndGet();
  }

  boolean inUse() {
    return users.get() > 0;
  }

  void close() throws IOException {
    reader.close();
  }
}
