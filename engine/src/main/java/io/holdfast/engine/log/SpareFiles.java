package io.holdfast.engine.log;

import io.holdfast.engine.capacity.Admission;
import io.holdfast.engine.capacity.FileKind;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Log files that nobody needs any more, made ready to be used again. Their blocks are on the disk
 * already: a sync of what is written to them has nothing to journal, and nothing is given back to
 * the filesystem, which takes longer than many syncs where it tells the disk.
 *
 * <p>The entries that such a file holds are of no use any more, and stay: to overwrite them would
 * take half of the disk's bandwidth. They are told from what is written next by their times, which
 * the file's header gives, and, should that be damaged, a {@linkplain WalHeader#oldMark mark} at
 * the end of the file. A few zeros follow the last new entry.
 *
 * <p>A file comes from the upkeep task, which also clears it, and is taken by the committer. It
 * counts as part of the log all the time. Thread-safe.
 */
public final class SpareFiles {
  /** Two come at once, while two are filled. */
  private static final int MOST = 4;

  private final Storage storage;
  private final Admission admission;
  private final long rotationBytes;

  /** Their new names may not be durable yet. */
  private final ArrayDeque<Spare> renamed = new ArrayDeque<>();

  /** How many of {@link #renamed} are cleared next. */
  private int clearing;

  private final ArrayDeque<Spare> cleared = new ArrayDeque<>();

  /** What the disk refused to delete. */
  private final ArrayDeque<Spare> unwanted = new ArrayDeque<>();

  /**
   * Names that a file may have got by a rename of which nobody knows how it ended. The upkeep
   * task's own.
   */
  private final Set<String> inDoubt = new HashSet<>();

  private boolean closed;

  /**
   * A file that waits.
   *
   * @param oldUntil the newest time of its entries
   */
  private record Spare(String name, long size, long oldUntil) {}

  /**
   * A file that is ready, durably, open for writing. It is counted, by whoever takes it from now
   * on.
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

  /**
   * Takes a rotated file in, under another name, instead of its deletion. By the upkeep task only,
   * which comes again with the same file when this throws.
   *
   * @return false when it is to be deleted: there are enough, it is not of the usual size, the room
   *     may be needed for entries, or an earlier call did not end well
   */
  boolean keep(LogFile file, long size) throws IOException {
    String name = LogFiles.spare(file.name());
    if (inDoubt.contains(name)) {
      storage.delete(name);
      inDoubt.remove(name);
      return false;
    }
    synchronized (this) {
      if (closed
          || renamed.size() + cleared.size() >= MOST
          || size < rotationBytes
          || size > rotationBytes + rotationBytes / 2
          || !file.isFull(size)
          || !admission.isRoomy()) {
        return false;
      }
    }
    if (!rename(file.name(), name)) {
      return false;
    }
    synchronized (this) {
      renamed.add(new Spare(name, size, file.newestTime()));
    }
    return true;
  }

  /** Says whether it is done; not while somebody reads who is not the owner. */
  private boolean rename(String from, String to) throws IOException {
    Optional<Storage.StorageLock> alone = LogReaders.keepOut(storage);
    if (alone.isEmpty()) {
      return false;
    }
    inDoubt.add(to);
    boolean isRenamed = false;
    try {
      storage.rename(from, to);
      isRenamed = true;
    } catch (IOException refused) {
      // It may have happened all the same.
      storage.delete(to);
    } finally {
      LogReaders.leave(alone);
    }
    inDoubt.remove(to);
    return isRenamed;
  }

  /**
   * The folder was synced: what was kept until now has its new name for good, and is cleared. By
   * the upkeep task only.
   */
  public void folderSynced() {
    List<Spare> named;
    synchronized (this) {
      named = List.copyOf(renamed);
      clearing = named.size();
    }
    for (Spare spare : named) {
      boolean isCleared = clear(spare);
      boolean isLeft;
      synchronized (this) {
        // Else it was given up meanwhile.
        isLeft = renamed.remove(spare);
        clearing--;
        if (isLeft && isCleared) {
          cleared.add(spare);
        }
      }
      if (isLeft && !isCleared) {
        delete(spare);
      }
    }
  }

  /** Whether there is one, or will be soon. */
  synchronized boolean hasAny() {
    return !cleared.isEmpty() || clearing > 0;
  }

  /** Whether that worked: a file that the disk has failed is not used again. */
  private boolean clear(Spare spare) {
    try (StorageFile file = storage.open(spare.name)) {
      clear(file, spare);
      return true;
    } catch (IOException failed) {
      return false;
    }
  }

  /** The head goes first: whoever reads the file sees by it that it is another one. */
  private static void clear(StorageFile file, Spare spare) throws IOException {
    int head = WalFormat.REUSED_HEADER_BYTES + WalFormat.END_MARK_BYTES;
    file.writeFully(Zeros.of(head), 0);
    ByteBuffer mark = WalHeader.oldMark(spare.oldUntil);
    file.writeFully(mark, spare.size - mark.remaining());
    file.syncData();
  }

  /**
   * The next file for the log, under the name of one; null when there is none.
   *
   * @param time of its first entry: what the file held before is older
   * @param leftNext told how many bytes one has that may have that name, though it is not given
   */
  @Nullable Cleared take(long time, LongConsumer leftNext) {
    for (Spare spare = poll(); spare != null; spare = poll()) {
      Cleared taken = spare.oldUntil < time ? open(spare, leftNext) : null;
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

  private @Nullable Cleared open(Spare spare, LongConsumer leftNext) {
    StorageFile file = null;
    try {
      file = storage.open(spare.name);
      if (file.size() == spare.size) {
        // Until it is certain.
        leftNext.accept(spare.size);
        storage.rename(spare.name, LogFiles.NEXT);
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
      gone.addAll(renamed);
      gone.addAll(unwanted);
      unwanted.clear();
      cleared.clear();
      renamed.clear();
    }
    boolean someGone = false;
    for (Spare spare : gone) {
      someGone |= delete(spare);
    }
    return someGone;
  }

  /** Whether the disk has refused to delete one. From any thread. */
  public synchronized boolean hasUnwanted() {
    return !unwanted.isEmpty();
  }

  /** Tries to delete what could not be deleted. From any thread. */
  public void deleteUnwanted() {
    List<Spare> refused;
    synchronized (this) {
      refused = List.copyOf(unwanted);
      unwanted.clear();
    }
    refused.forEach(this::delete);
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

  /** Takes nothing any more. */
  public synchronized void stop() {
    closed = true;
  }

  /** Takes nothing any more, and deletes what there is. */
  void close() {
    stop();
    giveUp();
  }
}
