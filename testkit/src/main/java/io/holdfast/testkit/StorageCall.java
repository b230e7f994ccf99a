package io.holdfast.testkit;

import org.jspecify.annotations.Nullable;

/**
 * One call of a {@link SimulatedStorage} or of a handle from it.
 *
 * @param number counts the calls of one storage, from 1
 * @param kind what was asked for
 * @param file the name that was given, or the one that the handle was opened under
 * @param offset the position in bytes of a read or write, the size of a truncation, else 0
 * @param length the bytes that a read or write asked for, else 0
 * @param key the identity of the file that a handle is on, which renames keep; null for calls of
 *     the storage itself
 */
public record StorageCall(
    long number, Kind kind, String file, long offset, long length, @Nullable Object key) {

  /** What is asked of a disk. */
  public enum Kind {
    /** {@code Storage.createDirectory}. */
    CREATE_DIRECTORY,
    /** {@code Storage.create}. */
    CREATE,
    /** {@code Storage.open}. */
    OPEN,
    /** {@code Storage.openForRead}. */
    OPEN_FOR_READ,
    /** {@code Storage.list} and {@code listFolders}. */
    LIST,
    /** {@code Storage.status}. */
    STATUS,
    /** {@code Storage.rename}. */
    RENAME,
    /** {@code Storage.delete}. */
    DELETE,
    /** {@code Storage.syncDirectory}. */
    SYNC_DIRECTORY,
    /** {@code Storage.setReadOnly}. */
    SET_READ_ONLY,
    /** {@code Storage.freeSpace}. */
    FREE_SPACE,
    /** {@code Storage.tryLock}. */
    LOCK,
    /** {@code StorageFile.read}. */
    READ,
    /** {@code StorageFile.write}, either one. */
    WRITE,
    /** {@code StorageFile.truncate}. */
    TRUNCATE,
    /** {@code StorageFile.syncData} and {@code syncAll}. */
    SYNC,
    /** {@code StorageFile.size}. */
    SIZE,
    /** {@code StorageFile.close}. */
    CLOSE;

    /** Whether such a call may find the disk full. */
    public boolean takesSpace() {
      return switch (this) {
        case CREATE_DIRECTORY, CREATE, RENAME, SYNC_DIRECTORY, LOCK, WRITE, SYNC -> true;
        case OPEN, OPEN_FOR_READ, LIST, STATUS, DELETE, SET_READ_ONLY, FREE_SPACE -> false;
        case READ, TRUNCATE, SIZE, CLOSE -> false;
      };
    }

    /** Whether such a call changes what a later crash leaves. */
    public boolean changes() {
      return switch (this) {
        case CREATE_DIRECTORY, CREATE, RENAME, DELETE, SYNC_DIRECTORY -> true;
        case LOCK, WRITE, TRUNCATE, SYNC -> true;
        case OPEN, OPEN_FOR_READ, LIST, STATUS, SET_READ_ONLY, FREE_SPACE -> false;
        case READ, SIZE, CLOSE -> false;
      };
    }
  }

  @Override
  public String toString() {
    String where = length > 0 ? " " + offset + "+" + length : offset > 0 ? " " + offset : "";
    return "#" + number + " " + kind + " " + file + where;
  }
}
