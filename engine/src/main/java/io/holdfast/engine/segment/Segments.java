package io.holdfast.engine.segment;

import io.holdfast.engine.UnsupportedVersionException;
import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.progress.ResolvedSet;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import io.holdfast.engine.stored.DamagedBundleException;
import io.holdfast.engine.stored.Identity;
import io.holdfast.engine.stored.Place;
import io.holdfast.engine.stored.StoredBundle;
import io.holdfast.engine.stored.Totals;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a directory and where each bundle in them lies. A bundle's key is its sequence;
 * the bundles of segments that another engine wrote have none and come first, under keys below zero
 * that hold while this object lives. Indexes are read when they are needed, and few are kept.
 * Thread-safe.
 */
public final class Segments {
  /** So many indexes stay in memory, beside those in use. */
  private static final int KEPT = 8;

  /** A reader keeps so many files open at most. */
  private static final int HELD = 512;

  private final Storage storage;
  private final BufferPool pool;
  private final BufferAllocator allocator;
  private final BundleReading reader;

  /** What was found damaged and nobody was told of yet, in sentences. */
  private final Queue<String> findings = new ConcurrentLinkedQueue<>();

  /** Set for a live reader: what is deleted under it is resolved. */
  private boolean live;

  /** Ascending by keys; ranges do not meet. */
  private final List<SegmentFile> files = new ArrayList<>();

  /** No file is opened any more. */
  private boolean closed;

  /** Not in the list any more, still there because somebody reads them. */
  private final List<SegmentFile> leaving = new ArrayList<>();

  /** Taken out as damaged, and still read by somebody. */
  private final List<SegmentFile> aside = new ArrayList<>();

  /** Deleted, and there again after a power cut, for no sync of the folder has followed. */
  private final List<SegmentFile> deleted = new ArrayList<>();

  /** Those with an index in memory, the one that was used last at the end. */
  private final LinkedHashSet<SegmentFile> loaded = new LinkedHashSet<>();

  private final List<Unreadable> unreadable = new ArrayList<>();
  private int setAsideCount;

  /** Those that were taken out since the directory was opened. */
  private final List<Unreadable> setAside = new ArrayList<>();

  private Segments(Storage storage, BufferPool pool, BufferAllocator allocator) {
    this.storage = storage;
    this.pool = pool;
    this.allocator = allocator;
    this.reader = new BundleReading(pool, allocator);
  }

  /**
   * A file that bears the name of a segment and is none.
   *
   * @param number in its name
   * @param name in the storage
   * @param size in bytes
   * @param why in a few words
   * @param refused whether the disk has refused to read: it may be whole after all
   */
  public record Unreadable(long number, String name, long size, String why, boolean refused) {}

  private static Unreadable unreadable(SegmentFile.Opened.Unreadable file) {
    return new Unreadable(file.number(), file.name(), file.size(), file.why(), file.refused());
  }

  /** The names of what a crash may have left half-written. */
  public static List<String> leftovers(Storage storage) throws IOException {
    return storage.list(SegmentFormat.FOLDER).stream()
        .filter(name -> name.endsWith(".tmp"))
        .map(name -> SegmentFormat.FOLDER + "/" + name)
        .toList();
  }

  /** Makes all names durable that are there. */
  public static void syncDirectory(Storage storage) throws IOException {
    if (storage.listFolders("").contains(SegmentFormat.FOLDER)) {
      storage.syncDirectory(SegmentFormat.FOLDER);
    }
  }

  /**
   * Reads the footers of all segments.
   *
   * @throws UnsupportedVersionException when one is of a version that is not known here
   */
  public static Segments open(Storage storage, BufferPool pool, BufferAllocator allocator)
      throws IOException {
    Segments segments = new Segments(storage, pool, allocator);
    List<SegmentFile> foreign = new ArrayList<>();
    for (String name : storage.list(SegmentFormat.FOLDER)) {
      OptionalLong number = SegmentFormat.number(name);
      if (number.isEmpty()) {
        continue;
      }
      try {
        switch (SegmentFile.open(storage, number.getAsLong())) {
          case SegmentFile.Opened.Good(SegmentFile file) ->
              (file.isOwn() ? segments.files : foreign).add(file);
          case SegmentFile.Opened.Unreadable none -> segments.unreadable.add(unreadable(none));
        }
      } catch (NoSuchFileException gone) {
        // A live reader: what is deleted meanwhile is resolved.
      }
    }
    foreign.sort(Comparator.comparingLong(SegmentFile::number));
    long key = 0;
    for (SegmentFile file : foreign.reversed()) {
      key -= file.bundles();
      file.startAt(key);
    }
    segments.files.addAll(foreign);
    segments.files.sort(Comparator.comparingLong(SegmentFile::first));
    return segments;
  }

