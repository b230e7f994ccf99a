package io.holdfast.engine.log;

import io.holdfast.engine.capacity.Admission;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The active log file: writes at its end, syncs, rotates, and fences a file that the disk has
 * failed. Used by the committer; zeroing runs beside it, under the tail lock whenever both could
 * meet.
 */
public final class LogWriter {
  private final Storage storage;
  private final Log log;
  private final NextFile next;
  private final Admission admission;
  private final long rotationBytes;

  /** Held while the file grows, shrinks, or is exchanged. */
  private final ReentrantLock tail = new ReentrantLock();

  private final BlockWriter blocks = new BlockWriter();

  /** Whether all goes through the system's cache. */
  private boolean cached;

  private LogFile active;
  private @Nullable StorageFile handle;
  private volatile long nextNumber;

  /** Behind the last entry that was written. */
  private volatile long end;

  /** Behind what was written, and what a write or a cut that failed may have left. */
  private long reach;

  /** Below this the file is all written or zeroed, and synced where zeroed. */
  private volatile long allocatedEnd;

  /** Behind the last entry that is synced. */
  private long confirmedEnd;

  /** Set when a write or sync left the file in doubt; from then on it is only replaced. */
  private volatile boolean fenced;

  /** Set when the fenced file has its rotated name and no active one exists yet. */
  private boolean moved;

  private long fencedNumber;

  /** Of the active file; see {@link WalHeader.Own#oldUntil}. */
  private long oldUntil;

  /**
   * A writer on the last file of the log.
   *
   * @param oldUntil what its header says; see {@link WalHeader.Own#oldUntil}
   * @param handle open for writing; null when the file must not be appended to, so that the first
   *     append makes a new one
   * @param nextNumber of the next rotated file
   */
  LogWriter(
      Storage storage,
      Log log,
      SpareFiles spares,
      Admission admission,
      long rotationBytes,
      LogFile active,
      long oldUntil,
      @Nullable StorageFile handle,
      long nextNumber) {
    this.storage = storage;
    this.log = log;
    this.next = new NextFile(storage, spares, admission);
    this.admission = admission;
    this.rotationBytes = rotationBytes;
    this.active = active;
    this.oldUntil = oldUntil;
    this.handle = handle;
    this.nextNumber = nextNumber;
    this.end = active.end();
    this.reach = active.end();
    this.allocatedEnd = active.end();
    this.confirmedEnd = active.end();
    this.fenced = handle == null;
  }

  LogFile active() {
    return active;
  }

  long end() {
    return end;
  }

  /** Behind what was written, and what a write or a cut that failed may have left. */
  long reach() {
    return reach;
  }

  /** From now on all is written through the system's cache: syncs come later, or none. */
  void useCache() {
    cached = true;
  }

  /** The number that the next rotated file gets. */
  public long nextNumber() {
    return nextNumber;
  }

  boolean isFenced() {
    return fenced;
  }

  /** Whether all that was written is confirmed; a file that was only read is too. */
  boolean isSound() {
    return !fenced || (handle == null && !moved);
  }

  /** Whether the active file has anything behind its header. */
  boolean hasEntries() {
    return end > active.headerBytes();
  }

  /** Whether a group of this time goes to another file. */
  boolean isDueForRotation(long time) {
    // What is not newer than what the file held before is not found in it after damage.
    return end - active.headerBytes() >= rotationBytes
        || (oldUntil != WalHeader.NOT_REUSED && time <= oldUntil);
  }

  /**
   * Writes a group at the end, past the cache and durably, where that works. After a throw, {@link
   * #takeBack} or {@link #fence} must follow.
   *
   * @return false when nothing of it counts, so that {@link #write} must follow
   */
  boolean writeThrough(List<PendingAppend> group, long bytes) throws IOException {
    if (cached || !blocks.write(open(), group, end, bytes, allocatedEnd)) {
      return false;
    }
    long target = end + bytes;
    end = target;
    reach = target;
    confirmedEnd = target;
    return true;
  }

