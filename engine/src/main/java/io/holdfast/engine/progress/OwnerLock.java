package io.holdfast.engine.progress;

import io.holdfast.engine.LockedException;
import io.holdfast.engine.capacity.DiskFull;
import io.holdfast.engine.capacity.ReserveFile;
import io.holdfast.engine.storage.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * The lock of a directory, and the file that says who has it: {@code holdfast.owner}, version 1,
 * whose content is UTF-8 text for people.
 */
public final class OwnerLock implements AutoCloseable {
  private static final String LOCK = "holdfast.lock";
  static final String OWNER = "holdfast.owner";
  private static final String MAGIC = "HFOWNER";
  private static final int VERSION = 1;

  private final Storage.StorageLock lock;

  private OwnerLock(Storage.StorageLock lock) {
    this.lock = lock;
  }

  /**
   * Takes the lock, and the reserve that belongs to its owner.
   *
   * @param reserve given up when the disk has no room for the owner's name; without room and
   *     without a reserve the owner has none
   * @throws LockedException with the owner's name, when somebody has it
   */
  public static OwnerLock take(Storage storage, ReserveFile reserve) throws IOException {
    Optional<Storage.StorageLock> lock = tryLock(storage);
    if (lock.isEmpty()) {
      throw new LockedException(
          storage.describe("")
              + " is in use by "
              + owner(storage)
              + ": a buffer has one owner at a time; stop that one, or take another directory");
    }
    try {
      reserve.find();
      tell(storage, reserve);
    } catch (Throwable failure) {
      lock.get().close();
      throw failure;
    }
    return new OwnerLock(lock.get());
  }

  private static void tell(Storage storage, ReserveFile reserve) throws IOException {
    ByteBuffer text = ByteBuffer.wrap(Self.WORDS.getBytes(StandardCharsets.UTF_8));
    try {
      reserve.run(() -> Envelope.replace(storage, "", OWNER, Envelope.wrap(MAGIC, VERSION, text)));
    } catch (IOException failed) {
      if (!DiskFull.isReason(failed)) {
        throw failed;
      }
      // It is for people only. No name is better than that of the last owner.
      storage.delete(OWNER);
    }
  }

  private static Optional<Storage.StorageLock> tryLock(Storage storage) throws IOException {
    try {
      return storage.tryLock(LOCK);
    } catch (FileSystemException named) {
      // What is wrong with the file or its folder; the lock itself was not tried.
      throw named;
    } catch (IOException refused) {
      throw new IOException(
          storage.describe(LOCK)
              + " cannot be locked ("
              + refused.getMessage()
              + "): a buffer needs a filesystem with locks, so that no two processes write to it;"
              + " take a directory on a local disk",
          refused);
    }
  }

  /** Who has opened the directory last, in words. */
  public static Optional<String> ownerOf(Storage storage) throws IOException {
    return Envelope.read(storage, OWNER, MAGIC, VERSION)
            instanceof Envelope.Result.Content(ByteBuffer text)
        ? Optional.of(StandardCharsets.UTF_8.decode(text).toString())
        : Optional.empty();
  }

  private static String owner(Storage storage) throws IOException {
    return Envelope.read(storage, OWNER, MAGIC, VERSION)
            instanceof Envelope.Result.Content(ByteBuffer text)
        ? StandardCharsets.UTF_8.decode(text).toString()
        : "another process";
  }

  /** This process; asked for once, as the system takes longer to say than a directory to open. */
  private static final class Self {
    static final String WORDS = words();

    private static String words() {
      ProcessHandle process = ProcessHandle.current();
      Instant start = process.info().startInstant().orElse(Instant.EPOCH);
      return "process " + process.pid() + " on " + host() + ", started " + start;
    }
  }

  private static String host() {
    // Not InetAddress: it asks a resolver, which may take seconds to say no.
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException notLinux) {
      String name = System.getenv("COMPUTERNAME");
      return name == null ? "this host" : name;
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
