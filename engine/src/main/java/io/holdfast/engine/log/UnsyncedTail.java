package io.holdfast.engine.log;

import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The last part of a log file, which its last owner may not have synced. It is written again, byte
 * for byte: a sync that failed in the last life has marked its pages clean, so that syncing alone
 * would do nothing. What is written over good bytes is checked first. One thread.
 */
final class UnsyncedTail {
  private static final int CHUNK_BYTES = 1 << 20;

  private final ScannedFile file;
  private final long from;

  /** The entries that end within so many bytes of the end, and the last one in any case. */
  UnsyncedTail(ScannedFile file, long unsyncedBytes) {
    this.file = file;
    long end = file.end().validEnd();
    long first = end;
    for (EntryFound entry : file.entries().reversed()) {
      if (first < end && end - entry.offset() > unsyncedBytes) {
        break;
      }
      first = entry.offset();
    }
    this.from = first;
  }

  /** Where it starts in its file. */
  long from() {
    return from;
  }

  /** Writes it again, and syncs it. */
  void rewrite(StorageFile handle) throws IOException {
    long end = file.end().validEnd();
    if (from == end) {
      return;
    }
    long at = from;
    List<EntryFound> run = new ArrayList<>();
    for (EntryFound entry : file.entries()) {
      if (entry.offset() < from) {
        continue;
      }
      boolean follows = entry.offset() == at;
      if (!run.isEmpty() && (!follows || entry.end() - run.getFirst().offset() > CHUNK_BYTES)) {
        rewrite(run, handle);
        run.clear();
      }
      if (!follows) {
        copy(at, entry.offset(), handle);
      }
      run.add(entry);
      at = entry.end();
    }
    if (!run.isEmpty()) {
      rewrite(run, handle);
    }
    copy(at, end, handle);
    handle.syncAll();
  }

  /** Entries that lie side by side. One that does not read as it did when it was found stays. */
  private void rewrite(List<EntryFound> run, StorageFile handle) throws IOException {
    long start = run.getFirst().offset();
    ByteBuffer bytes = allocate(run.getLast().end() - start);
    if (isReadTwice(bytes, run)) {
      handle.writeFully(bytes.rewind(), start);
    } else if (run.size() > 1) {
      for (EntryFound entry : run) {
        rewrite(List.of(entry), handle);
      }
    }
  }

  /**
   * What lies between entries is of no known type, or none: there is nothing to check it by. What
   * the disk refuses of that stays as it is.
   */
  private void copy(long start, long end, StorageFile handle) throws IOException {
    if (file.refused().hasAny(start, end)) {
      return;
    }
    for (long at = start; at < end; at += CHUNK_BYTES) {
      ByteBuffer bytes = allocate(Math.min(CHUNK_BYTES, end - at));
      read(bytes, at);
      handle.writeFully(bytes.rewind(), at);
    }
  }

  /** The bytes of an entry; as they read now, if they do not read as when it was found. */
  ByteBuffer read(EntryFound entry) throws IOException {
    ByteBuffer bytes = allocate(entry.length());
    isReadTwice(bytes, List.of(entry));
    return bytes.rewind();
  }

  private static ByteBuffer allocate(long bytes) {
    return ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private boolean isReadTwice(ByteBuffer bytes, List<EntryFound> run) throws IOException {
    boolean whole = isRead(bytes, run);
    if (!whole) {
      whole = isRead(bytes, run);
    }
    return whole;
  }

  private boolean isRead(ByteBuffer bytes, List<EntryFound> run) throws IOException {
    long start = run.getFirst().offset();
    read(bytes, start);
    for (EntryFound entry : run) {
      int at = Math.toIntExact(entry.offset() - start);
      if (!WalFormat.isWhole(bytes, at, entry.length())
          || bytes.getInt(at + entry.length() - 4) != entry.crc()) {
        return false;
      }
    }
    return true;
  }

  private void read(ByteBuffer bytes, long from) throws IOException {
    bytes.clear();
    if (!file.reader().readFully(bytes, from)) {
      throw new IOException(file.name() + " became shorter while it was read");
    }
  }
}