  /**
   * Writes a group at the end. After a throw, {@link #takeBack} or {@link #fence} must follow.
   *
   * @param buffers its bytes, with room for one more
   */
  void write(List<PendingAppend> group, ByteBuffer[] buffers, int count, long bytes)
      throws IOException {
    long start = end;
    write(buffers, count, bytes);
    if (!cached) {
      blocks.passed(open(), group, start);
    }
  }

  private void write(ByteBuffer[] buffers, int count, long bytes) throws IOException {
    StorageFile file = open();
    long target = end + bytes;
    reach = target;
    if (target < allocatedEnd && oldUntil != WalHeader.NOT_REUSED) {
      buffers[count] = endMark(target);
      file.writeFully(buffers, count + 1, end);
    } else if (target <= allocatedEnd) {
      file.writeFully(buffers, count, end);
    } else {
      tail.lock();
      try {
        file.writeFully(buffers, count, end);
        allocatedEnd = Math.max(allocatedEnd, target);
      } finally {
        tail.unlock();
      }
    }
    end = target;
  }

  /** The zeros that tell what the file held before from what comes next. */
  private ByteBuffer endMark(long at) {
    return Zeros.of((int) Math.min(WalFormat.END_MARK_BYTES, allocatedEnd - at));
  }

  /** Cuts off what a failed {@link #write} may have left, durably. */
  void takeBack() throws IOException {
    blocks.forget();
    tail.lock();
    try {
      StorageFile file = open();
      file.truncate(end);
      allocatedEnd = end;
      reach = end;
      admission.active(end, end);
      file.syncAll();
    } finally {
      tail.unlock();
    }
  }

  /** Makes what was written durable. After a throw, {@link #fence} must follow. */
  void sync() throws IOException {
    open().syncData();
    if (fenced) {
      throw new IOException("a sync of this file has failed on another handle");
    }
    confirmedEnd = end;
  }

  /** Never writes to this file again, nor syncs it: it is replaced before the next write. */
  void fence() {
    fenced = true;
  }

  /** The bytes that were written and are not confirmed, as the file gives them. */
  ByteBuffer readUnconfirmed() throws IOException {
    int length = Math.toIntExact(end - confirmedEnd);
    ByteBuffer bytes = ByteBuffer.allocateDirect(length);
    if (!active.reader().readFully(bytes, confirmedEnd)) {
      throw new IOException("what was written cannot be read back");
    }
    return bytes.flip();
  }

  /**
   * Goes on in a new file. Of the old one only what was confirmed counts from now on: it is cut
   * there, and synced unless it is fenced.
   *
   * @param sequence of the new file's first entry
   * @param time the ingestion time of that entry, or an earlier one
   */
  void rotate(long sequence, long time) throws IOException {
    rotateTo(sequence, time);
  }

  /**
   * Goes on in a new file that holds something already. Of the old one only what was confirmed
   * counts from now on.
   *
   * @param sequence of the new file's first entry
   * @param carried entries that the new file starts with, in order, durable when this returns
   */
  void carry(long sequence, ByteBuffer... carried) throws IOException {
    rotateTo(sequence, NextFile.ANY_TIME, carried);
  }

  private void rotateTo(long sequence, long time, ByteBuffer... carried) throws IOException {
    tail.lock();
    try {
      checkOwner();
      long oldEnd = confirmedEnd;
      long carriedBytes = 0;
      for (ByteBuffer buffer : carried) {
        carriedBytes += buffer.remaining();
      }
      NextFile.Taken taken = next.take(time, carriedBytes);
      StorageFile file = taken.file();
      ByteBuffer header = WalHeader.own(active.positionOf(oldEnd), sequence, taken.oldUntil());
      int headerBytes = header.remaining();
      long newEnd = headerBytes + carriedBytes;
      StorageFile reader = null;
      boolean done = false;
      try {
        if (carriedBytes > 0) {
          // After a crash that leaves no active file it becomes that one as soon as it has a head.
          file.writeFully(carried, carried.length, headerBytes);
          file.syncAll();
        }
        file.writeFully(header, 0);
        file.syncAll();
        if (!cached) {
          blocks.began(file, header, carried);
        }
        reader = storage.openForRead(LogFiles.NEXT);
        boolean cut = moveActive(oldEnd);
        storage.syncDirectory(LogFiles.FOLDER);
        storage.rename(LogFiles.NEXT, LogFiles.ACTIVE);
        storage.syncDirectory(LogFiles.FOLDER);
        done = true;
        install(taken, reader, headerBytes, newEnd, cut);
      } finally {
        if (!done) {
          discard(taken, reader);
        }
      }
    } finally {
      tail.unlock();
    }
  }

