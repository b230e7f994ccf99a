package io.holdfast.engine;

import io.holdfast.engine.capacity.Admission;
import io.holdfast.engine.capacity.FileKind;
import io.holdfast.engine.capacity.Limits;
import io.holdfast.engine.capacity.ReserveFile;
import io.holdfast.engine.log.EncodedEntry;
import io.holdfast.engine.log.LogContents;
import io.holdfast.engine.progress.CursorFile;
import io.holdfast.engine.progress.LetterFile;
import io.holdfast.engine.progress.ReplayFile;
import io.holdfast.engine.progress.ResolvedSet;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.stored.Identity;
import io.holdfast.engine.stored.Located;
import io.holdfast.engine.stored.StoredBundle;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters of one subscriber: a buffer in a folder of its own, with one subscription that
 * everything in it waits for, and a small file for each letter that says why it is there. Opened
 * when it is first needed.
 *
 * <p>A letter's file is written before the bundle is appended, under the sequence that it will get.
 * So a bundle without its reason is never there, and a file without its bundle is worth nothing.
 */
final class DeadLetterBox implements DeadLetters {
  /** The folder of all boxes. */
  static final String FOLDER = "dead";

  /** The subscription that all letters wait for. */
  private static final String LETTERS = "letters";

  /** So often in a row a letter waits for its record; a bundle waits longer for its bytes. */
  private static final int MOST_REFUSALS = 10;

  private final Storage storage;
  private final BufferOptions options;
  private final Admission room;
  private final Runnable replayed;
  private final Runnable leftovers;

  /** What of {@link #room} this has, beside what the open buffer takes of it. */
  private long counted;

  private @Nullable WalBuffer buffer;
  private volatile @Nullable LetterFeed feed;

  /** The letters of what may be given up a second time, by their sequence in the source. */
  private final TreeMap<Long, List<LetterFile>> recent = new TreeMap<>();

  /** Letters that were delivered again and resolved, or purged, and have their files still. */
  private final Set<Long> leaving = ConcurrentHashMap.newKeySet();

  /** How often in a row the disk has refused the record of a letter that is delivered again. */
  private final Map<Long, Integer> refusals = new ConcurrentHashMap<>();

  /** The letters that have a file, and how many these are; while it is open. */
  private ResolvedSet files = new ResolvedSet(0);

  private long fileCount;

  /** What is to be delivered again; never changed once it is here. */
  private volatile ResolvedSet wanted = new ResolvedSet(0);

  private boolean closed;

  /**
   * The box of a subscriber, whether it exists or not.
   *
   * @param storage its folder
   * @param options of the buffer that the subscriber belongs to
   * @param room of that buffer
   * @param replayed is run when there is something to deliver again; quick, and taking no lock
   * @param leftovers is run when {@link #deleteResolved} has something to do; quick, and taking no
   *     lock of a box
   */
  DeadLetterBox(
      Storage storage, BufferOptions options, Admission room, Runnable replayed, Runnable leftovers)
      throws IOException {
    this.storage = storage;
    this.options =
        options
            .withDeadLetters(false)
            // What was stored once under a larger cap can be kept, where there is room for it.
            .withLargestEntryBytes(Limits.MAX_ENTRY_BYTES)
            .withDurability(Durability.sync())
            // A letter is the only copy, and a loss in here would be in no counter.
            .withoutMaxAge()
            .withWhenFull(WhenFull.BACKPRESSURE);
    this.room = room;
    this.replayed = replayed;
    this.leftovers = leftovers;
    count(sizeOnDisk());
  }

