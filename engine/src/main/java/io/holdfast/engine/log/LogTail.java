package io.holdfast.engine.log;

import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import io.holdfast.engine.stored.Bounds;
import io.holdfast.engine.stored.DamagedBundleException;
import io.holdfast.engine.stored.Identity;
import io.holdfast.engine.stored.StoredBundle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Reads what an owner appends behind the end of a survey, from file to file, without its lock.
 * Where the log does not go on as it should (files are gone, bytes were taken back or are damaged)
 * it is <em>lost</em>: then the directory must be surveyed again. One thread.
 */
public final class LogTail implements AutoCloseable {
  /** After so many looks at the same bytes that are no entry they are taken for damage. */
  private static final int PATIENCE = 8;

  private static final int HEAD_BYTES = WalFormat.SEQUENCE_AT + 8;
  private static final int CRC_BYTES = 4;

  private final Storage storage;
  private final BufferPool pool;
  private final BufferAllocator allocator;
  private final ByteBuffer head =
      ByteBuffer.allocate(HEAD_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);

  private @Nullable StorageFile file;
  private Object key = "";
  private WalHeader header = new WalHeader.Unreadable("no file");
  private long headerBytes;
  private long positionStart;
  private long offset;
  private long lastSequence;

  /** The entry before {@link #offset} in this file; null while there is none. */
  private @Nullable Identity before;

  private long beforeOffset;
  private int beforeLength;

  private boolean lost;
  private boolean patient;
  private int stuck;
  private int stuckOn;

  private LogTail(Storage storage, BufferPool pool, BufferAllocator allocator) {
    this.storage = storage;
    this.pool = pool;
    this.allocator = allocator;
  }

  /**
   * Goes on where a survey ended.
   *
   * @param survey whose files are still open
   */
  public static LogTail behind(
      Storage storage, LogSurvey survey, BufferPool pool, BufferAllocator allocator)
      throws IOException {
    LogTail tail = new LogTail(storage, pool, allocator);
    if (survey.files().isEmpty()) {
      return tail;
    }
    int index = survey.files().size() - 1;
    ScannedFile scanned = survey.files().get(index);
    tail.key = scanned.reader().key();
    tail.header = scanned.header();
    tail.headerBytes = scanned.headerBytes();
    tail.positionStart = survey.start(index);
    tail.offset = scanned.end().validEnd();
    tail.lastSequence = survey.sequenceBehindAll() - 1;
    if (!scanned.entries().isEmpty()) {
      EntryFound last = scanned.entries().getLast();
      tail.before = new Identity(last.sequence(), last.time(), last.crc());
      tail.beforeOffset = last.offset();
      tail.beforeLength = last.length();
    }
    tail.file = tail.openSame(scanned.name());
    tail.lost = tail.file == null;
    return tail;
  }

  /** Where it stands: a file and an offset in it. */
  public record Spot(Object file, long offset) {}

  /** Where it stands. */
  public Spot spot() {
    return new Spot(key, offset);
  }

  /** From now on bytes that are no entry are waited for: a survey has seen them. */
  public void waitPatiently() {
    patient = true;
  }

  /** Whether the directory must be surveyed again. */
  public boolean isLost() {
    return lost;
  }

  /**
   * The next bundle, to be closed by the caller; null when there is none now, or when it is lost.
   */
  public @Nullable StoredBundle next() throws IOException {
    while (!lost) {
      StorageFile current = file;
      if (current == null) {
        lost = storage.status(LogFiles.ACTIVE).isPresent();
        return null;
      }
      boolean active = isActive();
      StoredBundle found = parse(current);
      // After the entry is read: other entries may have taken the place of both since.
      if (wasTakenBack(current) || !ScannedFile.hasHeader(current, header)) {
        lost = true;
        if (found != null) {
          found.close();
        }
      } else if (found != null && isLeftOver(found)) {
        // The owner is about to write over it.
        found.close();
        return null;
      } else if (found != null) {
        pass(found);
        if (found.sequence() > lastSequence) {
          lastSequence = found.sequence();
          return found;
        }
        found.close();
      } else if (active) {
        lost = isStuck();
        return null;
      } else if (!goOn(current)) {
        return null;
      }
    }
    return null;
  }

  /** Whether it is of what the file held before. */
  private boolean isLeftOver(StoredBundle found) {
    return header instanceof WalHeader.Own own
        && own.oldUntil() != WalHeader.NOT_REUSED
        && found.time() <= own.oldUntil()
        && found.sequence() <= lastSequence;
  }

  /** Asked before the end is looked at: a file that is not active any more has all its entries. */
  private boolean isActive() throws IOException {
    Optional<Storage.FileStatus> status = storage.status(LogFiles.ACTIVE);
    return status.isPresent() && status.get().key().equals(key);
  }

