package io.holdfast.engine.log;

import io.holdfast.engine.capacity.Admission;
import io.holdfast.engine.capacity.DiskFull;
import io.holdfast.engine.capacity.FileKind;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Where bytes go that are no entry, before anything else happens to them: {@code
 * quarantine/<file>.<offset>.<crc>}. The name says what it is a copy of, so a second opening makes
 * no second copy. What the disk refuses to read cannot be copied: a log file with such bytes stays
 * where it is when it is out of the log, as {@code wal/holdfast.refused.<number>}, until somebody
 * takes it away.
 */
public final class Quarantine {
  /** Where the copies are. */
  public static final String FOLDER = "quarantine";

  private static final String TEMPORARY = ".tmp";
  private static final int CHUNK_BYTES = 1 << 20;

  private final Storage storage;
  private final Admission admission;

  /** What lies there, the oldest first. */
  private final Deque<Copy> copies = new ArrayDeque<>();

  private long left;

  private record Copy(String name, long size, long modified) {}

  /** At most so many bytes as the limits say may lie there, those from before included. */
  public Quarantine(Storage storage, Admission admission) throws IOException {
    this.storage = storage;
    this.admission = admission;
    this.left = admission.limits().quarantineBytes();
    List<Copy> found = new ArrayList<>();
    for (String base : storage.list(FOLDER)) {
      String name = FOLDER + "/" + base;
      if (base.endsWith(TEMPORARY)) {
        // A crash came while it was copied.
        storage.delete(name);
        continue;
      }
      Optional<Storage.FileStatus> status = storage.status(name);
      status.ifPresent(it -> found.add(new Copy(name, it.size(), it.modifiedEpochNanos())));
    }
    found.sort(Comparator.comparingLong(Copy::modified));
    for (Copy copy : found) {
      copies.add(copy);
      left -= copy.size;
      admission.fileAdded(FileKind.QUARANTINE, copy.size);
    }
    for (String base : storage.list(LogFiles.FOLDER)) {
      if (LogFiles.isRefused(base)) {
        Optional<Storage.FileStatus> status = storage.status(LogFiles.FOLDER + "/" + base);
        status.ifPresent(it -> admission.fileAdded(FileKind.QUARANTINE, it.size()));
      }
    }
  }

  /** Whether a file, by its name, is kept here because of damage. */
  public static boolean has(String name) {
    return name.startsWith(FOLDER + "/")
        || (name.startsWith(LogFiles.FOLDER + "/")
            && LogFiles.isRefused(name.substring(LogFiles.FOLDER.length() + 1)));
  }

  /** The most that a copy may have, in bytes. */
  public long largestCopy() {
    return admission.limits().quarantineBytes();
  }

  /**
   * Copies a range of a file, durably. The oldest copies make room for it.
   *
   * @return false when there is no room for it, here or on the disk
   * @throws RefusedReadException when the disk refuses to read it; then there is no copy
   */
  public boolean copy(StorageFile file, String name, long offset, long length) throws IOException {
    if (length > largestCopy()) {
      return false;
    }
    CRC32 crc = new CRC32();
    ByteBuffer chunk = ByteBuffer.allocateDirect((int) Math.min(CHUNK_BYTES, length));
    for (long at = 0; at < length; at += chunk.limit()) {
      read(file, name, offset + at, length - at, chunk);
      crc.update(chunk);
    }
    String base = name.substring(name.lastIndexOf('/') + 1);
    String copy = "%s/%s.%d.%08x".formatted(FOLDER, base, offset, crc.getValue());
    if (storage.status(copy).isPresent()) {
      // Its name may have failed to become durable.
      storage.syncDirectory(FOLDER);
      return true;
    }
    while (length > left && !copies.isEmpty()) {
      deleteOldest();
    }
    if (length > left || !admission.tryAddNeeded(FileKind.QUARANTINE, length)) {
      return false;
    }
    boolean copied = false;
    try {
      storage.createDirectory(FOLDER);
      storage.delete(copy + TEMPORARY);
      try (StorageFile target = storage.create(copy + TEMPORARY)) {
        long at = 0;
        while (at < length) {
          int step = read(file, name, offset + at, length - at, chunk);
          target.writeFully(chunk, at);
          at += step;
        }
        target.syncAll();
      }
      storage.rename(copy + TEMPORARY, copy);
      copied = true;
      left -= length;
      copies.add(new Copy(copy, length, Long.MAX_VALUE));
      storage.syncDirectory(FOLDER);
    } catch (IOException e) {
      if (!DiskFull.isReason(e)) {
        throw e;
      }
      storage.delete(copy + TEMPORARY);
      return false;
    } finally {
      if (!copied) {
        // No room has come of it that was not taken for it.
        admission.fileAdded(FileKind.QUARANTINE, -length);
      }
    }
    return true;
  }

  /**
   * Takes a rotated log file as it is; the caller syncs its folder. It may be called again when it
   * throws.
   */
  void take(String rotated, long size) throws IOException {
    if (storage.status(rotated).isPresent()) {
      String kept = LogFiles.refused(rotated);
      while (storage.status(kept).isPresent()) {
        // Numbers start again where everything that knew them is lost.
        kept += ".next";
      }
      storage.rename(rotated, kept);
    }
    admission.fileAdded(FileKind.QUARANTINE, size);
  }

  private void deleteOldest() throws IOException {
    Copy oldest = copies.remove();
    storage.delete(oldest.name);
    admission.fileDeleted(FileKind.QUARANTINE, oldest.size);
    left += oldest.size;
  }

  /** Fills the chunk, with zeros for what lies behind the file's end. */
  private static int read(StorageFile file, String name, long offset, long length, ByteBuffer chunk)
      throws RefusedReadException {
    chunk.clear().limit((int) Math.min(chunk.capacity(), length));
    try {
      boolean _ = file.readFully(chunk, offset);
    } catch (IOException once) {
      chunk.position(0);
      readAgain(file, name, offset, chunk);
    }
    while (chunk.hasRemaining()) {
      chunk.put((byte) 0);
    }
    chunk.flip();
    return chunk.remaining();
  }

  private static void readAgain(StorageFile file, String name, long offset, ByteBuffer chunk)
      throws RefusedReadException {
    try {
      boolean _ = file.readFully(chunk, offset);
    } catch (IOException twice) {
      throw new RefusedReadException(name, offset, chunk.limit(), twice);
    }
  }
}
