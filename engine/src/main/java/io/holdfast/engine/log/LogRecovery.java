package io.holdfast.engine.log;

import io.holdfast.engine.StorageException;
import io.holdfast.engine.capacity.Admission;
import io.holdfast.engine.capacity.DiskFull;
import io.holdfast.engine.capacity.FileKind;
import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.progress.CursorFile;
import io.holdfast.engine.progress.StateFile;
import io.holdfast.engine.segment.Segments;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import io.holdfast.engine.stored.Bounds;
import io.holdfast.engine.stored.Identity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Makes a log out of the files that the last owner left, in whatever state. Only the owner of the
 * directory may; a crash at any point leaves files from which the same log is made.
 */
public final class LogRecovery {
  private final Storage storage;
  private final Admission admission;
  private final Log log;
  private final Segments segments;
  private final Quarantine quarantine;
  private final WaitingCopies waiting;
  private final RefusedLog refused;

  /** Whether the file is gone that entries were appended to last. */
  private boolean isActiveGone;

  /** What segments hold already. */
  private Set<Identity> held = Set.of();

  /** The files of the log, by their place in the survey; null where a file is not part of it. */
  private final List<@Nullable LogFile> logFiles = new ArrayList<>();

  private LogRecovery(
      Storage storage,
      Admission admission,
      Segments segments,
      BufferPool pool,
      BufferAllocator allocator)
      throws IOException {
    this.storage = storage;
    this.admission = admission;
    this.quarantine = new Quarantine(storage, admission);
    this.segments = segments;
    this.log = new Log(storage, pool, allocator, admission.limits().largestEntryBytes());
    this.waiting = new WaitingCopies(log, quarantine);
    this.refused = new RefusedLog(storage);
  }

  /**
   * Opens the log.
   *
   * @param admission with nothing of the log in it yet
   * @param segments what they hold is not taken from the log a second time
   * @param highestKnown the highest sequence that any segment covers or any subscriber has
   *     resolved, -1 for none
   */
  public static Recovered open(
      Storage storage,
      Admission admission,
      Segments segments,
      BufferPool pool,
      BufferAllocator allocator,
      Optional<StateFile> state,
      long highestKnown)
      throws IOException {
    return new LogRecovery(storage, admission, segments, pool, allocator).open(state, highestKnown);
  }

  /**
   * Makes a log for reading only out of surveyed files, which belong to it from then on.
   *
   * @param segments what they hold is not taken from the log a second time
   */
  public static ReadOnly index(
      Storage storage,
      LogSurvey survey,
      Segments segments,
      BufferPool pool,
      BufferAllocator allocator)
      throws IOException {
    Log log = new Log(storage, pool, allocator, 0);
    survey.passHeld(segments.foreignFromTheFirst());
    Set<Identity> held = segments.inLogFrom(survey.cursorSequence());
    List<LogFile> files = new ArrayList<>();
    for (int i = 0; i < survey.files().size(); i++) {
      files.add(fileOf(survey, i, held, -1));
      log.addFile(files.getLast());
    }
    List<Log.Located> repeats = new ArrayList<>();
    for (LogSurvey.Repeat repeat : survey.repeats()) {
      if (!held.contains(identity(repeat.entry()))) {
        repeats.add(located(files.get(repeat.file()), repeat.entry()));
      }
    }
    return new ReadOnly(log, repeats);
  }

  /**
   * A log that is only read.
   *
   * @param log the index
   * @param repeats entries whose sequences were used before
   */
  public record ReadOnly(Log log, List<Log.Located> repeats) {}

  /**
   * Opens and surveys the files for reading only. The files may be renamed, deleted and used again
   * meanwhile: they are listed again until two listings agree and all of them are what they were.
   */
  public static LogSurvey survey(Storage storage) throws IOException {
    Moment before = Moment.of(storage);
    while (true) {
      List<ScannedFile> files = openFiles(storage, Integer.MAX_VALUE);
      Moment after = Moment.of(storage);
      if (before.equals(after)) {
        LogSurvey survey = surveyOf(storage, files, after.state);
        if (survey.isStill()) {
          return survey;
        }
        survey.close();
      } else {
        closeAll(files);
      }
      before = after;
    }
  }

  /** Which files there are, and what the state says of them. */
  private record Moment(Map<String, Object> fileKeys, Optional<StateFile> state) {
    static Moment of(Storage storage) throws IOException {
      return new Moment(keys(storage), StateFile.read(storage));
    }
  }