  /** Another program's file must not get a name from here. */
  private void checkOwner() throws IOException {
    if (moved) {
      return;
    }
    if (isActiveNamed(LogFiles.ACTIVE)) {
      return;
    }
    if (!isActiveNamed(LogFiles.rotated(nextNumber))) {
      throw new IOException("another program has replaced the active log file");
    }
    // A rename that failed had happened all the same.
    moved();
  }

  private boolean isActiveNamed(String name) throws IOException {
    return LogFiles.isNamed(storage, name, active.reader());
  }

  /** The active file has its rotated name. */
  private void moved() {
    fencedNumber = nextNumber;
    nextNumber = fencedNumber + 1;
    moved = true;
    // From here on the old file is only replaced: an append to it would be under another's name.
    fenced = true;
  }

  /**
   * Gives the active file its rotated name, unless an earlier attempt came as far. A fenced one
   * keeps its length for now: as long as its successor has no name it may be the only copy.
   *
   * @return whether the file is cut where it ends
   */
  private boolean moveActive(long oldEnd) throws IOException {
    StorageFile old = handle;
    boolean cut = false;
    if (!moved) {
      if (old != null && !fenced && allocatedEnd > oldEnd) {
        try {
          old.truncate(oldEnd);
          allocatedEnd = oldEnd;
          old.syncAll();
          cut = true;
        } catch (IOException e) {
          // All that counts in it is confirmed already, and its successor says where it ends.
          fenced = true;
        }
      }
      giveRotatedName(LogFiles.rotated(nextNumber));
      moved();
    }
    return cut;
  }

  private void giveRotatedName(String rotated) throws IOException {
    try {
      storage.rename(LogFiles.ACTIVE, rotated);
    } catch (IOException e) {
      if (!hasHappened(rotated, e)) {
        throw e;
      }
    }
  }

  /** Whether a rename that failed has happened all the same. */
  private boolean hasHappened(String rotated, IOException failure) throws IOException {
    try {
      return isActiveNamed(rotated);
    } catch (IOException nobodyKnows) {
      // Fenced, the next append goes to a new file and finds out; else the name that is missing
      // would look like another program's doing.
      fenced = true;
      failure.addSuppressed(nobodyKnows);
      throw failure;
    }
  }

  private void install(
      NextFile.Taken taken, StorageFile reader, int headerBytes, long newEnd, boolean cut) {
    log.rename(active, LogFiles.rotated(fencedNumber));
    LogFile old = active;
    StorageFile oldHandle = handle;
    old.countAs(leave(old, oldHandle, confirmedEnd, cut));
    LogFile file = new LogFile(LogFiles.ACTIVE, reader, headerBytes, old.positionOf(confirmedEnd));
    log.addFile(file);
    active = file;
    handle = taken.file();
    end = newEnd;
    reach = newEnd;
    confirmedEnd = newEnd;
    allocatedEnd = Math.max(newEnd, taken.bytes());
    oldUntil = taken.oldUntil();
    fenced = false;
    moved = false;
    admission.rotated(old.counted(), newEnd, allocatedEnd);
    next.follows();
  }

  /**
   * Cuts a fenced file, closes its handle, and takes away its write permission, if that works.
   *
   * @return the most that it may take now
   */
  private long leave(LogFile old, @Nullable StorageFile oldHandle, long oldEnd, boolean cut) {
    try (oldHandle) {
      if (oldHandle != null && !cut) {
        oldHandle.truncate(oldEnd);
      }
    } catch (IOException ignored) {
      // Its successor says where it ends.
    }
    try {
      storage.setReadOnly(LogFiles.rotated(fencedNumber));
    } catch (IOException ignored) {
      // Nobody here writes to it again.
    }
    try {
      return old.reader().size();
    } catch (IOException nobodyKnows) {
      return Math.max(reach, admission.activeAllocated());
    }
  }