  private long sizeOnDisk() throws IOException {
    long bytes = letterFileBytes();
    if (hasLog(storage)) {
      // What it takes when it is opened, so that it can be at any time.
      bytes += Admission.METADATA_BYTES;
    } else {
      // Whoever is stopped while the box is emptied leaves it.
      bytes += storage.status(ReserveFile.NAME).map(Storage.FileStatus::size).orElse(0L);
    }
    for (String folder : storage.listFolders("")) {
      if (!folder.equals(LetterFile.FOLDER)) {
        for (String name : storage.list(folder)) {
          bytes += storage.status(folder + "/" + name).map(Storage.FileStatus::size).orElse(0L);
        }
      }
    }
    return bytes;
  }

  private long letterFileBytes() throws IOException {
    return LetterFile.DISK_BYTES * LetterFile.list(storage).size();
  }

  private void count(long bytes) {
    room.fileAdded(FileKind.DEAD_LETTERS, bytes - counted);
    counted = bytes;
  }

  private boolean exists() throws IOException {
    return buffer != null || hasLog(storage);
  }

  /** Whether there is a buffer in the folder of a box. */
  static boolean hasLog(Storage box) throws IOException {
    // What is prepared for a log may be there alone, when a crash or a full disk came between.
    return LogContents.isThere(box);
  }

  /** What is delivered again comes from here; null when nothing is. */
  @Nullable LetterFeed replays() {
    return feed;
  }

  /** Looks whether an earlier owner was asked for a replay. */
  synchronized void resumeReplays() throws IOException {
    if (exists() && ReplayFile.exists(storage)) {
      WalBuffer opened = open();
      if (feed == null && opened.store().knowsAll()) {
        opened.run("the finished replay cannot be deleted", () -> storage.delete(ReplayFile.NAME));
      }
    }
  }

  private WalBuffer open() {
    return open(0);
  }

  /** With so many bytes that are counted for what comes next, and stay so. */
  private WalBuffer open(long taken) {
    if (closed) {
      throw new ClosedException("the buffer of " + storage + " is closed");
    }
    WalBuffer there = buffer;
    if (there != null) {
      return there;
    }
    long before = counted;
    WalBuffer opened = openBuffer(taken);
    boolean ready = false;
    try {
      opened.subscribe(LETTERS).close();
      opened.run("the letters cannot be read", () -> readLetters(opened));
      count(letterBytes() + taken);
      opened.account().settled();
      if (closed) {
        // A listener that was told of something has closed it meanwhile.
        throw new ClosedException("the buffer of " + storage + " is closed");
      }
      buffer = opened;
      ready = true;
    } finally {
      if (!ready) {
        try {
          close(opened);
        } finally {
          recount(before);
        }
      }
    }
    if (!wanted.runs().isEmpty() || wanted.lowWater() > 0) {
      startReplay(opened);
    }
    return opened;
  }

  /** What is counted here of its files, the letters' apart, counts there from then on. */
  private WalBuffer openBuffer(long taken) {
    long files;
    try {
      files = Math.max(0, counted - taken - letterFileBytes());
    } catch (IOException e) {
      throw unreadable(e);
    }
    counted -= files;
    boolean done = false;
    try {
      WalBuffer opened =
          WalBuffer.open(storage, options.withBudget(DiskBudget.within(room, files)));
      opened.keepNoSpareFiles();
      done = true;
      return opened;
    } finally {
      if (!done) {
        counted += files;
        recount(counted);
      }
    }
  }

  /** It is not open: what lies there counts, or so many bytes when nobody knows. */
  private void recount(long known) {
    try {
      count(sizeOnDisk());
    } catch (IOException nobodyKnows) {
      count(known);
    }
  }

  private Subscription letters(WalBuffer opened) {
    return opened.subscription(LETTERS);
  }

