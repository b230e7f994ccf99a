package io.holdfast.engine;

import io.holdfast.engine.capacity.Admission;
import io.holdfast.engine.capacity.DiskFull;
import io.holdfast.engine.capacity.FileKind;
import io.holdfast.engine.capacity.ForeignFiles;
import io.holdfast.engine.capacity.ReserveFile;
import io.holdfast.engine.log.LogReaders;
import io.holdfast.engine.log.LogRecovery;
import io.holdfast.engine.log.Recovered;
import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.progress.SmallFiles;
import io.holdfast.engine.progress.StateFile;
import io.holdfast.engine.segment.SegmentFile;
import io.holdfast.engine.segment.SegmentWriter;
import io.holdfast.engine.segment.Segments;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.stored.Bounds;
import io.holdfast.engine.stored.Identity;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Makes a buffer out of a directory, in whatever state the last owner left it: small files, footers
 * of segments, the log, subscriptions. What must not stay as it is is mended before anything is
 * delivered or appended. One use, one thread, with the directory's lock held.
 */
final class Opening {
  private final Storage storage;
  private final BufferOptions options;
  private final ReserveFile reserve;
  private final Admission admission;
  private final BufferPool pool;
  private final BufferAllocator allocator;
  private final EngineListener listener;
  private final Map<String, Subscription> subscriptions;
  private @Nullable Recovered recovered;
  private @Nullable Segments opened;

  /**
   * An opening.
   *
   * @param subscriptions is filled with those that there are
   */
  Opening(
      Storage storage,
      BufferOptions options,
      ReserveFile reserve,
      Admission admission,
      BufferPool pool,
      BufferAllocator allocator,
      EngineListener listener,
      Map<String, Subscription> subscriptions) {
    this.storage = storage;
    this.options = options;
    this.reserve = reserve;
    this.admission = admission;
    this.pool = pool;
    this.allocator = allocator;
    this.listener = listener;
    this.subscriptions = subscriptions;
  }

  /**
   * What was made.
   *
   * @param report what was found on the way
   */
  record Opened(
      Segments segments,
      Recovered recovered,
      Store store,
      SubscriberFiles files,
      Retention retention,
      RecoveryReport report) {}

  /** Opens; after a throw, {@link #abandon} must follow. */
  Opened open() throws IOException {
    storage.createDirectory("wal");
    Optional<StateFile> state = StateFile.read(storage);
    for (String leftover : Segments.leftovers(storage)) {
      storage.delete(leftover);
    }
    for (String leftover : SmallFiles.leftovers(storage)) {
      storage.delete(leftover);
    }
    // A segment may be there by a rename that no sync has followed, and log files go because of it.
    reserve.run(() -> Segments.syncDirectory(storage));
    Segments segments = Segments.open(storage, pool, allocator);
    opened = segments;
    Map<String, SubscriberFiles.Raw> progress = readProgress();
    Recovered made = recover(segments, state, segments.lastSequence(highestResolved(progress)));
    recovered = made;
    Store store = new Store(made.log(), segments, made.cursorSequence());
    SubscriberFiles files = new SubscriberFiles(storage, segments);
    List<String> notes = new ArrayList<>();
    for (Map.Entry<String, SubscriberFiles.Raw> entry : progress.entrySet()) {
      restore(entry.getKey(), entry.getValue(), files, store, made, notes);
    }
    Finalizer finalizer =
        new Finalizer(
            store,
            made.log(),
            new SegmentWriter(storage, pool, allocator),
            admission,
            listener,
            nextSegment(state, progress, segments));
    Retention retention =
        new Retention(
            storage,
            options,
            store,
            made,
            finalizer,
            admission,
            files,
            subscriptions.values(),
            state.map(StateFile::rotationFloor).orElse(1L),
            progress.values().stream().anyMatch(raw -> raw.quiver() != null));
    mend(made, segments, retention);
    RecoveryReport report = withFindings(made.report(), notes, segments);
    markOpen(retention);
    return new Opened(segments, made, store, files, retention, report);
  }

  /** Says that there is an owner, also on a disk that is full to the last byte. */
  private void markOpen(Retention retention) throws IOException {
    LogReaders.make(storage);
    try {
      reserve.run(() -> retention.writeState(false, 0));
    } catch (IOException failed) {
      if (!DiskFull.isReason(failed)) {
        throw failed;
      }
      overwriteState(retention);
    }
  }

  private static void overwriteState(Retention retention) throws IOException {
    try {
      retention.overwriteState();
    } catch (NoSuchFileException none) {
      // Then none says that the last owner has stopped cleanly, and upkeep writes one later.
    } catch (IOException failed) {
      // The one that is there was cut: it says nothing either.
      if (!DiskFull.isReason(failed)) {
        throw failed;
      }
    }
  }

  /** Closes what was opened. */
  void abandon() throws IOException {
    Recovered made = recovered;
    if (made != null) {
      made.log().close();
      made.writer().abandon();
    }
    Segments segments = opened;
    if (segments != null) {
      segments.close();
    }
  }

  private void report(String name, Level level, String message) {
    listener.on(new EngineEvent(name, level, message));
  }