  private @Nullable StoredBundle parse(StorageFile current) throws IOException {
    long size = current.size();
    head.clear();
    if (!current.readFully(head, offset)) {
      return null;
    }
    head.flip();
    int length = head.getInt(0);
    long sequence = head.getLong(WalFormat.SEQUENCE_AT);
    if (length < WalFormat.MIN_BODY_BYTES
        || length > WalFormat.MAX_BODY_BYTES
        || head.get(WalFormat.TYPE_AT) != WalFormat.RECORD_BUNDLE
        || !Bounds.isPossibleInLog(sequence)
        || offset + length + WalFormat.FRAME_BYTES > size) {
      return null;
    }
    int whole = length + WalFormat.FRAME_BYTES;
    try {
      String name = storage.describe(LogFiles.ACTIVE);
      return EntryReader.read(current, name, offset, whole, sequence, pool, allocator);
    } catch (DamagedBundleException notYet) {
      return null;
    }
  }

  private void pass(StoredBundle found) {
    before = found.identity();
    beforeOffset = offset;
    beforeLength = found.length();
    offset += found.length();
    stuck = 0;
  }

  /** Whether what was read last is not there any more: a write that failed was cut off. */
  private boolean wasTakenBack(StorageFile current) throws IOException {
    Identity last = before;
    if (last == null) {
      return false;
    }
    ByteBuffer there = ByteBuffer.allocate(HEAD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer crc = ByteBuffer.allocate(CRC_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return !current.readFully(there, beforeOffset)
        || !current.readFully(crc, beforeOffset + beforeLength - CRC_BYTES)
        || there.getLong(WalFormat.SEQUENCE_AT) != last.sequence()
        || crc.getInt(0) != last.crc();
  }

  private boolean isStuck() {
    int bytes = head.limit() < 4 ? 0 : head.getInt(0);
    if (bytes == 0 || bytes != stuckOn) {
      stuckOn = bytes;
      stuck = 0;
      return false;
    }
    stuck++;
    return !patient && stuck >= PATIENCE;
  }

  /** Goes to the file behind this one; false when that is not there yet. */
  private boolean goOn(StorageFile current) throws IOException {
    NavigableMap<Long, String> names = names();
    Long here = null;
    for (var entry : names.entrySet()) {
      if (keyOf(entry.getValue()).filter(key::equals).isPresent()) {
        here = entry.getKey();
      }
    }
    var next = here == null ? names.firstEntry() : names.higherEntry(here);
    if (next == null) {
      // Between the two renames of a rotation.
      return false;
    }
    ScannedFile found;
    try {
      found = ScannedFile.open(storage, next.getValue());
    } catch (NoSuchFileException renamed) {
      return false;
    }
    long end = positionStart + offset - headerBytes;
    if (!(found.header() instanceof WalHeader.Own own)
        || own.positionStart() > end
        || (here == null && own.positionStart() != end)
        || own.sequenceStart() > lastSequence + 1) {
      // A file between the two, or bundles that went another way.
      found.close();
      lost = true;
      return true;
    }
    current.close();
    file = found.reader();
    key = found.reader().key();
    header = own;
    headerBytes = own.size();
    positionStart = own.positionStart();
    offset = own.size();
    before = null;
    patient = false;
    stuck = 0;
    return true;
  }

  /** The log's files in their order. */
  private NavigableMap<Long, String> names() throws IOException {
    NavigableMap<Long, String> names = new TreeMap<>();
    for (String name : storage.list(LogFiles.FOLDER)) {
      OptionalLong number = LogFiles.rotatedNumber(name);
      String path = LogFiles.FOLDER + "/" + name;
      if (number.isPresent()) {
        names.put(number.getAsLong(), path);
      } else if (path.equals(LogFiles.ACTIVE)) {
        names.put(Long.MAX_VALUE, path);
      }
    }
    return names;
  }

  private Optional<Object> keyOf(String name) throws IOException {
    return storage.status(name).map(Storage.FileStatus::key);
  }

  /** Opens the file with our key, under its name or the one that it has got since. */
  private @Nullable StorageFile openSame(String name) throws IOException {
    StorageFile same = openIfSame(name);
    for (String other : names().values()) {
      if (same == null) {
        same = openIfSame(other);
      }
    }
    return same;
  }

  private @Nullable StorageFile openIfSame(String name) throws IOException {
    StorageFile opened;
    try {
      opened = storage.openForRead(name);
    } catch (NoSuchFileException gone) {
      return null;
    }
    if (opened.key().equals(key)) {
      return opened;
    }
    opened.close();
    return null;
  }

  @Override
  public void close() throws IOException {
    StorageFile current = file;
    file = null;
    lost = true;
    if (current != null) {
      current.close();
    }
  }
}
