package io.holdfast.engine.capacity;

import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * {@code holdfast.reserve}: a file of zeros that is deleted when the disk is full, so that the
 * small files can be written. Progress and cursor must be on the disk before log files can be
 * deleted; without a reserve a disk that is full to the last byte would stay so for ever.
 *
 * <p>Only the owner of the directory may use it. Thread-safe.
 */
public final class ReserveFile {
  /** Its name. */
  public static final String NAME = "holdfast.reserve";

  /** Its size. */
  public static final int BYTES = 1 << 20;

  private static final int CHUNK_BYTES = 64 << 10;

  /** While less is free, a new reserve would only take what something else needs now. */
  private static final long FREE_TO_MAKE_IT = BYTES + (256L << 10);

  /** A write of the small files, or a deletion that needs one; may be done again from its start. */
  @FunctionalInterface
  public interface Work {
    /** Does it. */
    void run() throws IOException;
  }

  private final Storage storage;
  private boolean held;

  /** Set while it is missing because the disk is full. */
  private volatile boolean spent;

  /** The reserve of a directory; none is there before {@link #find}. */
  public ReserveFile(Storage storage) {
    this.storage = storage;
  }

  /** Looks whether the last owner has left one. The lock of the directory must be held. */
  public synchronized void find() throws IOException {
    Optional<Storage.FileStatus> found = storage.status(NAME);
    held = found.isPresent() && found.get().size() == BYTES;
  }

  /** Does the work; when the disk is full, once more with the reserve given up. */
  public void run(Work work) throws IOException {
    try {
      work.run();
    } catch (IOException failed) {
      if (!DiskFull.isReason(failed) || !giveUp()) {
        throw failed;
      }
      work.run();
    }
  }

  /** Whether it was given up and cannot be made again yet: appends must not take what it left. */
  public boolean isSpent() {
    return spent;
  }

  /** Whether it is not there. */
  public synchronized boolean isMissing() {
    return !held;
  }

  private synchronized boolean giveUp() throws IOException {
    if (!held) {
      return false;
    }
    storage.delete(NAME);
    held = false;
    spent = true;
    // Some filesystems give the space back only when the deletion is on the disk.
    storage.syncDirectory("");
    return true;
  }

  /**
   * Makes it if it is missing and there is room.
   *
   * @return whether it is there
   */
  public synchronized boolean make() throws IOException {
    if (held) {
      return true;
    }
    if (storage.freeSpace() < FREE_TO_MAKE_IT) {
      spent = true;
      return false;
    }
    try {
      write();
    } catch (IOException failed) {
      storage.delete(NAME);
      if (!DiskFull.isReason(failed)) {
        throw failed;
      }
      spent = true;
      return false;
    }
    held = true;
    spent = false;
    return true;
  }

  private void write() throws IOException {
    storage.delete(NAME);
    try (StorageFile file = storage.create(NAME)) {
      ByteBuffer zeros = ByteBuffer.allocate(CHUNK_BYTES);
      for (int at = 0; at < BYTES; at += CHUNK_BYTES) {
        file.writeFully(zeros.clear(), at);
      }
      file.syncAll();
    }
    storage.syncDirectory("");
  }
}