  /**
   * Opens the files now rather than when they are needed, so that nobody's deletion takes them
   * away; of very many the last ones are left to luck.
   */
  public synchronized void hold() {
    live = true;
    int left = HELD;
    for (SegmentFile file : List.copyOf(files)) {
      if (left-- <= 0) {
        return;
      }
      try {
        file.hold(storage.openForRead(file.name()));
      } catch (NoSuchFileException gone) {
        files.remove(file);
      } catch (IOException refused) {
        // Opened again when it is needed: who comes to it is told if that is refused still.
      }
    }
  }

  /** Files that bear the name of a segment and are none, or not any more. */
  public synchronized List<Unreadable> unreadable() {
    return List.copyOf(unreadable);
  }

  /** Those of them that were none from the start. */
  public synchronized List<Unreadable> strangers() {
    List<Unreadable> strangers = new ArrayList<>(unreadable);
    strangers.removeAll(setAside);
    return strangers;
  }

  /**
   * The numbers of the files that the disk has refused to read, and that have not joined the others
   * since: what they hold may be anything that is not anywhere else.
   */
  public synchronized Set<Long> unknown() {
    Set<Long> numbers = new HashSet<>();
    for (Unreadable file : unreadable) {
      if (file.refused()) {
        numbers.add(file.number());
      }
    }
    return numbers;
  }

  /**
   * Reads again what the disk has refused. A segment of ours joins the others; one of another
   * engine waits for the next opening, for the keys of those are given out by then. What is damaged
   * is to be set aside.
   *
   * @param below the lowest sequence that the log still delivers
   * @return whether a segment came
   */
  public synchronized boolean readAgain(long below) {
    boolean came = false;
    for (Unreadable file : List.copyOf(unreadable)) {
      SegmentFile.Opened again = file.refused() ? openAgain(file) : null;
      switch (again) {
        case SegmentFile.Opened.Good(SegmentFile segment) -> {
          if (segment.isOwn() && segment.last() < below && isApart(segment)) {
            unreadable.remove(file);
            add(segment);
            came = true;
          }
        }
        case SegmentFile.Opened.Unreadable damaged when !damaged.refused() -> {
          unreadable.remove(file);
          Unreadable known = unreadable(damaged);
          unreadable.add(known);
          setAside.add(known);
        }
        case SegmentFile.Opened.Unreadable refused -> {}
        case null -> {}
      }
    }
    return came;
  }

  private SegmentFile.@Nullable Opened openAgain(Unreadable file) {
    try {
      return SegmentFile.open(storage, file.number());
    } catch (NoSuchFileException gone) {
      unreadable.remove(file);
      return null;
    } catch (UnsupportedVersionException stillUnknown) {
      // Another version is what the next opening refuses.
      return null;
    }
  }

  private boolean isApart(SegmentFile segment) {
    return present().stream()
        .allMatch(other -> other.last() < segment.first() || other.first() > segment.last());
  }

  /** The segments now, ascending by keys. */
  public synchronized List<SegmentFile> files() {
    return List.copyOf(files);
  }

  /** Adds a segment that was written. */
  public synchronized void add(SegmentFile file) {
    files.add(file);
    files.sort(Comparator.comparingLong(SegmentFile::first));
  }

  /** What was found damaged since this was asked last, in sentences. */
  public List<String> takeFindings() {
    List<String> taken = new ArrayList<>();
    for (String one = findings.poll(); one != null; one = findings.poll()) {
      taken.add(one);
    }
    return taken;
  }

  /** All whose files are there or may be there again, those that wait to be deleted included. */
  public synchronized List<SegmentFile> present() {
    List<SegmentFile> all = new ArrayList<>(files);
    all.addAll(leaving);
    all.addAll(deleted);
    return all;
  }

  /** Whether there is none. */
  public synchronized boolean isEmpty() {
    return files.isEmpty();
  }

  /** The lowest key, or {@code none}. */
  public synchronized long firstKey(long none) {
    return files.isEmpty() ? none : files.getFirst().first();
  }

