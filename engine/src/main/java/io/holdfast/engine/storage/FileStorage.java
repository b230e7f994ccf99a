package io.holdfast.engine.storage;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The storage contract on a real directory. Holds nothing open itself. */
public final class FileStorage implements Storage {
  /**
   * The locks held in this JVM, by file identity. A POSIX lock goes when any descriptor of the file
   * is closed, so a second holder must not even open it. The lock itself is kept here, and with it
   * its descriptor: a holder that is forgotten without being closed holds on, and the identity is
   * not given to another file meanwhile.
   */
  private static final Map<Object, FileLock> HELD = new HashMap<>();

  /** The locks that holders in this JVM share, by file identity. Guarded by {@link #HELD}. */
  private static final Map<Object, Shared> SHARED = new HashMap<>();

  /** One lock for all holders in this JVM: it goes when any descriptor of the file is closed. */
  private static final class Shared {
    final FileLock lock;
    int holders = 1;

    Shared(FileLock lock) {
      this.lock = lock;
    }
  }

  private final Path root;

  private FileStorage(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  /** The storage under {@code directory}, which need not exist yet. */
  public static FileStorage at(Path directory) {
    return new FileStorage(directory);
  }

  @Override
  public void createDirectory(String name) throws IOException {
    Path directory = path(name);
    List<Path> missing = new ArrayList<>();
    Path above = directory;
    while (above != null && !Files.isDirectory(above)) {
      if (Files.exists(above)) {
        throw new NotDirectoryException(above.toString());
      }
      missing.add(above);
      above = above.getParent();
    }
    Files.createDirectories(directory);
    // From the top down: a name is worth nothing while the one above it may vanish.
    for (Path made : missing.reversed()) {
      Path parent = made.getParent();
      if (parent != null) {
        sync(parent);
      }
    }
    Path parent = directory.getParent();
    if (missing.isEmpty() && parent != null) {
      // Whoever made it may have been killed before the sync.
      try {
        sync(parent);
      } catch (AccessDeniedException notOurs) {
        // Then it was not us who made it either.
      }
    }
  }

  @Override
  public StorageFile create(String name) throws IOException {
    return ChannelFile.create(path(name));
  }

  @Override
  public StorageFile open(String name) throws IOException {
    Path path = path(name);
    try {
      return ChannelFile.openToWrite(path);
    } catch (AccessDeniedException denied) {
      makeWritable(path, denied);
      return ChannelFile.openToWrite(path);
    }
  }

  @Override
  public StorageFile openForRead(String name) throws IOException {
    return ChannelFile.openToRead(path(name));
  }

  @Override
  public List<String> list(String folder) throws IOException {
    return list(folder, Files::isRegularFile);
  }

  @Override
  public List<String> listFolders(String folder) throws IOException {
    return list(folder, Files::isDirectory);
  }

  private List<String> list(String folder, Predicate<Path> wanted) throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> entries = Files.list(path(folder))) {
      entries.forEach(
          entry -> {
            if (wanted.test(entry)) {
              names.add(String.valueOf(entry.getFileName()));
            }
          });
    } catch (NoSuchFileException absent) {
      return List.of();
    } catch (java.io.UncheckedIOException e) {
      throw e.getCause();
    }
    Collections.sort(names);
    return names;
  }

  @Override
  public Optional<FileStatus> status(String name) throws IOException {
    try {
      Path path = path(name);
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      return attributes.isDirectory()
          ? Optional.empty()
          : Optional.of(
              new FileStatus(
                  attributes.size(),
                  keyOf(path, attributes),
                  attributes.lastModifiedTime().to(java.util.concurrent.TimeUnit.NANOSECONDS)));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    }
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(
        path(from), path(to), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(path(name));
  }

  @Override
  public void syncDirectory(String folder) throws IOException {
    sync(path(folder));
  }

  @Override
  public void setReadOnly(String name) throws IOException {
    try {
      Files.setPosixFilePermissions(path(name), PosixFilePermissions.fromString("r--r-----"));
    } catch (UnsupportedOperationException | FileSystemException refused) {
      // Some mounts have no modes. The mode is a courtesy to people; nothing depends on it.
    }
  }

  @Override
  public long freeSpace() throws IOException {
    return Files.getFileStore(root).getUsableSpace();
  }

  @Override
  public Optional<StorageLock> tryLock(String name) throws IOException {
    Path path = path(name);
    synchronized (HELD) {
      try {
        Files.createFile(path);
      } catch (FileAlreadyExistsException there) {
        // The usual case: the file stays for ever, so that two owners never lock different ones.
      }
      Object key = keyOf(path, Files.readAttributes(path, BasicFileAttributes.class));
      if (HELD.containsKey(key) || SHARED.containsKey(key)) {
        return Optional.empty();
      }
      FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE);
      FileLock lock;
      try {
        lock = channel.tryLock();
      } catch (OverlappingFileLockException held) {
        lock = null;
      } catch (IOException e) {
        channel.close();
        throw e;
      }
      if (lock == null) {
        channel.close();
        return Optional.empty();
      }
      HELD.put(key, lock);
      AtomicBoolean open = new AtomicBoolean(true);
      return Optional.of(
          () -> {
            if (open.getAndSet(false)) {
              synchronized (HELD) {
                HELD.remove(key);
                channel.close();
              }
            }
          });
    }
  }

  @Override
  public Optional<StorageLock> tryLockShared(String name) throws IOException {
    Path path = path(name);
    synchronized (HELD) {
      if (!Files.exists(path)) {
        return Optional.empty();
      }
      Object key = keyOf(path, Files.readAttributes(path, BasicFileAttributes.class));
      if (HELD.containsKey(key)) {
        return Optional.empty();
      }
      Shared shared = SHARED.get(key);
      if (shared != null) {
        shared.holders++;
        return Optional.of(sharing(key, shared));
      }
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      FileLock lock = null;
      try {
        lock = channel.tryLock(0, Long.MAX_VALUE, true);
      } catch (OverlappingFileLockException held) {
        // By another copy of this class.
        lock = null;
      } finally {
        if (lock == null) {
          channel.close();
        }
      }
      if (lock == null) {
        return Optional.empty();
      }
      Shared first = new Shared(lock);
      SHARED.put(key, first);
      return Optional.of(sharing(key, first));
    }
  }

  private static StorageLock sharing(Object key, Shared shared) {
    AtomicBoolean open = new AtomicBoolean(true);
    return () -> {
      if (open.getAndSet(false)) {
        synchronized (HELD) {
          shared.holders--;
          if (shared.holders == 0) {
            SHARED.remove(key);
            shared.lock.acquiredBy().close();
          }
        }
      }
    };
  }

  @Override
  public String describe(String name) {
    return path(name).toString();
  }

  @Override
  public String toString() {
    return root.toString();
  }

  private Path path(String name) {
    return name.isEmpty() ? root : root.resolve(name);
  }

  private static void sync(Path directory) throws IOException {
    // Of this kind, because no interrupt closes it: see ChannelFile.
    try (AsynchronousFileChannel channel =
        AsynchronousFileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void makeWritable(Path path, AccessDeniedException denied) throws IOException {
    try {
      Set<PosixFilePermission> modes =
          EnumSet.copyOf(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
      modes.add(PosixFilePermission.OWNER_WRITE);
      Files.setPosixFilePermissions(path, modes);
    } catch (UnsupportedOperationException | FileSystemException refused) {
      denied.addSuppressed(refused);
      throw denied;
    }
  }

  /** The file's identity; its path where the filesystem has none. */
  static Object keyOf(Path path, BasicFileAttributes attributes) {
    Object key = attributes.fileKey();
    return key == null ? path.toAbsolutePath() : key;
  }
}
