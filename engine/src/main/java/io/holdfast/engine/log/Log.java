package io.holdfast.engine.log;

import io.holdfast.engine.capacity.Admission;
import io.holdfast.engine.capacity.FileKind;
import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.memory.PooledBuffer;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import io.holdfast.engine.stored.DamagedBundleException;
import io.holdfast.engine.stored.Place;
import io.holdfast.engine.stored.StoredBundle;
import io.holdfast.engine.stored.Totals;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.LongPredicate;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The confirmed entries of all log files: where each sequence lies. Thread-safe; what is added is
 * visible to readers at once.
 */
public final class Log {
  private final Storage storage;
  private final BufferPool pool;
  private final BufferAllocator allocator;

  /** Ascending by sequence, the active one last. */
  private final List<LogFile> files = new ArrayList<>();

  /** Out of the index, still in the directory because somebody reads them. */
  private final List<LogFile> leaving = new ArrayList<>();

  /** How many reasons there are to keep all files. */
  private int keepers;

  /** What reads the files that stay, with all that follow, until what is in them is copied. */
  private final Set<StorageFile> kept = new HashSet<>();

  private final RecentEntries recent;

  private final AtomicLong diskReads = new AtomicLong();
  private Totals added = Totals.NONE;

  /**
   * An empty log over a storage.
   *
   * @param recentBytes of entries that are kept in memory for their readers
   */
  public Log(Storage storage, BufferPool pool, BufferAllocator allocator, long recentBytes) {
    this.recent = new RecentEntries(recentBytes);
    this.storage = storage;
    this.pool = pool;
    this.allocator = allocator;
  }

  synchronized void addFile(LogFile file) {
    files.add(file);
  }

  synchronized LogFile activeFile() {
    return files.getLast();
  }

  /** From now on no file is deleted: some hold entries that cannot be delivered from here. */
  public synchronized void keepFiles() {
    keepers++;
  }

  /** Takes one {@link #keepFiles} back. */
  public synchronized void letFilesGo() {
    keepers--;
  }

  /** Whether a {@link #keepFiles} stands. */
  public synchronized boolean keepsAllFiles() {
    return keepers > 0;
  }

  /** Whether some file stays whatever becomes of its entries. */
  public synchronized boolean keepsFiles() {
    return keepers > 0 || !kept.isEmpty();
  }

  /** From now on this file is not deleted, and none that follows it. */
  synchronized void keep(StorageFile reader) {
    kept.add(reader);
  }

  /** Takes {@link #keep} back. */
  synchronized void letGo(StorageFile reader) {
    kept.remove(reader);
  }

  /** Keeps the memory of entries that are durable, and whose callers do not know it yet. */
  void keepRecent(List<PendingAppend> group) {
    for (PendingAppend append : group) {
      recent.add(append);
    }
  }

  /** Adds entries of one group at the end of the last file. */
  synchronized void addGroup(LogFile file, List<PendingAppend> group, long offset) {
    long bytes = 0;
    long items = 0;
    for (PendingAppend append : group) {
      bytes += append.length();
      items += append.items();
    }
    Totals sum =
        new Totals(added.bundles() + group.size(), added.items() + items, added.bytes() + bytes);
    // All or none of them, also when there is no memory left.
    file.makeRoom(group.size());
    long at = offset;
    for (PendingAppend append : group) {
      file.add(at, append.length(), append.sequence(), append.items(), append.time());
      at += append.length();
    }
    added = sum;
  }

  synchronized void rename(LogFile file, String name) {
    file.rename(name);
  }

  /** The first entry from a sequence on; its file is held until {@link Located#release}. */
  public synchronized Optional<Located> next(long from) {
    for (LogFile file : files) {
      if (file.count() > 0 && file.lastSequence() >= from) {
        int index = file.indexFrom(from);
        file.retain();
        return Optional.of(
            new Located(
                file,
                file.offset(index),
                file.length(index),
                file.sequence(index),
                file.items(index),
                file.time(index)));
      }
    }
    return Optional.empty();
  }

  /** The entry with this sequence. */
  public Optional<Located> find(long sequence) {
    Optional<Located> found = next(sequence);
    if (found.isPresent() && found.get().sequence() != sequence) {
      found.get().release();
      return Optional.empty();
    }
    return found;
  }