  private void discard(NextFile.Taken taken, @Nullable StorageFile reader) {
    blocks.forget();
    try (reader) {
      next.discard(taken, moved);
    } catch (IOException ignored) {
      // Nothing was written with it.
    }
  }

  /**
   * Whether {@link #zeroAhead} or {@link #prepareNext} would do something; a guess, for its speed.
   */
  boolean wantsZeros(long ahead) {
    return allocatedEnd - end < ahead
        || (end - active.headerBytes() >= rotationBytes / 2 && !next.isReady());
  }

  /**
   * Writes and syncs zeros ahead of the end, so that a sync there need not change the file's size.
   *
   * @param ahead how many zeros there should be
   * @return whether it is worth coming again
   */
  boolean zeroAhead(long ahead, ByteBuffer zeros) {
    tail.lock();
    try {
      StorageFile file = handle;
      if (fenced || file == null) {
        return false;
      }
      // Pages of the cache and blocks that are written past it must not be the same.
      int block = cached || blocks.isRefused() ? 0 : file.blockBytes();
      long step = block > 0 ? BlockWriter.ALIGNMENT : 1;
      long limit = active.headerBytes() + rotationBytes;
      long from = allocatedEnd;
      long start = (from + step - 1) & -step;
      long to = Math.min(start + zeros.capacity(), limit) & -step;
      if (from - end >= ahead || to <= start) {
        return false;
      }
      if (!admission.tryAllocate(to)) {
        return false;
      }
      // A handle of its own: the committer's has a position that only the committer moves.
      try (StorageFile own = storage.open(LogFiles.ACTIVE)) {
        if (!own.key().equals(file.key()) || own.size() != from) {
          fenced = true;
          return false;
        }
        ByteBuffer some = zeros.duplicate().clear().limit((int) (to - start));
        if (block > 0) {
          own.writeThroughFully(some, start);
        } else {
          own.writeFully(some, start);
          try {
            own.syncData();
          } catch (IOException e) {
            fenced = true;
            return false;
          }
        }
      } catch (IOException e) {
        // Zeros are only there for speed.
        file.truncate(from);
        admission.allocated(from);
        return false;
      }
      allocatedEnd = to;
      return true;
    } catch (IOException e) {
      // Not even the cut worked: what lies behind the end now is unknown.
      fenced = true;
      return false;
    } finally {
      tail.unlock();
    }
  }

  /** Prepares the next file once the active one is half full and no spare one is there. */
  void prepareNext(ByteBuffer zeros) {
    tail.lock();
    try {
      if (!fenced && end - active.headerBytes() >= rotationBytes / 2 && !next.isReady()) {
        next.prepare(zeros);
      }
    } catch (IOException ignored) {
      // The rotation makes its own file then, or says why it cannot.
    } finally {
      tail.unlock();
    }
  }

  /** Whether the active file is still the one that was written here, and as long. */
  boolean isUndisturbed() throws IOException {
    tail.lock();
    try {
      StorageFile file = handle;
      if (file == null || fenced) {
        return true;
      }
      var status = storage.status(LogFiles.ACTIVE);
      return status.isPresent()
          && status.get().key().equals(file.key())
          && file.size() == allocatedEnd;
    } finally {
      tail.unlock();
    }
  }

  /** Closes the handle and touches nothing: the buffer could not be opened. */
  public void abandon() throws IOException {
    next.abandon();
    StorageFile file = handle;
    if (file != null) {
      handle = null;
      file.close();
    }
  }

  /** Cuts the active file to its length, durably, removes what was prepared, and closes. */
  void close() throws IOException {
    tail.lock();
    try {
      try {
        cutAndClose();
      } finally {
        next.close();
      }
    } finally {
      tail.unlock();
    }
  }

  private void cutAndClose() throws IOException {
    StorageFile file = handle;
    if (file != null) {
      handle = null;
      try (file) {
        if (!fenced) {
          file.truncate(end);
          file.syncAll();
        }
      }
    }
  }

  private StorageFile open() throws IOException {
    StorageFile file = handle;
    if (file == null || fenced) {
      throw new IOException("the log file is not to be written to any more");
    }
    return file;
  }
}