  private static LogSurvey surveyOf(
      Storage storage, List<ScannedFile> files, Optional<StateFile> state) throws IOException {
    try {
      return LogSurvey.of(storage, files, CursorFile.read(storage), state);
    } catch (Throwable failure) {
      closeAll(files);
      throw failure;
    }
  }

  private static void closeAll(List<ScannedFile> files) throws IOException {
    for (ScannedFile file : files) {
      file.close();
    }
  }

  private static Map<String, Object> keys(Storage storage) throws IOException {
    Map<String, Object> keys = new TreeMap<>();
    for (String name : storage.list(LogFiles.FOLDER)) {
      Optional<Storage.FileStatus> status = storage.status(LogFiles.FOLDER + "/" + name);
      if (isLogFile(name) && status.isPresent()) {
        keys.put(name, status.get().key());
      }
    }
    return keys;
  }

  private static boolean isLogFile(String name) {
    return LogFiles.ACTIVE.endsWith("/" + name) || LogFiles.rotatedNumber(name).isPresent();
  }

  private static List<ScannedFile> openFiles(Storage storage, int mostRefused) throws IOException {
    List<ScannedFile> files = new ArrayList<>();
    try {
      for (String name : storage.list(LogFiles.FOLDER)) {
        if (isLogFile(name)) {
          try {
            files.add(ScannedFile.open(storage, LogFiles.FOLDER + "/" + name, mostRefused));
          } catch (java.nio.file.NoSuchFileException renamed) {
            // The second listing will differ.
          }
        }
      }
      files.sort(Comparator.comparingLong(file -> file.number().orElse(Long.MAX_VALUE)));
      return files;
    } catch (Throwable failure) {
      closeAll(files);
      throw failure;
    }
  }

  private Recovered open(Optional<StateFile> state, long highestKnown) throws IOException {
    LogSurvey survey = surveyWhole(state);
    try {
      if (finishRotation(survey.files())) {
        survey.close();
        survey = surveyWhole(state);
      }
      refused.check(survey);
      return build(survey, state, highestKnown);
    } catch (Throwable failure) {
      survey.close();
      throw failure;
    }
  }

  private LogSurvey surveyWhole(Optional<StateFile> state) throws IOException {
    List<ScannedFile> files = openFiles(storage, RefusedSectors.FEW);
    try {
      refused.checkHeads(files);
    } catch (RefusedReadException unknown) {
      closeAll(files);
      throw unknown;
    }
    return surveyOf(storage, files, state);
  }

  /**
   * A rotation that a crash interrupted: the prepared file is either the active one or worth
   * nothing, and without it the last one is active again.
   */
  private boolean finishRotation(List<ScannedFile> files) throws IOException {
    storage.delete(CursorFile.TEMPORARY);
    SpareFiles.removeLeft(storage);
    boolean activeExists = !files.isEmpty() && files.getLast().number().isEmpty();
    boolean nextExists = storage.status(LogFiles.NEXT).isPresent();
    if (!activeExists && nextExists) {
      boolean headed;
      try (ScannedFile next = ScannedFile.open(storage, LogFiles.NEXT)) {
        refused.checkHead(next);
        headed = next.header() instanceof WalHeader.Own;
      }
      if (headed) {
        storage.rename(LogFiles.NEXT, LogFiles.ACTIVE);
        storage.syncDirectory(LogFiles.FOLDER);
        return true;
      }
    }
    if (nextExists) {
      storage.delete(LogFiles.NEXT);
      storage.syncDirectory(LogFiles.FOLDER);
    }
    if (activeExists || files.isEmpty() || !(files.getLast().header() instanceof WalHeader.Own)) {
      return false;
    }
    // What was appended last was elsewhere, if somebody has moved a file aside.
    isActiveGone = true;
    // Nothing follows it, so its end may not be synced.
    storage.rename(files.getLast().name(), LogFiles.ACTIVE);
    storage.syncDirectory(LogFiles.FOLDER);
    return true;
  }