  /** The highest sequence that any of them covers, or {@code none}. */
  public synchronized long lastSequence(long none) {
    long last = none;
    for (SegmentFile file : files) {
      if (file.isOwn()) {
        last = Math.max(last, file.last());
      }
    }
    return last;
  }

  /** The highest number, those of unreadable files included; {@code none} if there is none. */
  public synchronized long lastNumber(long none) {
    long last = none;
    for (SegmentFile file : files) {
      last = Math.max(last, file.number());
    }
    for (Unreadable file : unreadable) {
      last = Math.max(last, file.number());
    }
    return last;
  }

  /** What all files take. */
  public synchronized long bytes() {
    long sum = 0;
    for (SegmentFile file : files) {
      sum += file.size();
    }
    for (SegmentFile file : leaving) {
      sum += file.size();
    }
    return sum;
  }

  /**
   * The first bundle whose key is {@code from} or higher; its file is held until it is released.
   */
  public synchronized Optional<Located> next(long from) throws IOException {
    SegmentFile lowest = null;
    SegmentIndex lowestIndex = null;
    int lowestAt = 0;
    for (int i = 0; i < files.size(); i++) {
      SegmentFile file = files.get(i);
      // Ascending by their first keys: behind this one none has a lower bundle.
      if (lowestIndex != null && file.first() > lowestIndex.key(lowestAt)) {
        break;
      }
      if (file.last() < from) {
        continue;
      }
      SegmentIndex index = indexInLine(file);
      if (index == null) {
        if (!file.isLeftOut()) {
          // It is out of the list.
          i--;
        }
        continue;
      }
      int at = index.indexFrom(from);
      if (at < index.count()
          && (lowestIndex == null || index.key(at) < lowestIndex.key(lowestAt))) {
        lowest = file;
        lowestIndex = index;
        lowestAt = at;
      }
    }
    if (lowest == null || lowestIndex == null) {
      return Optional.empty();
    }
    lowest.retain();
    return Optional.of(new Located(lowest, lowestIndex, lowestAt));
  }

  /**
   * The lowest key from {@code from} on at which a segment starts; the highest there is if none.
   */
  public synchronized long firstStart(long from) {
    long start = Long.MAX_VALUE;
    for (SegmentFile file : files) {
      if (file.first() >= from) {
        start = Math.min(start, file.first());
      }
    }
    return start;
  }

  /** As {@link #index}; null as well when the segment is left out. */
  private @Nullable SegmentIndex indexInLine(SegmentFile file) throws IOException {
    if (file.isLeftOut()) {
      return null;
    }
    try {
      return index(file);
    } catch (IOException refused) {
      throw new RefusedSegmentException(this, file, refused);
    }
  }

  synchronized boolean isRefusalDue(SegmentFile file, long now) {
    return file.refusals().isDue(now);
  }

  /** Leaves a segment out, where it is, when the disk has refused it again and again. */
  synchronized void countRefusal(SegmentFile file, long now, long reads, String why) {
    if (files.contains(file) && !file.isLeftOut() && file.refusals().isTooMuch(now, reads)) {
      file.leaveOut();
      setAsideCount++;
      findings.add(
          file.describe(storage)
              + " cannot be read ("
              + why
              + "), again and again; its "
              + file.bundles()
              + " bundles are passed over until the buffer is opened again");
    }
  }

  /** Whether the disk reads a few bytes of some segment, wherever {@code place} leads. */
  public boolean tryRead(long place) {
    SegmentFile tried;
    synchronized (this) {
      if (files.isEmpty()) {
        return false;
      }
      tried = files.get((int) Math.floorMod(place >>> 8, (long) files.size()));
    }
    try (StorageFile handle = storage.openForRead(tried.name())) {
      return handle.readFully(ByteBuffer.allocate(1), Math.floorMod(place, tried.size()));
    } catch (IOException refused) {
      return false;
    }
  }

  /** How many reads of the disk for bundles have worked. */
  public long diskReads() {
    return reader.diskReads();
  }

