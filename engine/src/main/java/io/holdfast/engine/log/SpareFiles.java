package io.holdfast.engine.log;

import io.holdfast.engine.capacity.Admission;
import io.holdfast.engine.capacity.FileKind;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Log files that nobody needs any more, made ready to be used again. Their blocks are on the disk
 * already: a sync of what is written to them has nothing to journal, and nothing is given back to
 * the filesystem, which takes longer than many syncs where it tells the disk.
 *
 * <p>No entry in such a file can be read any more. Where they are large, only the head of each is
 * overwritten, because zeros all over would take half of the disk's bandwidth; the rest stands
 * behind what is written next, until it is written over. The file's header says so, and a few zeros
 * follow the last entry.
 *
 * <p>A file comes from the upkeep task, is cleared by the zeroing task and taken by the committer.
 * It counts as part of the log all the time. Thread-safe.
 */
public final class SpareFiles {
  /** Two may be cleared while two are filled. */
  private static final int MOST = 4;

  /** So much is zeroed in one go, and synced, so that the log's own syncs do not wait for more. */
  private static final long STEP_BYTES = 4L << 20;

  /** To write less than a page costs a page. */
  private static final long PAGE_BYTES = 4 << 10;

  private final Storage storage;
  private final Admission admission;
  private final long rotationBytes;

  /** Their new names may not be durable yet. */
  private final ArrayDeque<Spare> renamed = new ArrayDeque<>();

  private final ArrayDeque<Spare> stale = new ArrayDeque<>();
  private final ArrayDeque<Spare> cleared = new ArrayDeque<>();

  /** What the disk refused to delete. */
  private final ArrayDeque<Spare> unwanted = new ArrayDeque<>();

  /** The zeroing task's own, but for {@link #dropped}. */
  private @Nullable Spare current;

  private @Nullable StorageFile handle;
  private long clearedTo;

  /** Set when {@link #current} is deleted already. */
  private boolean dropped;

  private boolean closed;
  private long nextNumber;
  private volatile Runnable onWork = () -> {};

  /** A file that waits. */
  private static final class Spare {
    final String name;
    final long size;

    /** Where its entries start; null when it is to be all zeros. */
    final int @Nullable [] heads;

    /**
     * The newest time of its entries, or {@link WalHeader#NOT_REUSED} when it is to be all zeros.
     */
    final long oldUntil;

    Spare(String name, long size, int @Nullable [] heads, long oldUntil) {
      this.name = name;
      this.size = size;
      this.heads = heads;
      this.oldUntil = oldUntil;
    }
  }

  /**
   * A file that is ready, durably, open for writing.
   *
   * @param oldUntil as in {@link WalHeader.Own}
   */
  record Cleared(StorageFile file, long size, long oldUntil) {}

  SpareFiles(Storage storage, Admission admission) {
    this.storage = storage;
    this.admission = admission;
    this.rotationBytes = admission.limits().rotationBytes();
  }

  /** Removes what a process left that was killed. */
  static void removeLeft(Storage storage) throws IOException {
    for (String name : storage.list(LogFiles.FOLDER)) {
      if (LogFiles.isSpare(name)) {
        storage.delete(LogFiles.FOLDER + "/" + name);
      }
    }
  }

  /** From now on this is run when there is something to clear. */
  void onWork(Runnable task) {
    onWork = task;
  }

  /**
   * Takes a rotated file in, under another name, instead of its deletion.
   *
   * @return false when it is to be deleted: there are enough, it is not of the usual size, or the
   *     room may be needed for entries
   */
  boolean keep(LogFile file, long size) throws IOException {
    boolean hasFew = 2L * file.count() * PAGE_BYTES < size && file.isFull(size);
    Spare spare;
    synchronized (this) {
      int count = renamed.size() + stale.size() + cleared.size() + (current == null ? 0 : 1);
      if (closed
          || count >= MOST
          || size < rotationBytes
          || size > rotationBytes + rotationBytes / 2
          || !admission.isRoomy()) {
        return false;
      }
      spare =
          new Spare(
              LogFiles.spare(nextNumber++),
              size,
              hasFew ? file.offsets() : null,
              hasFew ? file.newestTime() : WalHeader.NOT_REUSED);
    }
    if (!rename(file.name(), spare.name)) {
      return false;
    }
    synchronized (this) {
      renamed.add(spare);
    }
    return true;
  }

  /** Says whether it is done; not while somebody reads who is not the owner. */
  private boolean rename(String from, String to) throws IOException {
    Optional<Storage.StorageLock> alone = LogReaders.keepOut(storage);
    if (alone.isEmpty()) {
      return false;
    }
    try {
      storage.rename(from, to);
      return true;
    } catch (IOException refused) {
      // It may have happened all the same.
      storage.delete(to);
      return false;
    } finally {
      LogReaders.leave(alone);
    }
  }

  /** The folder was synced: what was kept until now has its new name for good. */
  public void folderSynced() {
    synchronized (this) {
      stale.addAll(renamed);
      renamed.clear();
      if (stale.isEmpty()) {
        return;
      }
    }
    onWork.run();
  }