  private Recovered build(LogSurvey survey, Optional<StateFile> state, long highestKnown)
      throws IOException {
    List<ScannedFile> files = survey.files();
    survey.passHeld(segments.foreignFromTheFirst());
    held = segments.inLogFrom(survey.cursorSequence());
    for (ScannedFile file : files) {
      admission.fileAdded(FileKind.LOG, file.size());
    }
    long nextSequence = nextSequence(survey, state, highestKnown);
    long nextNumber = nextNumber(files, state);
    boolean hasActive = !files.isEmpty() && files.getLast().number().isEmpty();
    boolean usable = hasActive && hasContent(survey, files.size() - 1);
    if (hasActive && !usable) {
      refused.checkReplaced(files.getLast());
    }
    StorageFile handle = null;
    UnsyncedTail carried = null;
    int broken = -1;
    boolean built = false;
    try {
      for (int i = 0; i < files.size(); i++) {
        ScannedFile file = files.get(i);
        boolean active = hasActive && i == files.size() - 1;
        boolean stays = !active || usable;
        boolean copied = copyDamage(survey, i, stays);
        if (active && usable) {
          Tail tail = prepareActive(survey, i, nextSequence, copied);
          handle = tail.handle;
          carried = tail.carry;
        }
        if (copied && survey.isBroken(i)) {
          broken = i;
        } else if (survey.isBroken(i)) {
          waiting.mendTo(mendTo(survey, i));
        }
        if (stays) {
          add(survey, i, active, carried == null ? -1 : carried.from());
        } else {
          logFiles.add(null);
          admission.fileDeleted(FileKind.LOG, file.size());
          file.close();
        }
      }
      if (!survey.isClean()) {
        for (ScannedFile file : files) {
          if (file.number().isPresent() || (usable && carried == null)) {
            file.reader().syncAll();
          }
        }
        storage.syncDirectory(LogFiles.FOLDER);
        storage.syncDirectory("");
      }
      if (!usable) {
        handle = createActive(survey, nextSequence);
      }
      List<Log.Located> repeats = repeats(survey);
      SpareFiles spares = new SpareFiles(storage, admission);
      LogWriter writer =
          new LogWriter(
              storage,
              log,
              spares,
              admission,
              admission.limits().rotationBytes(),
              log.activeFile(),
              usable ? files.getLast().oldUntil() : WalHeader.NOT_REUSED,
              handle,
              nextNumber);
      if (carried != null) {
        carry(survey, writer, carried);
      }
      built = true;
      long replayed = log.count(sequence -> true).bundles();
      return new Recovered(
          log,
          writer,
          spares,
          admission,
          nextSequence + repeats.size(),
          survey.cursorSequence(),
          survey::holds,
          repeats,
          broken < 0 ? -1 : mendTo(survey, broken),
          quarantine,
          waiting,
          survey.report(replayed));
    } finally {
      if (!built && handle != null) {
        handle.close();
      }
    }
  }

  /** The entries that need new sequences; each holds its file. */
  private List<Log.Located> repeats(LogSurvey survey) {
    List<Log.Located> found = new ArrayList<>();
    for (LogSurvey.Repeat repeat : survey.repeats()) {
      LogFile file = logFiles.get(repeat.file());
      if (file != null && !held.contains(identity(repeat.entry()))) {
        found.add(located(file, repeat.entry()));
      }
    }
    if (!found.isEmpty()) {
      log.keepFiles();
      survey.note(
          found.size()
              + " bundles in the log have sequences that were used before; they get new ones");
    }
    return found;
  }

  private static Log.Located located(LogFile file, EntryFound entry) {
    file.retain();
    return new Log.Located(
        file, entry.offset(), entry.length(), entry.sequence(), entry.items(), entry.time());
  }

  private static Identity identity(EntryFound entry) {
    return new Identity(entry.sequence(), entry.time(), entry.crc());
  }

  /** Behind the last sequence of a file and those before it. */
  private static long mendTo(LogSurvey survey, int index) {
    for (int i = index; i >= 0; i--) {
      if (!survey.entries(i).isEmpty()) {
        return survey.entries(i).getLast().sequence() + 1;
      }
    }
    return survey.cursorSequence();
  }

  private long nextSequence(LogSurvey survey, Optional<StateFile> state, long highestKnown) {
    long next = Math.max(survey.lastSequence(), highestKnown) + 1;
    for (ScannedFile file : survey.files()) {
      if (file.header() instanceof WalHeader.Own own) {
        next = Math.max(next, own.sequenceStart());
      }
    }
    if (!survey.files().isEmpty() && survey.files().getLast().end().isGivenUp()) {
      ScannedFile last = survey.files().getLast();
      long rest = last.size() - last.end().validEnd();
      next = Math.max(next, survey.lastSequence() + 1 + rest / WalFormat.MIN_ENTRY_BYTES);
    }
    if (isActiveGone) {
      next = Math.max(next, state.map(StateFile::sequenceFloor).orElse(0L));
    }
    if (survey.lastSequence() < 0) {
      boolean headed =
          !survey.files().isEmpty() && survey.files().getLast().header() instanceof WalHeader.Own;
      if (!headed) {
        next = Math.max(next, state.map(StateFile::sequenceFloor).orElse(0L));
      }
    }
    return next;
  }