  /** The lowest key of those that are left out; {@code Long.MAX_VALUE} when none is. */
  public synchronized long firstLeftOut() {
    return files.stream()
        .filter(SegmentFile::isLeftOut)
        .mapToLong(SegmentFile::first)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** The first segment of those that can be told what they hold; none that is left out. */
  public synchronized Optional<SegmentFile> oldest() {
    return files.stream().filter(file -> !file.isLeftOut()).findFirst();
  }

  /** Null when the index cannot be read for ever: the file is out of the list then. */
  private @Nullable SegmentIndex index(SegmentFile file) throws IOException {
    SegmentIndex known = file.index();
    if (known != null) {
      loaded.addLast(file);
      return known;
    }
    if (closed) {
      throw new IOException("the segments are closed");
    }
    StorageFile held = file.handle();
    StorageFile handle;
    try {
      handle = held != null ? held : storage.openForRead(file.name());
    } catch (NoSuchFileException gone) {
      if (!live) {
        throw gone;
      }
      files.remove(file);
      return null;
    }
    SegmentIndex index = null;
    try {
      index = readTwice(file, handle);
    } catch (DamagedSegmentException damaged) {
      setAside(file, String.valueOf(damaged.getMessage()));
      return null;
    } catch (OutOfMemoryError tooLittle) {
      // As when the disk refuses: there may be more of it later, and what lies behind does not wait
      // for that for ever.
      throw new IOException("there is too little memory for its index", tooLittle);
    } finally {
      // One that is held is needed for the next try.
      if (index == null && held == null) {
        handle.close();
      }
    }
    file.load(handle, index);
    file.refusals().forget();
    loaded.add(file);
    for (String problem : index.problems()) {
      findings.add(problem);
    }
    trim(file);
    return index;
  }

  private SegmentIndex readTwice(SegmentFile file, StorageFile handle) throws IOException {
    try {
      return read(file, handle);
    } catch (DamagedSegmentException perhaps) {
      // A segment is set aside as a whole, and one read alone may have gone wrong.
      return read(file, handle);
    }
  }

  private SegmentIndex read(SegmentFile file, StorageFile handle) throws IOException {
    SegmentFooter footer = file.footer();
    if (file.isOwn()) {
      SegmentFooter.Own own = footer == null ? null : footer.own();
      long blockAt = own == null ? -1 : own.identityOffset();
      return OwnIndex.read(handle, file, file.describe(storage), blockAt);
    }
    if (footer == null) {
      throw new IllegalStateException("a segment without a footer and not ours");
    }
    return ForeignIndex.read(handle, footer, file.first(), file.modified(), pool, allocator);
  }

  private void trim(SegmentFile kept) throws IOException {
    List<SegmentFile> unused = new ArrayList<>();
    int over = loaded.size() - KEPT;
    for (SegmentFile file : loaded) {
      if (over > unused.size() && file != kept && !file.inUse()) {
        unused.add(file);
      }
    }
    for (SegmentFile file : unused) {
      loaded.remove(file);
      file.unload();
    }
  }

  /** Takes a segment out that cannot be read; its file is dealt with by whoever asks for it. */
  private void setAside(SegmentFile file, String why) {
    if (files.remove(file)) {
      loaded.remove(file);
      aside.add(file);
      closeAside();
      setAsideCount++;
      Unreadable nothing = new Unreadable(file.number(), file.name(), file.size(), why, false);
      unreadable.add(nothing);
      setAside.add(nothing);
      findings.add(
          file.describe(storage)
              + " is damaged ("
              + why
              + "); its "
              + file.bundles()
              + " bundles are lost");
    }
  }

  /** Closes those that were taken out and that nobody reads any more. */
  private void closeAside() {
    for (SegmentFile file : List.copyOf(aside)) {
      if (!file.inUse()) {
        aside.remove(file);
        try {
          file.close();
        } catch (IOException refused) {
          // It was only read, and is not read again.
        }
      }
    }
  }

  /** Segments that were taken out since this was asked last. */
  public synchronized List<Unreadable> takeSetAside() {
    List<Unreadable> taken = List.copyOf(setAside);
    setAside.clear();
    return taken;
  }

  /** The bytes of the segments that were taken out and that nobody has asked for. */
  public synchronized long setAsideBytes() {
    return setAside.stream().mapToLong(Unreadable::size).sum();
  }

  /** How many segments were taken out, or left out, because they cannot be read. */
  public synchronized int setAsideCount() {
    return setAsideCount;
  }

  /**
   * The identities, as in the log, of what is here and may be in the log as well.
   *
   * @param from the lowest sequence in the log
   */
  public synchronized Set<Identity> inLogFrom(long from) throws IOException {
    Set<Identity> found = new HashSet<>();
    for (SegmentFile file : List.copyOf(files)) {
      boolean may = file.isOwn() && (file.last() >= from || file.isRenumbered());
      SegmentIndex index = may ? index(file) : null;
      for (int i = 0; index != null && i < index.count(); i++) {
        Identity here = index.identity(i);
        found.add(new Identity(index.logSequence(i), here.time(), here.crc()));
      }
    }
    return found;
  }

  /** The identity that the bundle with this sequence has here, if it is here. */
  public Optional<Identity> identity(long sequence) throws IOException {
    Optional<Located> found = next(sequence);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try {
      return found.get().key() == sequence
          ? Optional.of(found.get().index.identity(found.get().at))
          : Optional.empty();
    } finally {
      found.get().release();
    }
  }

  /** Counts what a subscriber with this progress has not resolved. */
  public synchronized Totals countMissing(ResolvedSet resolved) throws IOException {
    Totals totals = Totals.NONE;
    for (SegmentFile file : List.copyOf(files)) {
      if (file.isLeftOut() || isResolved(file, resolved)) {
        continue;
      }
      SegmentSummary summary = file.summary();
      if (summary != null && !resolved.hasAnyIn(file.first(), file.last())) {
        totals = totals.plus(new Totals(file.bundles(), summary.items(), summary.bytes()));
        continue;
      }
      SegmentIndex index = index(file);
      for (int i = 0; index != null && i < index.count(); i++) {
        if (!resolved.contains(index.key(i))) {
          totals = totals.plus(index.items(i), index.length(i));
        }
      }
    }
    return totals;
  }

  /**
   * How many bundles other engines' segments hold when they are all there, from the first one on,
   * and no others are; else 0.
   */
  public synchronized long foreignFromTheFirst() {
    long bundles = 0;
    long number = 0;
    for (SegmentFile file : files) {
      if (file.isOwn() || file.number() != number++) {
        return 0;
      }
      bundles += file.bundles();
    }
    return unreadable.isEmpty() ? bundles : 0;
  }

  private static boolean isResolved(SegmentFile file, ResolvedSet resolved) {
    return resolved.firstMissing(file.first()) > file.last();
  }

  /** Whether a subscriber with this progress has resolved all of a segment. */
  public synchronized boolean isFinished(SegmentFile file, ResolvedSet resolved)
      throws IOException {
    if (isResolved(file, resolved)) {
      return true;
    }
    if (!file.isOwn() || file.isLeftOut() || !resolved.hasAnyIn(file.first(), file.last())) {
      return false;
    }
    SegmentIndex index = index(file);
    for (int i = 0; index != null && i < index.count(); i++) {
      if (!resolved.contains(index.key(i))) {
        return false;
      }
    }
    return true;
  }

  /** Bit i is set when bundle i of the segment's manifest is resolved. */
  public synchronized BitSet bitmap(SegmentFile file, ResolvedSet resolved) throws IOException {
    BitSet bits = new BitSet(file.bundles());
    if (isResolved(file, resolved) || deleted.contains(file)) {
      bits.set(0, file.bundles());
      return bits;
    }
    if (!file.isOwn()) {
      // Their keys are one behind the other, and no index is needed that the disk may refuse.
      for (int i = 0; i < file.bundles(); i++) {
        bits.set(i, resolved.contains(file.first() + i));
      }
    } else if (!file.isLeftOut() && resolved.hasAnyIn(file.first(), file.last())) {
      SegmentIndex index = index(file);
      bits.set(0, file.bundles());
      for (int i = 0; index != null && i < index.count(); i++) {
        bits.set(index.place(i), resolved.contains(index.key(i)));
      }
    }
    return bits;
  }

  /** Adds to a progress what a bitmap of the segment's manifest says is resolved. */
  public synchronized void resolve(SegmentFile file, BitSet bits, ResolvedSet resolved)
      throws IOException {
    if (isResolved(file, resolved)) {
      return;
    }
    if (!file.isOwn()) {
      bits.stream()
          .takeWhile(i -> i < file.bundles())
          .forEach(i -> resolved.add(file.first() + i, file.first() + i));
      return;
    }
    SegmentIndex index = bits.isEmpty() ? null : index(file);
    for (int i = 0; index != null && i < index.count(); i++) {
      if (bits.get(index.place(i))) {
        resolved.add(index.key(i), index.key(i));
      }
    }
  }

  /**
   * Reads a bundle and lets go of its file.
   *
   * @throws DamagedBundleException when its bytes are not what they were
   */
  public StoredBundle read(Located located) throws IOException {
    SegmentFile file = located.file;
    try {
      StorageFile handle = handle(file);
      Place place =
          Place.inSegment(
              file.describe(storage), 0, file.number(), located.index.place(located.at));
      if (!file.isOwn()) {
        verify(file, handle, place, located.key());
      }
      return reader.read(file, handle, located.index, located.at, place);
    } finally {
      located.release();
    }
  }

  private synchronized StorageFile handle(SegmentFile file) throws IOException {
    StorageFile handle = file.handle();
    if (handle == null) {
      throw new IOException(file.describe(storage) + " is closed");
    }
    return handle;
  }

  /** A segment of another engine has one checksum for all of it. */
  private void verify(SegmentFile file, StorageFile handle, Place place, long key)
      throws IOException {
    synchronized (file) {
      if (file.isVerified()) {
        return;
      }
      boolean whole = BundleReading.checksumFits(file, handle);
      if (!whole) {
        // As with its index.
        whole = BundleReading.checksumFits(file, handle);
      }
      if (!whole) {
        synchronized (this) {
          setAside(file, "its checksum is wrong");
        }
        throw new DamagedBundleException(
            place, file.size(), key, "the checksum of its segment is wrong");
      }
      file.markVerified();
    }
  }

  /** Whether the checksum of a whole segment fits; one that is gone meanwhile is whole. */
  public boolean isWhole(SegmentFile file) throws IOException {
    StorageFile handle;
    synchronized (this) {
      handle = file.handle();
    }
    if (handle != null) {
      return BundleReading.checksumFits(file, handle);
    }
    try (StorageFile opened = storage.openForRead(file.name())) {
      return BundleReading.checksumFits(file, opened);
    } catch (NoSuchFileException gone) {
      return true;
    }
  }

  /** Takes a segment out of the list; {@link #deleteLeaving} removes its file. */
  public synchronized void remove(SegmentFile file) {
    if (files.remove(file)) {
      leaving.add(file);
    }
  }

  /** Whether files wait to be deleted, or to be so durably. */
  public synchronized boolean hasLeaving() {
    return !leaving.isEmpty() || !deleted.isEmpty();
  }

  /**
   * Deletes the files of removed segments that nobody reads, durably. One that the disk does not
   * let go is tried again.
   *
   * @param freed told of the bytes of each
   * @return whether files are gone, durably, since this was true last
   */
  public boolean deleteLeaving(LongConsumer freed) throws IOException {
    List<SegmentFile> free = new ArrayList<>();
    synchronized (this) {
      for (SegmentFile file : leaving) {
        if (!file.inUse()) {
          free.add(file);
        }
      }
    }
    for (SegmentFile file : free) {
      try {
        storage.delete(file.name());
      } catch (IOException refused) {
        if (file.markRefused()) {
          findings.add(
              file.describe(storage)
                  + " is not needed any more and cannot be deleted: "
                  + refused.getMessage());
        }
        continue;
      }
      freed.accept(file.size());
      synchronized (this) {
        leaving.remove(file);
        deleted.add(file);
        loaded.remove(file);
        file.close();
      }
    }
    List<SegmentFile> unsynced;
    synchronized (this) {
      unsynced = List.copyOf(deleted);
    }
    if (!unsynced.isEmpty()) {
      syncDirectory();
    }
    synchronized (this) {
      deleted.removeAll(unsynced);
    }
    return !unsynced.isEmpty();
  }

  /** Makes removed names durable. */
  public void syncDirectory() throws IOException {
    storage.syncDirectory(SegmentFormat.FOLDER);
  }

  /** Closes all handles. */
  public synchronized void close() throws IOException {
    closed = true;
    loaded.clear();
    for (SegmentFile file : files) {
      file.close();
    }
    for (SegmentFile file : leaving) {
      file.close();
    }
    for (SegmentFile file : aside) {
      file.close();
    }
    aside.clear();
  }

  /** Where a bundle lies. Holds its file. */
  public final class Located implements io.holdfast.engine.stored.Located {
    private final SegmentFile file;
    private final SegmentIndex index;
    private final int at;

    private Located(SegmentFile file, SegmentIndex index, int at) {
      this.file = file;
      this.index = index;
      this.at = at;
    }

    @Override
    public long key() {
      return index.key(at);
    }

    @Override
    public int items() {
      return index.items(at);
    }

    @Override
    public long time() {
      return index.identity(at).time();
    }

    @Override
    public int length() {
      return index.length(at);
    }

    @Override
    public void release() {
      synchronized (Segments.this) {
        file.release();
        closeAside();
      }
    }
  }
}