  /**
   * Deletes the files of letters that are not there, and learns who is. A letter that the disk
   * refuses to read for now is there.
   */
  private void readLetters(WalBuffer opened) throws IOException {
    storage.createDirectory(LetterFile.FOLDER);
    Subscription letters = letters(opened);
    ResolvedSet asked = ReplayFile.read(storage);
    ResolvedSet there = new ResolvedSet(0);
    files = new ResolvedSet(0);
    fileCount = 0;
    leaving.clear();
    recent.clear();
    for (long number : LetterFile.list(storage)) {
      if (opened.store().knowsAll() && !isThere(letters, number)) {
        LetterFile.delete(storage, number);
        continue;
      }
      fileAdded(number);
      if (asked.contains(number)) {
        there.add(number, number);
      }
      recordOrNone(number).ifPresent(this::remember);
    }
    wanted = opened.store().knowsAll() ? there : asked;
  }

  /** One that the disk refuses costs what it says, and not the box. */
  private Optional<LetterFile> recordOrNone(long number) {
    try {
      return LetterFile.read(storage, number);
    } catch (IOException refused) {
      return Optional.empty();
    }
  }

  private void remember(LetterFile letter) {
    recent.computeIfAbsent(letter.source().sequence(), _ -> new ArrayList<>()).add(letter);
  }

  private boolean isThere(Subscription letters, long number) {
    OptionalLong found = next(letters, number);
    return found.isPresent() && found.getAsLong() == number;
  }