  private long nextNumber(List<ScannedFile> files, Optional<StateFile> state) {
    long highest = state.map(StateFile::rotationFloor).orElse(1L) - 1;
    for (ScannedFile file : files) {
      highest = Math.max(highest, file.number().orElse(0));
    }
    if (!Bounds.isFollowed(highest)) {
      throw new StorageException(
          "the log files in "
              + storage.describe(LogFiles.FOLDER)
              + " are to go on behind the number "
              + highest
              + ", which nobody comes to: move the file with that number away, and open the buffer"
              + " again",
          null);
    }
    return highest + 1;
  }

  private static boolean hasContent(LogSurvey survey, int index) {
    return survey.files().get(index).header() instanceof WalHeader.Usable
        || !survey.files().get(index).entries().isEmpty();
  }

  /**
   * Copies what is no entry; whether all of it could be. A file that has more than can be copied
   * needs no copies: it is kept itself.
   *
   * @param stays whether the file is in the log, so that what finds no room can wait for some
   */
  private boolean copyDamage(LogSurvey survey, int index, boolean stays) throws IOException {
    ScannedFile file = survey.files().get(index);
    if (stays && survey.isEvidence(index)) {
      survey.note(
          storage.describe(file.name())
              + " is kept, as "
              + LogFiles.REFUSED
              + ", when nobody needs its bundles any more");
      return true;
    }
    boolean copied = true;
    for (ScannedFile.Hole hole : file.holes()) {
      copied &= copy(survey, file, hole.offset(), hole.length(), stays);
    }
    long tail = file.end().writtenEnd() - file.end().validEnd();
    if (tail > 0) {
      copied &= copy(survey, file, file.end().validEnd(), tail, stays);
    }
    if (!(file.header() instanceof WalHeader.Usable) && file.headerBytes() > 0) {
      copied &= copy(survey, file, 0, file.headerBytes(), stays);
    }
    if (!copied) {
      survey.note(
          storage.describe(file.name())
              + " has damaged bytes and there is no room to copy them"
              + (stays ? "; the file is kept as it is until there is" : ""));
    }
    return copied;
  }

  /**
   * Copies a range, or as much of it as a copy may have: to wait for more room would be in vain.
   */
  private boolean copy(LogSurvey survey, ScannedFile file, long offset, long length, boolean stays)
      throws IOException {
    long kept = Math.min(length, quarantine.largestCopy());
    if (kept < length) {
      survey.note(
          storage.describe(file.name())
              + " has "
              + length
              + " damaged bytes from "
              + offset
              + " on; only the first "
              + kept
              + " are copied, the cap has no room for more");
    }
    boolean copied = quarantine.copy(file.reader(), file.name(), offset, kept);
    if (!copied && stays) {
      waiting.add(file.reader(), file.name(), offset, kept);
    }
    return copied;
  }

  /**
   * The active file, made ready.
   *
   * @param handle to append with; null when a new file must follow first
   * @param carry the part that the disk refused to make durable, if any
   */
  private record Tail(@Nullable StorageFile handle, @Nullable UnsyncedTail carry) {}

  /** Makes the active file safe to deliver from, and to append to if it may be. */
  private Tail prepareActive(LogSurvey survey, int index, long nextSequence, boolean copied)
      throws IOException {
    ScannedFile file = survey.files().get(index);
    long end = file.end().validEnd();
    boolean isUnknown = !file.refused().isEmpty() || file.end().isGivenUp();
    boolean sealed =
        !copied
            || isUnknown
            || !file.holes().isEmpty()
            || !(file.header() instanceof WalHeader.Own own)
            || !continues(survey, index, own, nextSequence);
    StorageFile handle = storage.open(file.name());
    boolean keep = false;
    try {
      if (!survey.isClean()) {
        UnsyncedTail unsynced = new UnsyncedTail(file, survey.unsyncedBytes());
        try {
          unsynced.rewrite(handle);
        } catch (IOException failed) {
          if (DiskFull.isReason(failed)) {
            throw failed;
          }
          survey.note(
              storage.describe(file.name())
                  + " cannot be synced ("
                  + failed.getMessage()
                  + "); its last part goes to a new file");
          return new Tail(null, unsynced);
        }
      }
      if (copied && !isUnknown && file.size() > end) {
        handle.truncate(end);
        handle.syncAll();
      }
      keep = !sealed;
      return new Tail(sealed ? null : handle, null);
    } finally {
      if (!keep) {
        handle.close();
      }
    }
  }

