package io.holdfast.engine.log;

import io.holdfast.engine.RecoveryReport;
import io.holdfast.engine.UnsupportedVersionException;
import io.holdfast.engine.capacity.Limits;
import io.holdfast.engine.progress.StateFile;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.stored.Identity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Looks at all log files together and changes nothing: their order, where each starts, which
 * entries count, what is damaged, and where the cursor stands. Used when a buffer opens and by live
 * readers.
 */
public final class LogSurvey implements AutoCloseable {
  private final Storage storage;
  private final List<ScannedFile> files;
  private final List<Long> starts = new ArrayList<>();
  private final List<List<EntryFound>> accepted = new ArrayList<>();
  private final List<RecoveryReport.Range> unconfirmed = new ArrayList<>();
  private final List<RecoveryReport.Range> damage = new ArrayList<>();
  private final List<RecoveryReport.SequenceRange> missing = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final boolean clean;
  private final long cleanEnd;

  /** What the last owner left un-synced at most before its last group; empty when unknown. */
  private final OptionalLong unsyncedLimit;

  private long lastSequence = -1;
  private long cursorSequence;

  private boolean cursorIsAhead;

  /** The cursor's place: the file and the offset in it; from the start while it is not known. */
  private int cursorFile;

  private long cursorOffset;
  private final List<Repeat> repeats = new ArrayList<>();

  /** An entry of a file whose sequence was used before. */
  record Repeat(int file, EntryFound entry) {}

  private LogSurvey(Storage storage, List<ScannedFile> files, Optional<StateFile> state) {
    this.storage = storage;
    this.files = files;
    this.clean = state.isPresent() && state.get().clean();
    this.cleanEnd = clean ? state.orElseThrow().logEnd() : -1;
    this.unsyncedLimit =
        state.isEmpty()
            ? OptionalLong.empty()
            : OptionalLong.of(Math.min(state.get().unsyncedBytes(), Limits.MAX_ENTRY_BYTES));
  }

  /**
   * Surveys the files, and owns them from now on.
   *
   * @param files rotated ones by number, then the active one
   * @throws UnsupportedVersionException when they are of a version that is not known here
   */
  static LogSurvey of(
      Storage storage, List<ScannedFile> files, OptionalLong cursor, Optional<StateFile> state) {
    LogSurvey survey = new LogSurvey(storage, files, state);
    survey.refuseCertain();
    survey.scan();
    survey.refuseLikely();
    survey.placeCursor(cursor, state);
    survey.classify(state);
    return survey;
  }

  private void refuseCertain() {
    for (ScannedFile file : files) {
      if (file.header() instanceof WalHeader.Unsupported unsupported && unsupported.certain()) {
        throw unsupported(file, unsupported);
      }
    }
  }

  /**
   * Without a checksum one odd head is damage; all of them alike, and nothing readable, is a
   * version.
   */
  private void refuseLikely() {
    String what = null;
    for (int i = 0; i < files.size(); i++) {
      if (!(files.get(i).header() instanceof WalHeader.Unsupported unsupported)
          || unsupported.oneBitOff()
          || !files.get(i).entries().isEmpty()
          || (what != null && !what.equals(unsupported.what()))) {
        return;
      }
      what = unsupported.what();
    }
    if (!files.isEmpty() && files.getLast().header() instanceof WalHeader.Unsupported unsupported) {
      throw unsupported(files.getLast(), unsupported);
    }
  }

  private UnsupportedVersionException unsupported(
      ScannedFile file, WalHeader.Unsupported unsupported) {
    return new UnsupportedVersionException(
        storage.describe(file.name())
            + " has "
            + unsupported.what()
            + ", and this Holdfast knows version 1 with its own configuration: open it with the"
            + " program that wrote it; nothing was changed");
  }

  private void scan() {
    long expected = -1;
    for (int i = 0; i < files.size(); i++) {
      ScannedFile file = files.get(i);
      OptionalLong limit = OptionalLong.empty();
      if (i + 1 < files.size() && files.get(i + 1).header() instanceof WalHeader.Own next) {
        limit = OptionalLong.of(next.positionStart());
      }
      file.scan(limit, lastSequence);
      long start =
          switch (file.header()) {
            case WalHeader.Own own -> own.positionStart();
            case WalHeader.Foreign foreign ->
                expected < 0 || foreign.positionStart() == expected
                    ? foreign.positionStart()
                    : expected;
            case WalHeader.Unsupported unsupported -> Math.max(0, expected);
            case WalHeader.Unreadable unreadable -> Math.max(0, expected);
          };
      starts.add(start);
      accepted.add(accept(file, i));
      expected = start + Math.max(0, file.end().validEnd() - file.headerBytes());
    }
  }