  private OptionalLong next(Subscription letters, long from) {
    try {
      Optional<Located> found = letters.nextUnresolved(from);
      found.ifPresent(Located::release);
      return found.isEmpty() ? OptionalLong.empty() : OptionalLong.of(found.get().key());
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private StorageException unreadable(IOException e) {
    return new StorageException(storage + " cannot be read: " + WalBuffer.reason(e), e);
  }

  private long countIn(WalBuffer opened) {
    try {
      return letters(opened).backlog().bundles();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private long letterBytes() {
    return LetterFile.DISK_BYTES * fileCount;
  }

  /** The file of a letter is there, or is begun: one whose letter came to nothing stays. */
  private void fileAdded(long number) {
    if (!files.contains(number)) {
      files.add(number, number);
      fileCount++;
    }
  }

  private void fileDeleted(long number) {
    if (files.contains(number)) {
      files.remove(number);
      fileCount--;
    }
  }

  // ------------------------------------------------------------------ what comes in

  /**
   * Keeps a bundle or a part of it, durably; does nothing when the same is here already.
   *
   * @param rows what is kept
   * @param source the bundle that they are of
   * @param contentCrc the source's for all of it, else the checksum of the rows
   * @param unresolvedFrom below this nothing will be given up again, but what is replayed
   * @return its number
   * @throws HoldfastException when there is no room, or the disk refuses; nothing was kept
   */
  synchronized long add(
      StoredBundle rows, Identity source, int contentCrc, GivenUp why, long unresolvedFrom) {
    // Several letters of one bundle may be a replay and what was left of it.
    recent.headMap(unresolvedFrom).values().removeIf(letters -> letters.size() == 1);
    return add(rows, source, contentCrc, why);
  }

  /**
   * Of a letter that was delivered again only a part is given up: keeps that as another letter,
   * durably, so that the one that was delivered can go.
   *
   * @return the other letter's number; empty when this one holds just these rows, or it is not
   *     known any more what it was
   * @throws HoldfastException when there is no room, or the disk refuses; nothing was kept
   */
  synchronized OptionalLong narrow(long number, GivenUp givenUp) {
    LetterFile before = letter(number).orElse(null);
    GivenUp.Part part = givenUp.part();
    if (part == null || before == null || before.contentCrc() == part.crc()) {
      return OptionalLong.empty();
    }
    // So that the next one is known as a repeat, should this one come again.
    if (recent.getOrDefault(before.source().sequence(), List.of()).stream()
        .noneMatch(known -> known.number() == before.number())) {
      remember(before);
    }
    GivenUp sum = new GivenUp(givenUp.reason(), before.attempts() + givenUp.attempts());
    return OptionalLong.of(add(part.rows(), before.source(), part.crc(), sum));
  }

  private long add(StoredBundle rows, Identity source, int contentCrc, GivenUp why) {
    long entry = EncodedEntry.lengthOf(rows);
    long letter = entry + LetterFile.DISK_BYTES;
    if (buffer == null) {
      recount(counted);
    }
    long before = counted;
    long bytes = letter + bytesToOpen();
    if (!room.tryAddNeeded(FileKind.DEAD_LETTERS, bytes)) {
      throw noRoom(bytes, null);
    }
    counted += bytes;
    WalBuffer opened = null;
    try {
      opened = open(letter);
      for (LetterFile known : recent.getOrDefault(source.sequence(), List.of())) {
        if (known.source().equals(source)
            && known.contentCrc() == contentCrc
            && isThere(letters(opened), known.number())) {
          return known.number();
        }
      }
      LetterFile file =
          new LetterFile(
              opened.status().nextSequence(),
              source,
              contentCrc,
              why.attempts(),
              options.time().epochNanos(),
              why.reason());
      write(opened, file);
      // The append takes it itself.
      count(counted - entry);
      long number = opened.append(rows.bundle(), Duration.ZERO);
      if (number != file.number()) {
        // An append whose outcome was never known has used the number up.
        file = numbered(file, number);
        write(opened, file);
      }
      remember(file);
      return number;
    } catch (BufferFullException full) {
      // Somebody else was quicker.
      throw full.isCap() ? noRoom(letter, full) : full;
    } finally {
      if (opened == null) {
        recount(before);
      } else {
        count(letterBytes());
      }
    }
  }

  /** What it takes to have a buffer here; one that is here already counts with that. */
  private long bytesToOpen() {
    try {
      return exists() ? 0 : Admission.METADATA_BYTES;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private BufferFullException noRoom(long bytes, @Nullable BufferFullException full) {
    return new BufferFullException(
        "the cap of "
            + options.capBytes()
            + " bytes leaves no room for dead letters in "
            + storage
            + ", this one takes "
            + bytes
            + " bytes: raise the cap, or purge or replay dead letters",
        true,
        full);
  }

  private static LetterFile numbered(LetterFile letter, long number) {
    return new LetterFile(
        number,
        letter.source(),
        letter.contentCrc(),
        letter.attempts(),
        letter.time(),
        letter.reason());
  }

  private void write(WalBuffer opened, LetterFile letter) {
    fileAdded(letter.number());
    opened.run("a letter's reason cannot be written", () -> letter.write(storage));
  }

  /** A letter that was delivered again is given up again: it stays, with the new reason. */
  synchronized void keep(long number, GivenUp givenUp) {
    WalBuffer opened = open();
    LetterFile before = letter(number).orElse(null);
    if (before != null) {
      write(
          opened,
          new LetterFile(
              number,
              before.source(),
              before.contentCrc(),
              before.attempts() + givenUp.attempts(),
              options.time().epochNanos(),
              givenUp.reason()));
    }
    ResolvedSet left = new ResolvedSet(wanted);
    left.remove(number);
    want(opened, left);
  }

  // ------------------------------------------------------------------ what is there

  @Override
  public synchronized long count() {
    WalBuffer opened = openIfThere();
    return opened == null ? 0 : countIn(opened);
  }

  private @Nullable WalBuffer openIfThere() {
    try {
      return exists() ? open() : null;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  @Override
  public synchronized List<DeadLetter> list(long after, int limit) {
    List<DeadLetter> listed = new ArrayList<>();
    WalBuffer opened = openIfThere();
    if (opened == null) {
      return listed;
    }
    for (long from = after + 1; listed.size() < limit; ) {
      OptionalLong number = next(letters(opened), from);
      if (number.isEmpty()) {
        break;
      }
      long at = number.getAsLong();
      listed.add(describe(at, recordOrNone(at), wanted.contains(at)));
      from = number.getAsLong() + 1;
    }
    return listed;
  }

  /** What is known of a letter whose file may be damaged. */
  static DeadLetter describe(long number, Optional<LetterFile> file, boolean isReplayed) {
    return file.map(
            letter ->
                new DeadLetter(
                    number,
                    OptionalLong.of(letter.source().sequence()),
                    letter.source().time(),
                    letter.time(),
                    letter.attempts(),
                    letter.reason(),
                    isReplayed))
        .orElseGet(
            () ->
                new DeadLetter(
                    number,
                    OptionalLong.empty(),
                    0,
                    0,
                    0,
                    "the record of this letter is damaged, or cannot be read",
                    isReplayed));
  }

  /**
   * As {@link #letter}, for who asks again and again: a file that the disk goes on to refuse is as
   * one that is damaged.
   *
   * @throws IOException when it refuses for now
   */
  Optional<LetterFile> record(long number) throws IOException {
    try {
      Optional<LetterFile> read = LetterFile.read(storage, number);
      refusals.remove(number);
      return read;
    } catch (IOException refused) {
      if (refusals.merge(number, 1, Integer::sum) < MOST_REFUSALS) {
        throw refused;
      }
      return Optional.empty();
    }
  }

  /** What is known of a letter; empty when its file is damaged. */
  Optional<LetterFile> letter(long number) {
    try {
      return LetterFile.read(storage, number);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  @Override
  public boolean read(long number, Consumer<RecordBundle> reader) {
    StoredBundle entry;
    WalBuffer from;
    synchronized (this) {
      WalBuffer opened = openIfThere();
      if (opened == null || !isThere(letters(opened), number)) {
        return false;
      }
      try {
        entry = opened.store().read(opened.store().find(number).orElseThrow());
      } catch (IOException e) {
        throw new StorageException("dead letter " + number + " cannot be read: " + e, e);
      }
      opened.handedOut();
      from = opened;
    }
    try (entry) {
      reader.accept(entry.bundle());
    } finally {
      from.deliveryClosed();
    }
    return true;
  }

  // ------------------------------------------------------------------ what goes out

  @Override
  public synchronized boolean replay(long number) {
    WalBuffer opened = openIfThere();
    if (opened == null || !isThere(letters(opened), number)) {
      return false;
    }
    ResolvedSet more = new ResolvedSet(wanted);
    letters(opened).forgive(number);
    more.add(number, number);
    wantForgiven(opened, more);
    return true;
  }

  @Override
  public synchronized long replayAll() {
    WalBuffer opened = openIfThere();
    if (opened == null) {
      return 0;
    }
    ResolvedSet more = new ResolvedSet(wanted);
    long count = 0;
    for (OptionalLong number = next(letters(opened), 0);
        number.isPresent();
        number = next(letters(opened), number.getAsLong() + 1)) {
      letters(opened).forgive(number.getAsLong());
      more.add(number.getAsLong(), number.getAsLong());
      count++;
    }
    if (count > 0) {
      wantForgiven(opened, more);
    }
    return count;
  }

  /** Else who opens it after a crash would give them up at their turn, for what was before. */
  private void wantForgiven(WalBuffer opened, ResolvedSet more) {
    opened.flush(letters(opened));
    want(opened, more);
    startReplay(opened);
  }

  private void want(WalBuffer opened, ResolvedSet changed) {
    opened.run(
        "what is to be replayed cannot be written", () -> ReplayFile.write(storage, changed));
    wanted = changed;
  }

  private void startReplay(WalBuffer opened) {
    letters(opened).deliverOnly(from -> wanted.firstPresent(Math.max(0, from), Long.MAX_VALUE));
    if (feed == null) {
      feed = new LetterFeed(this, opened, letters(opened));
    }
    replayed.run();
  }

  @Override
  public synchronized boolean purge(long number) {
    WalBuffer opened = openIfThere();
    return opened != null && drop(opened, number) && forget(opened, List.of(number)) == 1;
  }

  @Override
  public synchronized long purgeAll() {
    WalBuffer opened = openIfThere();
    if (opened == null) {
      return 0;
    }
    List<Long> dropped = new ArrayList<>();
    for (OptionalLong number = next(letters(opened), 0);
        number.isPresent();
        number = next(letters(opened), number.getAsLong() + 1)) {
      if (drop(opened, number.getAsLong())) {
        dropped.add(number.getAsLong());
      }
    }
    return forget(opened, dropped);
  }

  private boolean drop(WalBuffer opened, long number) {
    try {
      Optional<Located> found = opened.store().find(number);
      if (found.isEmpty()) {
        return false;
      }
      found.get().release();
      return letters(opened).drop(found.get());
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private int forget(WalBuffer opened, List<Long> numbers) {
    leaving.addAll(numbers);
    boolean done = false;
    try {
      deleteLeaving(opened);
      done = true;
    } finally {
      if (!done) {
        leftovers.run();
      }
    }
    if (isEmpty(opened)) {
      dissolve(opened);
    }
    return numbers.size();
  }

  /** Makes it durable that letters are gone, and then deletes their files. */
  private void deleteLeaving(WalBuffer opened) {
    Set<Long> numbers = Set.copyOf(leaving);
    opened.flush();
    try {
      opened.run(
          "the files of letters cannot be deleted",
          () -> {
            for (long number : numbers) {
              LetterFile.delete(storage, number);
              fileDeleted(number);
            }
          });
    } finally {
      count(letterBytes());
    }
    leaving.removeAll(numbers);
    recent.values().forEach(known -> known.removeIf(it -> numbers.contains(it.number())));
    recent.values().removeIf(List::isEmpty);
  }

  /** A letter that was delivered again is resolved. */
  void resolved(long number) {
    leaving.add(number);
    leftovers.run();
  }

  /** Deletes the files of letters that are resolved, which is durable before that. */
  synchronized void deleteResolved() {
    WalBuffer opened = buffer;
    if (opened != null && !leaving.isEmpty()) {
      deleteLeaving(opened);
    }
  }

  private boolean isEmpty(WalBuffer opened) {
    return opened.store().knowsAll() && next(letters(opened), 0).isEmpty();
  }

  /** Closes the buffer of a box with nothing in it, and gives its space back. */
  private void dissolve(WalBuffer opened) {
    feed = null;
    buffer = null;
    recent.clear();
    close(opened);
    try {
      // As long as the log is there, whoever opens it deletes what is left of these.
      for (long number : LetterFile.list(storage)) {
        LetterFile.delete(storage, number);
      }
      storage.syncDirectory(LetterFile.FOLDER);
      storage.delete(ReplayFile.NAME);
      storage.syncDirectory("");
      for (String name : storage.list("wal")) {
        // The progress of the letters stays, so that no number is given out again.
        if (!CursorFile.NAME.endsWith("/" + name)) {
          storage.delete("wal/" + name);
        }
      }
      storage.syncDirectory("wal");
      storage.delete(ReserveFile.NAME);
    } catch (IOException e) {
      throw new StorageException(
          "the empty log in " + storage + " cannot be deleted: " + WalBuffer.reason(e), e);
    } finally {
      recount(counted);
    }
  }

  /** What it takes is counted here from then on. */
  private void close(WalBuffer opened) {
    try {
      opened.close();
    } finally {
      counted += opened.account().counted();
    }
  }

  synchronized void close() {
    closed = true;
    WalBuffer opened = buffer;
    if (opened == null) {
      return;
    }
    boolean isEmpty = false;
    try {
      isEmpty = isEmpty(opened);
      if (!isEmpty) {
        deleteResolved();
      }
    } finally {
      // Also when it could not be counted: whoever opens it next needs its lock.
      if (isEmpty) {
        dissolve(opened);
      } else {
        close(opened);
      }
    }
  }
}