  /** From now on so many are connected that read what comes. */
  public void readers(IntSupplier count) {
    recent.readers(count);
  }

  /**
   * As {@link #read(Located)}, for who reads each entry once, soon after it came: mostly it is in
   * memory still.
   *
   * @throws DamagedBundleException when its bytes are not what they were
   */
  public StoredBundle readOnce(Located located) throws IOException {
    StoredBundle found;
    try {
      found = recent(located);
    } catch (Throwable failure) {
      located.release();
      throw failure;
    }
    if (found == null) {
      return read(located);
    }
    located.release();
    return found;
  }

  private @Nullable StoredBundle recent(Located located) {
    PooledBuffer memory = recent.take(located.sequence, located.length, pool);
    if (memory == null) {
      return null;
    }
    Place place = Place.inLog(name(located.file), located.offset);
    return EntryReader.recent(memory, place, located.sequence, allocator);
  }

  private synchronized String name(LogFile file) {
    return storage.describe(file.name());
  }

  /**
   * Reads an entry and lets go of its file.
   *
   * @throws DamagedBundleException when its bytes are not what they were
   */
  public StoredBundle read(Located located) throws IOException {
    try {
      StoredBundle bundle =
          EntryReader.read(
              located.file.reader(),
              name(located.file),
              located.offset,
              located.length,
              located.sequence,
              pool,
              allocator);
      diskReads.incrementAndGet();
      return bundle;
    } finally {
      located.release();
    }
  }

  /** Whether the disk reads a few bytes of some entry, wherever {@code place} leads. */
  public boolean tryRead(long place) {
    LogFile tried;
    long at;
    synchronized (this) {
      if (files.isEmpty()) {
        return false;
      }
      tried = files.get((int) Math.floorMod(place >>> 8, (long) files.size()));
      tried.retain();
      // What was written ahead of the entries might be no more than a note in the filesystem.
      at = Math.floorMod(place, Math.max(1, tried.end()));
    }
    try {
      return tried.reader().readFully(ByteBuffer.allocate(1), at);
    } catch (IOException refused) {
      return false;
    } finally {
      tried.release();
    }
  }

  /** How many entries were read from the disk. */
  public long diskReads() {
    return diskReads.get();
  }

  /**
   * Reads bytes of an entry as they lie in the file; it stays held.
   *
   * @param target filled up to its limit
   * @param at from the entry's start
   */
  public void read(Located located, ByteBuffer target, int at) throws IOException {
    if (!located.file.reader().readFully(target, located.offset + at + target.position())) {
      throw new IOException("a log file became shorter while it was read");
    }
  }

  /** The bytes of all entries from a sequence on. */
  public synchronized long bytesFrom(long sequence) {
    long bytes = 0;
    for (LogFile file : files) {
      if (file.count() > 0 && file.lastSequence() >= sequence) {
        bytes += file.end() - file.offset(file.indexFrom(sequence));
      }
    }
    return bytes;
  }

  /** The bytes of all entries in all files, delivered ones included. */
  public synchronized long retainedBytes() {
    long bytes = 0;
    for (LogFile file : files) {
      bytes += file.end() - file.headerBytes();
    }
    return bytes;
  }

  /**
   * What the oldest file that is not the last one holds.
   *
   * @param last its highest sequence
   * @param newest the highest ingestion time, nanoseconds since the epoch
   */
  public record Oldest(long last, long newest) {}

  /**
   * The oldest file with entries from a sequence on; empty when only the last one has any, or those
   * that are kept.
   */
  public synchronized Optional<Oldest> oldest(long from) {
    for (LogFile file : files.subList(0, Math.max(0, files.size() - 1))) {
      if (keepers > 0 || kept.contains(file.reader())) {
        return Optional.empty();
      }
      if (file.count() > 0 && file.lastSequence() >= from) {
        return Optional.of(new Oldest(file.lastSequence(), file.newestTime()));
      }
    }
    return Optional.empty();
  }

  /** The first sequence of the last file, or what follows the highest one when it is empty. */
  public synchronized long firstOfActive(long next) {
    LogFile active = files.getLast();
    return active.count() == 0 ? next : active.sequence(0);
  }

