package io.holdfast.engine.storage;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;

/**
 * Everything the engine does to a disk: one directory tree, seen through a contract that a real
 * filesystem keeps and that a simulated one can break on purpose.
 *
 * <p><b>Names</b> are relative to the root, with {@code /} between folders and the file ({@code
 * wal/quiver.wal}); {@code ""} is the root itself.
 *
 * <p><b>What survives a power cut.</b> The bytes of a file survive once {@link
 * StorageFile#syncData} or {@link StorageFile#syncAll} has returned after they were written. A name
 * (created, renamed, deleted) survives once {@link #syncDirectory} on its folder has returned.
 * Until then each of these may be there, be gone, or (data) be there in part, in any order. A
 * failed sync tells nothing about what it covered.
 *
 * <p><b>Threads.</b> All methods may be called from any thread. Where two calls touch the same name
 * at once, the order is undefined.
 *
 * <p><b>Errors.</b> Every method throws {@link IOException} when the disk says no; the message
 * names the file. After a throw the engine assumes nothing about the part that was attempted.
 */
public interface Storage {

  /**
   * Makes the folder {@code name} and all folders above it; does nothing when it exists. The new
   * name and those of the folders above are durable when this returns.
   *
   * @param name the folder, {@code ""} for the root
   */
  void createDirectory(String name) throws IOException;

  /**
   * Creates an empty file and opens it for reading and writing.
   *
   * @throws FileAlreadyExistsException when the name is taken
   */
  StorageFile create(String name) throws IOException;

  /**
   * Opens an existing file for reading and writing.
   *
   * @throws NoSuchFileException when there is none
   */
  StorageFile open(String name) throws IOException;

  /**
   * Opens an existing file for reading. The handle goes on reading the same file when it is renamed
   * or deleted meanwhile, and when the calling thread is interrupted.
   *
   * @throws NoSuchFileException when there is none
   */
  StorageFile openForRead(String name) throws IOException;

  /**
   * The names of the files (not folders) in a folder, without the folder's own; empty if absent.
   */
  List<String> list(String folder) throws IOException;

  /** The names of the folders in a folder, without the folder's own; empty if absent. */
  List<String> listFolders(String folder) throws IOException;

  /**
   * What the name stands for now: its size and an identity that a rename keeps and that no other
   * file has at the same time. Empty when there is no such file.
   */
  Optional<FileStatus> status(String name) throws IOException;

  /** Renames atomically and replaces {@code to} if it exists; same folder only. */
  void rename(String from, String to) throws IOException;

  /** Removes the name; open handles go on reading. Does nothing when there is none. */
  void delete(String name) throws IOException;

  /** Makes all names in this folder durable. */
  void syncDirectory(String folder) throws IOException;

  /** Takes away write permission; does nothing where the filesystem has no such thing. */
  void setReadOnly(String name) throws IOException;

  /** The bytes that this process may still write to the filesystem, at this moment. */
  long freeSpace() throws IOException;

  /**
   * Takes the exclusive lock on the file, which is created if missing and never deleted. Held until
   * closed or until the process ends; never waits.
   *
   * @return the lock, or empty when another process or another holder in this one has it, or shares
   *     it
   */
  Optional<StorageLock> tryLock(String name) throws IOException;

  /**
   * Takes the file's lock together with others who share it, none of whom may have it alone. Held
   * until closed or until the process ends; never waits, and changes nothing.
   *
   * @return the lock, or empty when the file is missing or somebody has its lock alone
   */
  Optional<StorageLock> tryLockShared(String name) throws IOException;

  /** The name as a person would look for it, for messages. */
  String describe(String name);

  /**
   * A folder as a storage of its own, whose root it is. It need not exist; {@link #createDirectory}
   * with {@code ""} makes it. It needs no closing and lives as long as this one.
   */
  default Storage folder(String name) {
    return name.isEmpty() ? this : new SubStorage(this, name);
  }

  /**
   * What is known of a file.
   *
   * @param size in bytes
   * @param key its identity
   * @param modifiedEpochNanos when it was written last; 0 when that is not known
   */
  record FileStatus(long size, Object key, long modifiedEpochNanos) {}

  /** A held lock. */
  interface StorageLock extends AutoCloseable {
    /** Gives the lock back; does nothing the second time. */
    @Override
    void close() throws IOException;
  }
}
