package io.holdfast.engine.log;

import io.holdfast.engine.capacity.Admission;
import io.holdfast.engine.capacity.FileKind;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The file that follows the active one, under a name of its own until it does: prepared ahead, a
 * spare one, or new. It counts as part of the log as long as it may be there, also when the disk
 * would not delete it. Used under the writer's tail lock.
 */
final class NextFile {
  /** What is written may be as old as what a spare file held before, so none is taken. */
  static final long ANY_TIME = Long.MIN_VALUE;

  private final Storage storage;
  private final SpareFiles spares;
  private final Admission admission;

  private volatile @Nullable StorageFile prepared;

  /** Whether the name may be taken. */
  private boolean mayExist;

  private long counted;

  /** Of one that failed behind its rename, under the active name until the next one follows. */
  private long misnamed;

  NextFile(Storage storage, SpareFiles spares, Admission admission) {
    this.storage = storage;
    this.spares = spares;
    this.admission = admission;
  }

  /**
   * A file to write to, from its start.
   *
   * @param bytes that it has on the disk
   * @param oldUntil see {@link WalHeader.Own#oldUntil}
   */
  record Taken(StorageFile file, long bytes, long oldUntil) {}

  /** Whether there is one already, or a spare one; a guess, from any thread. */
  boolean isReady() {
    return prepared != null || spares.hasAny();
  }

  /** Makes one, all zeros, if there is room for it. */
  void prepare(ByteBuffer zeros) throws IOException {
    if (mayExist) {
      delete();
    }
    if (!admission.tryAddFile(FileKind.LOG, zeros.capacity())) {
      return;
    }
    counted = zeros.capacity();
    mayExist = true;
    try {
      prepared = create(zeros.duplicate().clear());
    } catch (IOException e) {
      delete();
    }
  }

  private StorageFile create(ByteBuffer zeros) throws IOException {
    StorageFile file = storage.create(LogFiles.NEXT);
    try {
      file.writeFully(zeros, 0);
      file.syncAll();
      return file;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /**
   * The prepared file, a spare one, or a new one. {@link #follows} or {@link #discard} must follow.
   *
   * @param time that what a spare one held before is older than, or {@link #ANY_TIME}
   * @param carried bytes that it starts with, behind its header
   */
  Taken take(long time, long carried) throws IOException {
    Taken taken = take(time);
    count(Math.max(taken.bytes, WalFormat.REUSED_HEADER_BYTES + carried));
    return taken;
  }

  private Taken take(long time) throws IOException {
    StorageFile ready = prepared;
    if (ready != null) {
      prepared = null;
      return new Taken(ready, counted, WalHeader.NOT_REUSED);
    }
    SpareFiles.Cleared spare = time == ANY_TIME ? null : spares.take(time, this::mayBeLeft);
    if (spare != null) {
      // It has replaced what may have been left, and counts already.
      count(0);
      counted = spare.size();
      return new Taken(spare.file(), spare.size(), spare.oldUntil());
    }
    delete();
    mayExist = true;
    return new Taken(storage.create(LogFiles.NEXT), 0, WalHeader.NOT_REUSED);
  }

  private void mayBeLeft(long bytes) {
    mayExist = true;
    count(counted + bytes);
  }

  /** It is the active file now, and counts as that. */
  void follows() {
    mayExist = false;
    count(0);
    countMisnamed(0);
  }

  /**
   * It is not to follow.
   *
   * @param taken what {@link #take} gave
   * @param nameIsFree whether nothing that counts has the active name, so that it may have it
   */
  void discard(Taken taken, boolean nameIsFree) {
    if (nameIsFree && isActive(taken.file)) {
      countMisnamed(Math.max(misnamed, counted));
    }
    try (taken.file) {
      delete();
    } catch (IOException ignored) {
      // It is deleted before the next one is made, and when the buffer opens.
    }
  }

  /** Also when nobody knows. */
  private boolean isActive(StorageFile file) {
    try {
      return LogFiles.isNamed(storage, LogFiles.ACTIVE, file);
    } catch (IOException nobodyKnows) {
      return true;
    }
  }

  /** Closes the file that was prepared, and leaves it. By whoever is alone with it. */
  void abandon() throws IOException {
    StorageFile ready = prepared;
    if (ready != null) {
      prepared = null;
      ready.close();
    }
  }

  /** Removes what there is. */
  void close() throws IOException {
    abandon();
    if (mayExist) {
      delete();
    }
  }

  private void delete() throws IOException {
    storage.delete(LogFiles.NEXT);
    count(0);
    mayExist = false;
  }

  private void countMisnamed(long bytes) {
    admission.fileAdded(FileKind.LOG, bytes - misnamed);
    misnamed = bytes;
  }

  private void count(long bytes) {
    admission.fileAdded(FileKind.LOG, bytes - counted);
    counted = bytes;
  }
}