  private List<EntryFound> accept(ScannedFile file, int index) {
    List<EntryFound> taken = new ArrayList<>(file.entries().size());
    long lowest = file.header() instanceof WalHeader.Own own ? own.sequenceStart() : 0;
    for (EntryFound entry : file.entries()) {
      if (entry.sequence() > lastSequence && entry.sequence() >= lowest) {
        taken.add(entry);
        lastSequence = entry.sequence();
      } else {
        repeats.add(new Repeat(index, entry));
      }
    }
    return taken;
  }

  private void placeCursor(OptionalLong cursor, Optional<StateFile> state) {
    cursorSequence = files.isEmpty() ? 0 : startOf(0);
    if (cursor.isEmpty()) {
      if (!files.isEmpty() && (lastSequence >= 0 || state.isPresent())) {
        notes.add("the cursor file is missing or damaged; the log is read from its start");
      }
      return;
    }
    long position = cursor.getAsLong();
    if (files.isEmpty()) {
      return;
    }
    locate(position);
    if (state.isPresent()
        && state.get().cursorPosition() == position
        && files.stream().noneMatch(file -> file.header() instanceof WalHeader.Foreign)) {
      // Written after the cursor, so the two belong together; what is gone behind it is missed.
      cursorSequence = Math.min(state.get().cursorSequence(), sequenceBehindAll());
      return;
    }
    long first = starts.getFirst();
    long last = positionOf(files.size() - 1, files.getLast().end().validEnd());
    if (position < first) {
      return;
    }
    if (position > last) {
      notes.add("the cursor is ahead of the log and is ignored");
      cursorIsAhead = true;
      return;
    }
    for (int i = files.size() - 1; i >= 0; i--) {
      if (position < starts.get(i)) {
        continue;
      }
      for (EntryFound entry : accepted.get(i)) {
        if (positionOf(i, entry.offset()) == position) {
          cursorSequence = entry.sequence();
          return;
        }
      }
      if (isRepeat(i, position)
          || position == positionOf(i, files.get(i).end().validEnd())
          || position == starts.get(i)
          || isHoleEdge(i, position)) {
        cursorSequence = position == starts.get(i) ? startOf(i) : firstSequenceBehind(i, position);
        return;
      }
      break;
    }
    notes.add("the cursor is at no entry and is ignored");
    cursorFile = 0;
    cursorOffset = 0;
  }

  /**
   * Tells how many bundles the segments of another engine hold, from its first one on. Where its
   * cursor is ahead of its log, and so tells nothing, the log's entries below that number are in
   * them; but not where its sequences may have started at 0 again.
   */
  void passHeld(long bundles) {
    if (cursorIsAhead
        && firstSequence() > 0
        && files.stream().allMatch(file -> file.header() instanceof WalHeader.Foreign)) {
      cursorSequence = Math.max(cursorSequence, Math.min(bundles, sequenceBehindAll()));
    }
  }

  /** Finds the file of a position; the last one that it can lie in. */
  private void locate(long position) {
    for (int i = files.size() - 1; i >= 0; i--) {
      long end = positionOf(i, files.get(i).end().validEnd());
      if (position >= starts.get(i) && position <= end) {
        cursorFile = i;
        cursorOffset = position - starts.get(i) + files.get(i).headerBytes();
        return;
      }
    }
  }

  private boolean isRepeat(int index, long position) {
    return repeats.stream()
        .anyMatch(
            repeat -> repeat.file == index && positionOf(index, repeat.entry.offset()) == position);
  }

  private boolean isHoleEdge(int index, long position) {
    for (ScannedFile.Hole hole : files.get(index).holes()) {
      if (positionOf(index, hole.offset()) == position) {
        return true;
      }
    }
    return false;
  }

  /** What a file begins with, whether that can still be read or not. */
  private long startOf(int index) {
    long first = firstSequenceBehind(index, starts.get(index));
    return files.get(index).header() instanceof WalHeader.Own own
        ? Math.min(own.sequenceStart(), first)
        : first;
  }

  private long firstSequence() {
    for (List<EntryFound> entries : accepted) {
      if (!entries.isEmpty()) {
        return entries.getFirst().sequence();
      }
    }
    return sequenceBehindAll();
  }

  /** The sequence of an entry that would follow. */
  public long sequenceBehindAll() {
    return !files.isEmpty() && files.getLast().header() instanceof WalHeader.Own own
        ? Math.max(lastSequence + 1, own.sequenceStart())
        : lastSequence + 1;
  }

  private long firstSequenceBehind(int index, long position) {
    for (int i = index; i < files.size(); i++) {
      for (EntryFound entry : accepted.get(i)) {
        if (i > index || positionOf(i, entry.offset()) >= position) {
          return entry.sequence();
        }
      }
    }
    return sequenceBehindAll();
  }

