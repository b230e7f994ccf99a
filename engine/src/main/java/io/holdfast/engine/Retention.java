package io.holdfast.engine;

import io.holdfast.engine.capacity.Admission;
import io.holdfast.engine.capacity.FileKind;
import io.holdfast.engine.log.Log;
import io.holdfast.engine.log.Quarantine;
import io.holdfast.engine.log.Recovered;
import io.holdfast.engine.log.SpareFiles;
import io.holdfast.engine.log.WaitingCopies;
import io.holdfast.engine.progress.CursorFile;
import io.holdfast.engine.progress.ProgressFile;
import io.holdfast.engine.progress.QuiverProgress;
import io.holdfast.engine.progress.ResolvedSet;
import io.holdfast.engine.progress.StateFile;
import io.holdfast.engine.segment.SegmentFile;
import io.holdfast.engine.segment.Segments;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import io.holdfast.engine.stored.Bounds;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;

/**
 * What is kept, and what may go: writes progress, moves the cursor, finalizes what somebody still
 * needs, deletes what nobody does. Each step is durable before the next: segments, progress,
 * cursor, then deletions. On the upkeep task, but where it says otherwise.
 */
final class Retention {
  /** Reserved ahead, so that the state need not be written with each append. */
  private static final long SEQUENCE_BLOCK = 1L << 20;

  /** So many new log files make it look for some that can go: they are used again. */
  private static final long COLLECTED_FILES = 2;

  private static final long PROJECTION_NANOS = 1_000_000_000L;
  private static final long COPY_RETRY_NANOS = 10_000_000_000L;

  private final Storage storage;
  private final BufferOptions options;
  private final Store store;
  private final Log log;
  private final Segments segments;
  private final Finalizer finalizer;
  private final Quarantine quarantine;
  private final SpareFiles spares;
  private final Admission admission;
  private final SubscriberFiles files;
  private final Collection<Subscription> subscriptions;
  private volatile LongSupplier nextSequence;
  private Runnable maybeMore = () -> {};
  private final LongSupplier nextFileNumber;
  private final long rotationFloor;
  private final long targetBytes;
  private final long backlogBytes;
  private final long pressureBytes;

  private volatile long writtenFloor;

  /** The number of the next log file when those that can go were looked for last. */
  private volatile long collectedTo;

  private long cursorSequence;
  private boolean cursorKnown;

  /** The segments that were there when other engines were told last. */
  private List<Long> projected = List.of();

  /** Whether there are files that tell other engines, from before. */
  private final boolean othersKnow;

  private boolean stopping;
  private volatile long checkedBytes;
  private boolean checked;
  private boolean projectionDue;
  private long projectedAt;

  /** Entries whose sequences were used before, and that wait for new ones in a segment. */
  private final List<Log.Located> repeats;

  /** What the log has below this sequence must leave it: bytes between are damaged. */
  private long mendTo;

  private final WaitingCopies waiting;
  private long copiesTriedAt;

  /** Files that are no segments and could not be put away yet. */
  private final List<Segments.Unreadable> kept = new ArrayList<>();

  Retention(
      Storage storage,
      BufferOptions options,
      Store store,
      Recovered recovered,
      Finalizer finalizer,
      Admission admission,
      SubscriberFiles files,
      Collection<Subscription> subscriptions,
      long rotationFloor,
      boolean othersKnow) {
    this.storage = storage;
    this.options = options;
    this.store = store;
    this.log = recovered.log();
    this.segments = store.segments();
    this.finalizer = finalizer;
    this.quarantine = recovered.quarantine();
    this.spares = recovered.spares();
    this.admission = admission;
    this.files = files;
    this.subscriptions = subscriptions;
    this.nextSequence = recovered::nextSequence;
    this.nextFileNumber = recovered.writer()::nextNumber;
    this.rotationFloor = rotationFloor;
    this.cursorSequence = recovered.cursorSequence();
    this.othersKnow = othersKnow;
    this.repeats = new ArrayList<>(recovered.repeats());
    this.mendTo = recovered.mendTo();
    this.waiting = recovered.waiting();
    this.targetBytes = admission.limits().segmentTargetBytes();
    this.backlogBytes = admission.limits().backlogBytes();
    this.pressureBytes = admission.limits().logBytes() / 2;
    this.collectedTo = nextFileNumber.getAsLong();
    this.projectedAt = options.time().monotonicNanos() - PROJECTION_NANOS;
    this.copiesTriedAt = options.time().monotonicNanos();
    if (!repeats.isEmpty()) {
      store.hide(recovered.nextSequence() - repeats.size());
    }
  }

  /** From now on sequences are given out there. */
  void follow(LongSupplier committer) {
    nextSequence = committer;
  }

  /** From now on this is run when there may be something to deliver that was not there before. */
  void tell(Runnable subscribers) {
    maybeMore = subscribers;
  }