  /** A log from the files that are there; on a full disk the reserve is given up for it. */
  private Recovered recover(Segments segments, Optional<StateFile> state, long highestKnown)
      throws IOException {
    Recovered[] made = new Recovered[1];
    reserve.run(
        () -> {
          admission.clear();
          admission.fileAdded(FileKind.FOREIGN, ForeignFiles.bytes(storage));
          for (SegmentFile file : segments.files()) {
            admission.fileAdded(FileKind.SEGMENT, file.size());
          }
          // Their files are there until progress is written.
          admission.fileAdded(FileKind.SEGMENT, segments.setAsideBytes());
          made[0] =
              LogRecovery.open(storage, admission, segments, pool, allocator, state, highestKnown);
        });
    return made[0];
  }

  /** The files of all subscribers but those whose removal was begun: that is finished. */
  private Map<String, SubscriberFiles.Raw> readProgress() throws IOException {
    Map<String, SubscriberFiles.Raw> found = SubscriberFiles.read(storage);
    List<String> removed = new ArrayList<>();
    found.forEach(
        (id, raw) -> {
          if (raw.own() != null && raw.own().removed()) {
            removed.add(id);
          }
        });
    for (String id : removed) {
      found.remove(id);
      SubscriberFiles.finishRemoval(storage, id);
    }
    if (!removed.isEmpty()) {
      storage.syncDirectory("");
    }
    return found;
  }

  private static long highestResolved(Map<String, SubscriberFiles.Raw> progress) {
    long highest = -1;
    for (SubscriberFiles.Raw raw : progress.values()) {
      if (raw.own() != null) {
        highest = Math.max(highest, raw.own().resolved().highest());
      }
    }
    return highest;
  }

  private long nextSegment(
      Optional<StateFile> state, Map<String, SubscriberFiles.Raw> progress, Segments segments) {
    long known = Math.max(segments.lastNumber(0), SubscriberFiles.highestNumber(progress));
    long next = Math.max(known + 1, state.map(StateFile::segmentFloor).orElse(1L));
    if (!Bounds.isFollowed(next)) {
      throw new StorageException(
          "the segments of "
              + storage.describe("")
              + " are to go on with the number "
              + next
              + ", which nobody comes to: move the file with the number before it away, and open"
              + " the buffer again",
          null);
    }
    return next;
  }

  private void restore(
      String id,
      SubscriberFiles.Raw raw,
      SubscriberFiles files,
      Store store,
      Recovered made,
      List<String> notes)
      throws IOException {
    SubscriberFiles.Progress progress =
        files.restore(
            id, raw, identity -> isKnown(identity, made, store.segments()), made.cursorSequence());
    progress.note().ifPresent(notes::add);
    Subscription subscription = new Subscription(id, store, progress, options);
    if (raw.own() == null || progress.note().isPresent()) {
      subscription.markDirty();
    }
    subscriptions.put(id, subscription);
  }

  /** Whether an entry that a subscriber has resolved is the one that is here, or has passed. */
  private boolean isKnown(Identity identity, Recovered made, Segments segments) {
    try {
      return made.holds().test(identity)
          || identity.equals(segments.identity(identity.sequence()).orElse(null));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Before anything is delivered or appended: what must not stay in the log goes to segments, and
   * other engines find a log without damage.
   */
  private void mend(Recovered made, Segments segments, Retention retention) throws IOException {
    retention.setAside(segments.strangers(), false);
    boolean freshFile = !made.repeats().isEmpty() || made.mendTo() >= 0;
    if (freshFile) {
      try {
        retention.mend();
        passMended(retention);
        made.startFreshFile();
      } catch (IOException e) {
        report(
            "holdfast.segment.finalize",
            Level.WARNING,
            "what is to leave a damaged log cannot be written yet ("
                + WalBuffer.reason(e)
                + "); it is tried again");
      }
    }
  }

  /**
   * The cursor goes over what was mended before another file follows: behind that, a hole that no
   * append was told of would be taken for damage, if a crash came now.
   */
  private void passMended(Retention retention) {
    try {
      reserve.run(retention::persist);
    } catch (IOException e) {
      report(
          "holdfast.progress.failure",
          Level.WARNING,
          "progress cannot be written yet: " + WalBuffer.reason(e) + "; it is tried again");
    }
  }

  private RecoveryReport withFindings(
      RecoveryReport report, List<String> notes, Segments segments) {
    List<String> allNotes = new ArrayList<>(report.notes());
    allNotes.addAll(notes);
    List<RecoveryReport.Range> damage = new ArrayList<>(report.damage());
    for (Segments.Unreadable file : segments.unreadable()) {
      damage.add(new RecoveryReport.Range(storage.describe(file.name()), 0, file.size()));
      allNotes.add(
          storage.describe(file.name())
              + (file.refused()
                  ? " cannot be read now, and is tried again"
                  : " is no segment: " + file.why()));
    }
    return new RecoveryReport(
        report.cleanStop(),
        report.replayed(),
        report.unconfirmed(),
        damage,
        report.missing(),
        allNotes);
  }
}