  private void classify(Optional<StateFile> state) {
    for (int i = 0; i < files.size(); i++) {
      ScannedFile file = files.get(i);
      for (ScannedFile.Hole hole : file.holes()) {
        classify(i, hole.offset(), hole.length());
        miss(hole.before() + 1, hole.after() - 1);
      }
      if (i + 1 < files.size()) {
        classifyEnd(i);
      } else {
        classifyTail(i, file);
      }
      noteUnknown(file);
      if (file.header() instanceof WalHeader.Unsupported unsupported) {
        damage.add(new RecoveryReport.Range(storage.describe(file.name()), 0, file.headerBytes()));
        notes.add(storage.describe(file.name()) + ": its head is damaged: " + unsupported.what());
      } else if (file.header() instanceof WalHeader.Unreadable(String why) && file.size() > 0) {
        notes.add(storage.describe(file.name()) + ": its head is damaged: " + why);
        if (!file.entries().isEmpty()) {
          classify(i, 0, file.headerBytes());
        }
      }
    }
    if (!files.isEmpty()
        && files.getFirst().header() instanceof WalHeader.Own own
        && state.isPresent()
        && state.get().cursorPosition() < own.positionStart()) {
      damage.add(
          new RecoveryReport.Range(
              storage.describe(LogFiles.FOLDER) + " (a file is gone)",
              0,
              own.positionStart() - state.get().cursorPosition()));
      miss(state.get().cursorSequence(), own.sequenceStart() - 1);
    }
  }

  private void noteUnknown(ScannedFile file) {
    if (!file.refused().isEmpty()) {
      notes.add(
          storage.describe(file.name())
              + ": the disk refuses to read some of it, from byte "
              + file.refused().firstFrom(0)
              + " to "
              + file.refused().end(file.size()));
    }
    if (file.end().isGivenUp()) {
      notes.add(
          storage.describe(file.name())
              + ": there is so much damage that what lies behind byte "
              + file.end().validEnd()
              + " was not looked through");
    }
  }

  /** A rotated file must reach up to where the next one starts. */
  private void classifyEnd(int index) {
    ScannedFile file = files.get(index);
    long end = positionOf(index, file.end().validEnd());
    long next = starts.get(index + 1);
    long length =
        files.get(index + 1).header() instanceof WalHeader.Own
            ? next - end
            : Math.max(file.end().writtenEnd(), file.refused().end(file.size()))
                - file.end().validEnd();
    if (length <= 0) {
      return;
    }
    classify(index, file.end().validEnd(), length);
    long after =
        files.get(index + 1).header() instanceof WalHeader.Own own
            ? own.sequenceStart()
            : firstSequenceBehind(index + 1, next);
    miss(lastSequenceUpTo(index) + 1, after - 1);
  }

  private long lastSequenceUpTo(int index) {
    for (int i = index; i >= 0; i--) {
      if (!accepted.get(i).isEmpty()) {
        return accepted.get(i).getLast().sequence();
      }
    }
    return cursorSequence - 1;
  }

  private void classifyTail(int index, ScannedFile file) {
    LogScanner.End end = file.end();
    long validEnd = positionOf(index, end.validEnd());
    boolean hasHead = file.header() instanceof WalHeader.Usable;
    if (end.isGivenUp() || file.isEndRefused()) {
      // Entries may lie there, and so what was confirmed.
      long reach = Math.max(end.writtenEnd(), file.refused().end(file.size()));
      damage.add(
          new RecoveryReport.Range(
              storage.describe(file.name()), end.validEnd(), reach - end.validEnd()));
    } else if (end.writtenEnd() > end.validEnd() && (hasHead || !file.entries().isEmpty())) {
      classify(index, end.validEnd(), end.writtenEnd() - end.validEnd());
    } else if (validEnd < cleanEnd) {
      damage.add(
          new RecoveryReport.Range(
              storage.describe(file.name()), end.validEnd(), cleanEnd - validEnd));
    }
  }

  private void classify(int index, long offset, long length) {
    long position = positionOf(index, offset);
    if (firstSequenceBehind(index, position) <= cursorSequence && hasEntryBehind(index, offset)) {
      return;
    }
    RecoveryReport.Range range =
        new RecoveryReport.Range(storage.describe(files.get(index).name()), offset, length);
    int last = files.size() - 1;
    long logEnd = positionOf(last, files.get(last).end().validEnd());
    // A file of ours is followed by another only once everything in it is confirmed.
    boolean left = index < last && files.get(index + 1).header() instanceof WalHeader.Own;
    boolean confirmed = left || (clean && position < cleanEnd);
    if (!confirmed && logEnd - position <= unsyncedBytes(unsyncedLimit.orElse(0))) {
      unconfirmed.add(range);
    } else {
      damage.add(range);
    }
  }