  /** From now on this is run again and again while a segment is planned. */
  void between(Runnable breath) {
    finalizer.between(breath);
  }

  /** Writes progress, moves the cursor over it, and deletes what nobody needs. */
  void persist() throws IOException {
    collectedTo = nextFileNumber.getAsLong();
    if (options.time().monotonicNanos() - copiesTriedAt >= COPY_RETRY_NANOS) {
      copyDamage();
      readAgain();
      List<Segments.Unreadable> again = List.copyOf(kept);
      kept.clear();
      setAside(again, true);
    }
    persistProgress();
    advanceCursor();
    setAside(segments.takeSetAside(), true);
    deleteFinished();
  }

  /** Copies damaged bytes that found no room before, if there is some now; mending comes next. */
  private void copyDamage() throws IOException {
    copiesTriedAt = options.time().monotonicNanos();
    try {
      if (!waiting.isEmpty() && waiting.copy()) {
        mendTo = Math.max(mendTo, waiting.mendTo());
      }
    } catch (IOException refused) {
      // They wait on: nothing but the files that hold them depends on it.
    }
  }

  /** Segments that the disk refused to read while the buffer opened come as soon as it does. */
  private void readAgain() {
    if (store.hasUnknown() && segments.readAgain(store.finalizedTo())) {
      subscriptions.forEach(Subscription::lookAgain);
      maybeMore.run();
    }
  }

  /** Writes segments when the log has become long. After a throw nothing is lost. */
  void finalizeIfDue() throws IOException {
    if (mend()) {
      persist();
    }
    long added = log.added().bytes();
    boolean isNews = added != checkedBytes || !checked;
    if (isLogLong() && isNews) {
      long next = log.lastSequence(store.finalizedTo() - 1) + 1;
      // One after the other: who is behind may have caught up meanwhile.
      long enough = backlogBytes;
      while (finalizeOne(next, enough)) {
        enough = targetBytes;
        persist();
      }
      checked = true;
      checkedBytes = added;
    }
  }

  /** Takes out of the log what must not stay there; before anything is delivered. */
  boolean mend() throws IOException {
    if (repeats.isEmpty() && store.finalizedTo() >= mendTo) {
      return false;
    }
    if (repeats.isEmpty()) {
      finalizer.finalizeTo(mendTo, wantedBySomebody());
      return true;
    }
    // What has lower sequences goes first, so that no segment covers what another one holds.
    long renumbered = store.waitingFrom();
    finalizer.finalizeTo(Math.max(mendTo, renumbered), wantedBySomebody());
    finalizer.renumber(repeats, renumbered);
    log.letFilesGo();
    subscriptions.forEach(Subscription::lookAgain);
    return true;
  }

  /** Writes a segment of what is below a sequence, if somebody is so many bytes behind. */
  private boolean finalizeOne(long next, long enough) throws IOException {
    LongPredicate wanted = wantedBySomebody();
    if (isBehind(next, wanted, enough) && finalizer.finalizeNext(next, wanted, true)) {
      return true;
    }
    return log.retainedBytes() > pressureBytes
        && finalizer.finalizeNext(Math.min(next, log.firstOfActive(next)), wanted, false);
  }

  private boolean isBehind(long next, LongPredicate wanted, long bytes) {
    long from = store.finalizedTo();
    LongPredicate counts = sequence -> sequence >= from && sequence < next && wanted.test(sequence);
    return log.bytesFrom(from) >= bytes && log.count(counts).bytes() >= bytes;
  }

  /** Whether it is time to see if a segment is worth it. From any thread. */
  boolean isFinalizeDue() {
    return log.added().bytes() - checkedBytes >= targetBytes / 4 && isLogLong();
  }

  /** Whether the log has got files since {@link #persist} that may go already. From any thread. */
  boolean isCollectDue() {
    return nextFileNumber.getAsLong() - collectedTo >= COLLECTED_FILES;
  }

  private boolean isLogLong() {
    return log.bytesFrom(store.finalizedTo()) >= backlogBytes
        || log.retainedBytes() > pressureBytes;
  }

  /** Writes segments for all that somebody has not resolved. */
  void finalizeAll() throws IOException {
    copyDamage();
    mend();
    finalizer.finalizeTo(log.lastSequence(store.finalizedTo() - 1) + 1, wantedBySomebody());
    persistProgress();
    advanceCursor();
    deleteFinished();
  }

  private LongPredicate wantedBySomebody() {
    List<ResolvedSet> all = new ArrayList<>();
    for (Subscription subscription : subscriptions) {
      all.add(subscription.resolved());
    }
    if (all.isEmpty()) {
      return sequence -> true;
    }
    return sequence -> all.stream().anyMatch(resolved -> !resolved.contains(sequence));
  }