  /** Writes what could not be synced into a new file, and indexes it there. */
  private void carry(LogSurvey survey, LogWriter writer, UnsyncedTail part) throws IOException {
    int index = survey.files().size() - 1;
    List<EntryFound> carried = new ArrayList<>();
    List<ByteBuffer> bytes = new ArrayList<>();
    for (EntryFound entry : survey.entries(index)) {
      if (entry.offset() >= part.from()) {
        carried.add(entry);
        bytes.add(part.read(entry));
      }
    }
    long first = carried.isEmpty() ? survey.lastSequence() + 1 : carried.getFirst().sequence();
    writer.carry(first, bytes.toArray(ByteBuffer[]::new));
    long at = writer.active().headerBytes();
    for (EntryFound entry : carried) {
      if (entry.sequence() >= survey.cursorSequence()) {
        writer.active().add(at, entry.length(), entry.sequence(), entry.items(), entry.time());
      }
      at += entry.length();
    }
  }

  /** Whether the next append's sequence follows from this file. */
  private static boolean continues(
      LogSurvey survey, int index, WalHeader.Own own, long nextSequence) {
    List<EntryFound> entries = survey.entries(index);
    long follows = entries.isEmpty() ? own.sequenceStart() : entries.getLast().sequence() + 1;
    return follows == nextSequence;
  }

  private static LogFile fileOf(LogSurvey survey, int index, Set<Identity> held, long limit) {
    ScannedFile scanned = survey.files().get(index);
    LogFile file =
        new LogFile(scanned.name(), scanned.reader(), scanned.headerBytes(), survey.start(index));
    for (EntryFound entry : survey.entries(index)) {
      if (entry.sequence() >= survey.cursorSequence()
          && (limit < 0 || entry.offset() < limit)
          && !held.contains(identity(entry))) {
        file.add(entry.offset(), entry.length(), entry.sequence(), entry.items(), entry.time());
      }
    }
    file.endAt(limit < 0 ? scanned.end().validEnd() : limit);
    if (limit < 0 && scanned.end().isGivenUp()) {
      // The next opening is to look there again.
      file.endAt(scanned.size());
    }
    if (survey.isEvidence(index)) {
      file.keepAsEvidence();
    }
    return file;
  }

  private void add(LogSurvey survey, int index, boolean active, long limit) throws IOException {
    ScannedFile scanned = survey.files().get(index);
    LogFile file = fileOf(survey, index, held, limit);
    logFiles.add(file);
    log.addFile(file);
    if (active) {
      long size = scanned.reader().size();
      admission.active(size, size);
      admission.fileDeleted(FileKind.LOG, scanned.size());
    } else {
      file.countAs(scanned.size());
    }
  }

  /** A new active file, durable under its name. It replaces one that held nothing. */
  private StorageFile createActive(LogSurvey survey, long nextSequence) throws IOException {
    int last = survey.files().size() - 1;
    long position = CursorFile.read(storage).orElse(0);
    for (int i = 0; i <= last; i++) {
      position = Math.max(position, survey.positionOf(i, survey.files().get(i).end().validEnd()));
    }
    storage.delete(LogFiles.NEXT);
    StorageFile file = storage.create(LogFiles.NEXT);
    try {
      ByteBuffer header = WalHeader.own(position, nextSequence);
      file.writeFully(header, 0);
      file.syncAll();
      storage.syncDirectory(LogFiles.FOLDER);
      storage.rename(LogFiles.NEXT, LogFiles.ACTIVE);
      storage.syncDirectory(LogFiles.FOLDER);
      LogFile active =
          new LogFile(
              LogFiles.ACTIVE,
              storage.openForRead(LogFiles.ACTIVE),
              WalFormat.OWN_HEADER_BYTES,
              position);
      log.addFile(active);
      admission.active(WalFormat.OWN_HEADER_BYTES, WalFormat.OWN_HEADER_BYTES);
      return file;
    } catch (Throwable failure) {
      file.close();
      throw failure;
    }
  }
}