  private boolean hasEntryBehind(int index, long offset) {
    for (int i = index; i < files.size(); i++) {
      for (EntryFound entry : accepted.get(i)) {
        if (i > index || entry.offset() >= offset) {
          return true;
        }
      }
    }
    return false;
  }

  private void miss(long first, long last) {
    long from = Math.max(first, cursorSequence);
    if (from <= last) {
      missing.add(new RecoveryReport.SequenceRange(from, last));
    }
  }

  /** The files, in order. */
  List<ScannedFile> files() {
    return files;
  }

  /** The entries of a file that count. */
  List<EntryFound> entries(int index) {
    return accepted.get(index);
  }

  /** The WAL position of a file's first entry. */
  long start(int index) {
    return starts.get(index);
  }

  long positionOf(int index, long offset) {
    return starts.get(index) + offset - files.get(index).headerBytes();
  }

  /** The highest sequence, -1 when there is none. */
  long lastSequence() {
    return lastSequence;
  }

  /** Everything below needs no log. */
  public long cursorSequence() {
    return cursorSequence;
  }

  /** Whether the log has this entry, or has passed it. */
  public boolean holds(Identity identity) {
    if (identity.sequence() < cursorSequence) {
      return true;
    }
    for (List<EntryFound> entries : accepted) {
      for (EntryFound entry : entries) {
        if (entry.sequence() == identity.sequence()) {
          return entry.time() == identity.time() && entry.crc() == identity.crc();
        }
      }
    }
    return false;
  }

  /** How many bytes before the last entry's end the last owner may not have synced. */
  long unsyncedBytes() {
    return unsyncedBytes(unsyncedLimit.orElse(Limits.MAX_ENTRY_BYTES));
  }

  /**
   * The limit is looked at behind each group, so the last one is on top. An entry that is larger
   * than a group is one alone; where each group is synced, all before it is.
   */
  private long unsyncedBytes(long limit) {
    return limit == 0
        ? WalFormat.LARGEST_GROUP_BYTES
        : limit + Math.max(WalFormat.LARGEST_GROUP_BYTES, lastEntryBytes());
  }

  private long lastEntryBytes() {
    List<EntryFound> last = files.isEmpty() ? List.of() : files.getLast().entries();
    return last.isEmpty() ? 0 : last.getLast().length();
  }

  /**
   * Entries that the cursor has not passed and that cannot be delivered under the sequences that
   * they have, because these were used before.
   */
  List<Repeat> repeats() {
    return repeats.stream()
        .filter(
            repeat ->
                repeat.file > cursorFile
                    || (repeat.file == cursorFile && repeat.entry.offset() >= cursorOffset))
        .toList();
  }

  /** Whether bytes of a file are damaged so that other engines would not read on behind them. */
  boolean isBroken(int index) {
    ScannedFile file = files.get(index);
    boolean headless = !(file.header() instanceof WalHeader.Usable) && !file.entries().isEmpty();
    boolean cut = index + 1 < files.size() && file.end().writtenEnd() > file.end().validEnd();
    // Behind a file that is gone it would start elsewhere, and a cursor would mean another entry.
    boolean moved =
        file.header() instanceof WalHeader.Foreign foreign
            && foreign.positionStart() != starts.get(index);
    return headless || cut || moved || file.end().isGivenUp() || !file.holes().isEmpty();
  }

  /**
   * Whether a file holds more than a copy of its damage could: what the disk refuses to read, or
   * what was not looked through. Behind an end that can be read there is nothing.
   */
  boolean isEvidence(int index) {
    ScannedFile file = files.get(index);
    long end = index + 1 < files.size() ? file.size() : file.end().validEnd();
    return file.refused().hasAny(0, end) || file.end().isGivenUp();
  }

  boolean isClean() {
    return clean;
  }

  void note(String note) {
    notes.add(note);
  }

  /** What was found so far; {@code replayed} bundles can be delivered. */
  public RecoveryReport report(long replayed) {
    return new RecoveryReport(clean, replayed, unconfirmed, damage, missing, notes);
  }

  /** Whether there is no log at all. */
  public boolean isEmpty() {
    return files.isEmpty();
  }

  /** Whether all files still are what they were when they were surveyed. */
  boolean isStill() throws IOException {
    for (ScannedFile file : files) {
      if (!file.isStill()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a file was needed no more, and is used again since.
   *
   * @param described its name, as the storage describes it
   */
  public boolean isUsedAgain(String described) throws IOException {
    for (ScannedFile file : files) {
      if (storage.describe(file.name()).equals(described)) {
        return !file.isStill();
      }
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    for (ScannedFile file : files) {
      file.close();
    }
  }
}