  /**
   * Makes durable what subscribers have resolved, and tells other engines of it: when segments came
   * or went, and now and then when progress was made; not while there are segments of which nothing
   * is known, for what these are not told of counts as resolved.
   */
  void persistProgress() throws IOException {
    List<Long> numbers = segments.present().stream().map(SegmentFile::number).toList();
    boolean known = !store.hasUnknown();
    boolean segmentsChanged = known && !numbers.equals(projected);
    if (segmentsChanged) {
      // Our own files say which segments the others are about.
      subscriptions.forEach(Subscription::markDirty);
    }
    List<Subscription> dirty = subscriptions.stream().filter(Subscription::isDirty).toList();
    projectionDue |= !dirty.isEmpty();
    long time = options.time().monotonicNanos();
    boolean late = stopping || time - projectedAt >= PROJECTION_NANOS;
    boolean telling = known && (!numbers.isEmpty() || !projected.isEmpty() || othersKnow);
    boolean project = projectionDue && telling && (segmentsChanged || late);
    if (dirty.isEmpty() && !project) {
      return;
    }
    try {
      for (Subscription subscription : dirty) {
        write(subscription);
      }
      if (project) {
        project();
      }
      storage.syncDirectory("");
    } catch (Throwable failure) {
      dirty.forEach(Subscription::markDirty);
      throw failure;
    }
    dirty.forEach(Subscription::markDurable);
    if (project) {
      projected = numbers;
      projectedAt = time;
    }
    projectionDue = !known || (telling && !project);
  }

  /**
   * Makes durable what one subscriber has resolved, and what it has in hands; nothing if it is
   * removed. May run while a segment is planned, but never within itself.
   */
  void persistProgress(Subscription subscription) throws IOException {
    if (!subscription.isDirty() || !subscriptions.contains(subscription)) {
      return;
    }
    projectionDue = true;
    try {
      write(subscription);
      storage.syncDirectory("");
    } catch (Throwable failure) {
      subscription.markDirty();
      throw failure;
    }
    subscription.markDurable();
  }

  /** Writes one subscriber's own file; the caller syncs the folder. */
  void write(Subscription subscription) throws IOException {
    ResolvedSet resolved = subscription.snapshot();
    files.prepareOwn(
        subscription.id(), resolved, subscription.highest(), subscription.writtenAttempts(), false);
    ProgressFile.publish(storage, subscription.id());
  }

  private void project() throws IOException {
    for (Subscription subscription : subscriptions) {
      files.prepareQuiver(subscription.id(), subscription.written(), finalizer.nextNumber());
      QuiverProgress.publish(storage, subscription.id());
    }
  }

  /**
   * Lets files go in which everything is older than a time.
   *
   * @param notBefore nanoseconds since the epoch
   */
  void dropExpired(long notBefore) throws IOException {
    boolean dropped = true;
    while (dropped) {
      Optional<SegmentFile> segment = segments.oldest();
      Optional<Log.Oldest> file = log.oldest(store.finalizedTo());
      if (segment.isPresent()) {
        dropped = segment.get().isOlderThan(notBefore);
      } else {
        dropped = file.isPresent() && file.get().newest() < notBefore;
      }
      dropped = dropped && dropOldest(LossReason.EXPIRED);
    }
  }

  /**
   * Lets the oldest file go, a segment or a rotated log file, with all that it holds. The loss is
   * recorded before the file is gone.
   *
   * @return false when there is none but the active log file, or those that are kept
   */
  boolean dropOldest(LossReason reason) throws IOException {
    Optional<SegmentFile> segment = segments.oldest();
    Optional<Log.Oldest> file = log.oldest(store.finalizedTo());
    if (segment.isEmpty() && file.isEmpty()) {
      return false;
    }
    long last = segment.map(SegmentFile::last).orElseGet(() -> file.orElseThrow().last());
    for (Subscription subscription : subscriptions) {
      subscription.loseUpTo(last, reason);
    }
    persistProgress();
    if (segment.isPresent()) {
      segments.remove(segment.get());
    } else {
      store.finalized(Optional.empty(), last + 1);
    }
    advanceCursor();
    deleteFinished();
    return true;
  }

  /** Moves the cursor over what all have resolved or segments hold, durably. */
  private void advanceCursor() throws IOException {
    if (log.keepsAllFiles()) {
      // What cannot be delivered from here must not count as done for whoever reads the cursor.
      return;
    }
    long lowest = store.finalizedTo();
    if (!subscriptions.isEmpty()) {
      long low = Long.MAX_VALUE;
      for (Subscription subscription : subscriptions) {
        low = Math.min(low, subscription.durableLowWater());
      }
      lowest = Math.max(lowest, low);
    }
    if (lowest > cursorSequence || !cursorKnown || isFloorNear()) {
      cursorSequence = Math.max(cursorSequence, lowest);
      cursorKnown = false;
      CursorFile.write(storage, log.positionFrom(cursorSequence));
      writeState(false, 0);
      cursorKnown = true;
      store.finalized(Optional.empty(), cursorSequence);
    }
    if (log.hasFilesBelow(cursorSequence)
        && log.deleteBelow(cursorSequence, admission, spares, quarantine)) {
      storage.syncDirectory("wal");
      spares.folderSynced();
      copyDamage();
    }
  }