  /** The highest sequence that is here, or {@code none}. */
  public synchronized long lastSequence(long none) {
    for (LogFile file : files.reversed()) {
      if (file.count() > 0) {
        return file.lastSequence();
      }
    }
    return none;
  }

  /** What groups have added since the log was opened. */
  public synchronized Totals added() {
    return added;
  }

  /** Counts the entries whose sequences are wanted, at one moment. */
  public synchronized Counted countNow(LongPredicate wanted) {
    return new Counted(count(wanted), added);
  }

  /** Counts the entries whose sequences are wanted. */
  public synchronized Totals count(LongPredicate wanted) {
    long bundles = 0;
    long items = 0;
    long bytes = 0;
    for (LogFile file : files) {
      for (int i = 0; i < file.count(); i++) {
        if (wanted.test(file.sequence(i))) {
          bundles++;
          items += file.items(i);
          bytes += file.length(i);
        }
      }
    }
    return new Totals(bundles, items, bytes);
  }

  /** The WAL position of the first entry from a sequence on, or the end of the log. */
  public synchronized long positionFrom(long sequence) {
    for (LogFile file : files) {
      if (file.count() > 0 && file.lastSequence() >= sequence) {
        return file.positionOf(file.offset(file.indexFrom(sequence)));
      }
    }
    return files.isEmpty() ? 0 : files.getLast().positionEnd();
  }

  /** Whether some rotated file has nothing from a sequence on. */
  public synchronized boolean hasFilesBelow(long sequence) {
    return !leaving.isEmpty() || mayLeave(sequence);
  }

  /** Whether the first file may go, because it has nothing from a sequence on. */
  private boolean mayLeave(long sequence) {
    if (keepers > 0 || files.size() < 2 || kept.contains(files.getFirst().reader())) {
      return false;
    }
    LogFile first = files.getFirst();
    return first.count() == 0 || first.lastSequence() < sequence;
  }

  /**
   * Deletes rotated files that have nothing from a sequence on, or keeps them as spare ones, or as
   * evidence, each as soon as nobody reads it.
   *
   * @return whether a file is gone; the caller syncs the directory then, and says so to {@code
   *     spares}
   */
  public boolean deleteBelow(
      long sequence, Admission admission, SpareFiles spares, Quarantine quarantine)
      throws IOException {
    List<LogFile> free = new ArrayList<>();
    synchronized (this) {
      while (mayLeave(sequence)) {
        leaving.add(files.removeFirst());
      }
      for (LogFile file : leaving) {
        if (!file.inUse()) {
          free.add(file);
        }
      }
    }
    if (free.isEmpty()) {
      return false;
    }
    for (LogFile file : free) {
      long size = file.reader().size();
      if (file.isEvidence()) {
        quarantine.take(file.name(), size);
        admission.fileDeleted(FileKind.LOG, file.counted());
      } else if (size != file.counted() || !spares.keep(file, size)) {
        storage.delete(file.name());
        admission.fileDeleted(FileKind.LOG, file.counted());
      }
      synchronized (this) {
        leaving.remove(file);
      }
      file.close();
    }
    return true;
  }

  /** Closes all read handles. */
  public synchronized void close() throws IOException {
    for (LogFile file : files) {
      file.close();
    }
    for (LogFile file : leaving) {
      file.close();
    }
    files.clear();
    leaving.clear();
    recent.clear();
  }

  /**
   * A count and its moment.
   *
   * @param wanted what was counted
   * @param added what groups had added by then
   */
  public record Counted(Totals wanted, Totals added) {}

  /** Where an entry lies. Holds its file. */
  public static final class Located implements io.holdfast.engine.stored.Located {
    private final LogFile file;
    private final long offset;
    private final int length;
    private final long sequence;
    private final int items;
    private final long time;

    Located(LogFile file, long offset, int length, long sequence, int items, long time) {
      this.file = file;
      this.offset = offset;
      this.length = length;
      this.sequence = sequence;
      this.items = items;
      this.time = time;
    }

    /** Its sequence. */
    public long sequence() {
      return sequence;
    }

    @Override
    public long time() {
      return time;
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public long key() {
      return sequence;
    }

    @Override
    public int items() {
      return items;
    }

    /** Holds the file once more. */
    public void retain() {
      file.retain();
    }

    @Override
    public void release() {
      file.release();
    }
  }
}
