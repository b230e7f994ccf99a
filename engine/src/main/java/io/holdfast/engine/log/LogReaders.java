package io.holdfast.engine.log;

import io.holdfast.engine.storage.Storage;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps log files from being used again while somebody reads them who is not the owner. Readers
 * share the lock of {@code holdfast.readers}; the owner has it alone for the moment in which it
 * takes a file out of the log.
 */
public final class LogReaders {
  /** Made by the owner, never deleted. Readers write nothing. */
  public static final String NAME = "holdfast.readers";

  private static final int TRIES = 1_000;
  private static final long PAUSE_NANOS = 1_000_000;

  private LogReaders() {}

  /** Makes the file, so that readers find it; without it no file is used again. */
  public static void make(Storage storage) {
    try {
      if (storage.status(NAME).isEmpty()) {
        leave(storage.tryLock(NAME));
      }
    } catch (IOException refused) {
      // As on a disk that is full to the last byte.
    }
  }

  /**
   * A reader comes. Without locks it reads all the same: what it finds used again it reports as
   * gone.
   *
   * @return to be closed when it has read; empty when there is nothing to hold
   */
  public static Optional<Storage.StorageLock> enter(Storage storage) {
    try {
      for (int i = 0; i < TRIES && storage.status(NAME).isPresent(); i++) {
        Optional<Storage.StorageLock> lock = storage.tryLockShared(NAME);
        if (lock.isPresent()) {
          return lock;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (IOException unsupported) {
      // As on a filesystem without locks.
    }
    return Optional.empty();
  }

  /** The owner wants to take files out; empty while somebody reads. */
  static Optional<Storage.StorageLock> keepOut(Storage storage) {
    try {
      return storage.status(NAME).isEmpty() ? Optional.empty() : storage.tryLock(NAME);
    } catch (IOException unsupported) {
      return Optional.empty();
    }
  }

  /** Closes a lock, if there is one. */
  public static void leave(Optional<Storage.StorageLock> lock) throws IOException {
    if (lock.isPresent()) {
      lock.get().close();
    }
  }
}