  /**
   * Deletes the segments that all subscribers have resolved, as soon as nobody reads them. Those of
   * another engine stay until somebody makes progress: a subscriber whose progress file is lost is
   * known only when it comes again, and starts again with them.
   */
  private void deleteFinished() throws IOException {
    if (!subscriptions.isEmpty()) {
      boolean progressed = subscriptions.stream().anyMatch(Subscription::hasProgressed);
      for (SegmentFile file : segments.files()) {
        boolean needed = file.last() >= cursorSequence || (!file.isOwn() && !progressed);
        for (Subscription subscription : subscriptions) {
          needed = needed || !isFinished(file, subscription);
        }
        if (!needed) {
          segments.remove(file);
        }
      }
    }
    if (segments.hasLeaving()
        && segments.deleteLeaving(bytes -> admission.fileDeleted(FileKind.SEGMENT, bytes))) {
      persistProgress();
    }
  }

  /** What cannot be read now is needed. */
  private boolean isFinished(SegmentFile file, Subscription subscription) {
    try {
      return segments.isFinished(file, subscription.durable());
    } catch (IOException refused) {
      return false;
    }
  }

  /**
   * Copies files that are no segments to the quarantine, and deletes them. What the disk refuses to
   * read stays; what there is no room to copy stays until there is some.
   *
   * @param counted whether they are counted as segments
   */
  void setAside(List<Segments.Unreadable> files, boolean counted) throws IOException {
    boolean deleted = false;
    for (Segments.Unreadable file : files) {
      boolean gone = !file.refused() && isPutAway(file);
      deleted |= gone;
      if (!gone && !file.refused() && file.size() <= quarantine.largestCopy()) {
        kept.add(file);
      }
      if (gone && counted) {
        admission.fileDeleted(FileKind.SEGMENT, file.size());
      } else if (!gone && !counted) {
        admission.fileAdded(FileKind.SEGMENT, file.size());
      }
    }
    if (deleted) {
      segments.syncDirectory();
    }
  }

  private boolean isPutAway(Segments.Unreadable file) {
    try (StorageFile bytes = storage.openForRead(file.name())) {
      if (!quarantine.copy(bytes, file.name(), 0, file.size())) {
        return false;
      }
      storage.delete(file.name());
      return true;
    } catch (NoSuchFileException gone) {
      // Somebody else has put it away.
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  /** From now on other engines are told at once. */
  void stopping() {
    stopping = true;
  }

  /** Whether something waits to be deleted until nobody reads it, or to be read. */
  boolean hasLeftovers() {
    return isDeleting() || store.hasUnknown() || !kept.isEmpty();
  }

  /** Whether files wait to be deleted, and the room that they take will come. */
  boolean isDeleting() {
    return segments.hasLeaving() || log.hasFilesBelow(cursorSequence);
  }

  /** Everything below needs no log. */
  long cursorSequence() {
    return cursorSequence;
  }

  /** Whether so many sequences were given out that the floor must be raised. From any thread. */
  boolean isFloorNear() {
    return nextSequence.getAsLong() > writtenFloor - SEQUENCE_BLOCK / 2;
  }

  /**
   * Writes the state.
   *
   * @param clean whether nobody has the buffer open any more, and nothing is in doubt
   * @param logEnd where the log ends, when clean
   */
  void writeState(boolean clean, long logEnd) throws IOException {
    StateFile state = state(clean, logEnd);
    state.write(storage);
    writtenFloor = state.sequenceFloor();
  }

  /** Writes that there is an owner over the state that is there, which takes no space. */
  void overwriteState() throws IOException {
    StateFile state = state(false, 0);
    state.overwrite(storage);
    writtenFloor = state.sequenceFloor();
  }

  private StateFile state(boolean clean, long logEnd) {
    // Who stops has nothing to reserve ahead for.
    return new StateFile(
        Math.min(Bounds.HIGHEST, nextSequence.getAsLong() + (clean ? 0 : SEQUENCE_BLOCK)),
        finalizer.nextNumber(),
        Math.max(rotationFloor, nextFileNumber.getAsLong()),
        log.positionFrom(cursorSequence),
        cursorSequence,
        clean,
        logEnd,
        options.durability() instanceof Durability.Interval interval
            ? Math.min(interval.bytes(), admission.limits().largestEntryBytes())
            : 0);
  }
}