  /** Whether there is one, or will be soon. */
  synchronized boolean hasAny() {
    return !cleared.isEmpty() || !stale.isEmpty() || current != null;
  }

  /**
   * Clears a part of one; by the zeroing task only.
   *
   * @return whether there is more to do
   */
  boolean clearSome(ByteBuffer zeros) {
    Spare spare;
    synchronized (this) {
      if (current == null) {
        current = stale.poll();
        clearedTo = 0;
        dropped = false;
      }
      spare = current;
      if (spare == null) {
        return false;
      }
    }
    boolean failed = false;
    try {
      clear(spare, zeros);
    } catch (IOException e) {
      // A file that the disk has failed is not used again.
      failed = true;
    }
    finishIfCleared(spare, failed);
    return hasWork();
  }

  private void clear(Spare spare, ByteBuffer zeros) throws IOException {
    StorageFile file = handle;
    if (file == null) {
      file = storage.open(spare.name);
      handle = file;
    }
    int[] heads = spare.heads;
    if (heads == null) {
      zero(file, Math.min(spare.size, clearedTo + STEP_BYTES), zeros);
    } else {
      behead(file, heads, zeros);
      clearedTo = spare.size;
    }
    file.syncData();
  }

  private void zero(StorageFile file, long stop, ByteBuffer zeros) throws IOException {
    while (clearedTo < stop) {
      int step = (int) Math.min(zeros.capacity(), stop - clearedTo);
      file.writeFully(zeros.duplicate().clear().limit(step), clearedTo);
      clearedTo += step;
    }
  }

  /** Takes the length from each entry, and makes the header and what will stand behind it zeros. */
  private static void behead(StorageFile file, int[] heads, ByteBuffer zeros) throws IOException {
    int start = WalFormat.REUSED_HEADER_BYTES + WalFormat.END_MARK_BYTES;
    file.writeFully(zeros.duplicate().clear().limit(start), 0);
    for (int head : heads) {
      file.writeFully(zeros.duplicate().clear().limit(WalFormat.END_MARK_BYTES), head);
    }
  }

  private synchronized boolean hasWork() {
    return !closed && (current != null || !stale.isEmpty());
  }

  private void finishIfCleared(Spare spare, boolean failed) {
    boolean delete;
    synchronized (this) {
      if (!dropped && !failed && clearedTo < spare.size) {
        return;
      }
      current = null;
      delete = failed && !dropped;
      if (!dropped && !failed) {
        cleared.add(spare);
      }
    }
    if (delete) {
      delete(spare);
    }
    try {
      closeHandle();
    } catch (IOException ignored) {
      // All that was written with it is synced.
    }
  }

  private void closeHandle() throws IOException {
    StorageFile open = handle;
    handle = null;
    if (open != null) {
      open.close();
    }
  }

  /**
   * The next file for the log, under the name of one; null when there is none.
   *
   * @param time of its first entry: what the file held before is older
   */
  @Nullable Cleared take(long time) {
    for (Spare spare = poll(); spare != null; spare = poll()) {
      boolean usable = spare.oldUntil == WalHeader.NOT_REUSED || spare.oldUntil < time;
      Cleared taken = usable ? open(spare) : null;
      if (taken != null) {
        return taken;
      }
      delete(spare);
    }
    return null;
  }

  private synchronized @Nullable Spare poll() {
    return cleared.poll();
  }

  private @Nullable Cleared open(Spare spare) {
    StorageFile file = null;
    try {
      file = storage.open(spare.name);
      if (file.size() == spare.size) {
        storage.rename(spare.name, LogFiles.NEXT);
        admission.fileDeleted(FileKind.LOG, spare.size);
        return new Cleared(file, spare.size, spare.oldUntil);
      }
    } catch (IOException refused) {
      // Then a new file is made, which says what is wrong if that fails too.
    }
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException ignored) {
      // Nothing was written with it.
    }
    return null;
  }

  /**
   * Deletes all of them: the room is needed. From any thread.
   *
   * @return whether one is gone
   */
  public boolean giveUp() {
    List<Spare> gone;
    synchronized (this) {
      gone = new ArrayList<>(cleared);
      gone.addAll(stale);
      gone.addAll(renamed);
      gone.addAll(unwanted);
      unwanted.clear();
      cleared.clear();
      stale.clear();
      renamed.clear();
      Spare atWork = current;
      if (atWork != null && !dropped) {
        gone.add(atWork);
        dropped = true;
      }
    }
    boolean someGone = false;
    for (Spare spare : gone) {
      someGone |= delete(spare);
    }
    return someGone;
  }

  private boolean delete(Spare spare) {
    try {
      storage.delete(spare.name);
    } catch (IOException refused) {
      synchronized (this) {
        unwanted.add(spare);
      }
      return false;
    }
    admission.fileDeleted(FileKind.LOG, spare.size);
    return true;
  }

  /** Takes nothing any more; the zeroing task soon has nothing to do. */
  public synchronized void stop() {
    closed = true;
  }

  /** Deletes what there is, once the zeroing task has ended. */
  void close() throws IOException {
    stop();
    giveUp();
    closeHandle();
  }
}
