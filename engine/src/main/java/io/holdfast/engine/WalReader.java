package io.holdfast.engine;

import io.holdfast.engine.log.Log;
import io.holdfast.engine.log.LogReaders;
import io.holdfast.engine.log.LogRecovery;
import io.holdfast.engine.log.LogSurvey;
import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.progress.ResolvedSet;
import io.holdfast.engine.segment.Segments;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.stored.DamagedBundleException;
import io.holdfast.engine.stored.Identity;
import io.holdfast.engine.stored.Located;
import io.holdfast.engine.stored.StoredBundle;
import io.holdfast.engine.stored.Totals;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/** A live reader of a directory, as it is while this is opened. */
final class WalReader implements BundleReader {
  /** What is left out. */
  sealed interface View {
    /** What all subscribers have resolved. */
    record ForNewSubscriber() implements View {}

    /** What one subscriber has resolved. */
    record For(String subscriber) implements View {}

    /** What all have resolved, and what has been given before. */
    record Behind(ToLongFunction<WalReader> sequence) implements View {}

    /** Nothing: what segments hold and what the log has from the cursor on. */
    record Everything() implements View {}
  }

  private final Storage storage;

  /** Keeps the owner from using files again that are still to be read. */
  private final Optional<Storage.StorageLock> hold;

  private final BufferPool pool = new BufferPool();
  private final BufferAllocator allocator = new RootAllocator();
  private final LogSurvey survey;
  private final Segments segments;
  private final Store store;
  private final Log log;
  private final List<Log.Located> repeats;
  private final Map<String, SubscriberFiles.Raw> progress;
  private final ResolvedSet resolved;
  private final List<String> problems = new ArrayList<>();
  private final List<DamagedBundleException> damage = new ArrayList<>();
  private @Nullable StoredBundle current;
  private long nextKey;
  private long read;

  private WalReader(Storage storage, View view) throws IOException {
    this.storage = storage;
    this.hold = LogReaders.enter(storage);
    LogSurvey opened = null;
    Segments found = null;
    boolean done = false;
    try {
      // In this order: what moves from the log to a segment meanwhile is seen in one of the two,
      // and what is resolved and deleted meanwhile is missed nowhere else.
      this.progress = SubscriberFiles.read(storage);
      opened = LogRecovery.survey(storage);
      found = Segments.open(storage, pool, allocator);
      found.hold();
      if (opened.isEmpty() && found.isEmpty()) {
        throw new StorageException(
            storage.describe("") + " holds no buffer: there is no log in its folder wal", null);
      }
      this.survey = opened;
      this.segments = found;
      LogRecovery.ReadOnly index = LogRecovery.index(storage, survey, segments, pool, allocator);
      this.log = index.log();
      this.repeats = new ArrayList<>(index.repeats());
      this.store = new Store(log, segments, survey.cursorSequence());
      this.resolved =
          switch (view) {
            case View.For(String id) -> resolvedBy(id);
            case View.Everything() -> new ResolvedSet(store.firstKey());
            case View.ForNewSubscriber(), View.Behind(_) -> resolvedByAll();
          };
      this.nextKey = store.firstKey();
      if (view instanceof View.Behind(ToLongFunction<WalReader> last)) {
        long given = last.applyAsLong(this);
        nextKey = Math.max(nextKey, given + 1);
        if (given >= 0) {
          repeats.clear();
        }
      }
      done = true;
    } finally {
      if (!done) {
        LogReaders.leave(hold);
        if (opened != null) {
          opened.close();
        }
        if (found != null) {
          found.close();
        }
        allocator.close();
      }
    }
  }

  static WalReader open(Storage storage, View view) {
    boolean interrupted = Thread.interrupted();
    try {
      return new WalReader(storage, view);
    } catch (IOException e) {
      throw new StorageException(
          storage.describe("") + " cannot be read: " + WalBuffer.reason(e), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private ResolvedSet resolvedByAll() throws IOException {
    ResolvedSet common = null;
    for (SubscriberFiles.Progress found : progress().values()) {
      ResolvedSet one = found.resolved();
      if (common == null) {
        common = one;
      } else {
        common.retainAll(one);
      }
    }
    return store.earliest(common);
  }

  private ResolvedSet resolvedBy(String id) throws IOException {
    SubscriberFiles.Raw raw = progress.get(id);
    if (raw == null || (raw.own() != null && raw.own().removed())) {
      throw new StorageException(
          storage.describe("")
              + " has no subscriber "
              + id
              + (progress.isEmpty() ? "; it has none" : "; it has " + progress.keySet()),
          null);
    }
    SubscriberFiles.Progress found =
        new SubscriberFiles(storage, segments)
            .restore(id, raw, this::isKnown, survey.cursorSequence());
    found.note().ifPresent(problems::add);
    return found.resolved();
  }

  /** What each subscriber has resolved, by its id. */
  Map<String, SubscriberFiles.Progress> progress() throws IOException {
    SubscriberFiles files = new SubscriberFiles(storage, segments);
    Map<String, SubscriberFiles.Progress> found = new TreeMap<>();
    for (Map.Entry<String, SubscriberFiles.Raw> entry : progress.entrySet()) {
      SubscriberFiles.Raw raw = entry.getValue();
      if (raw.own() == null || !raw.own().removed()) {
        found.put(
            entry.getKey(),
            files.restore(entry.getKey(), raw, this::isKnown, survey.cursorSequence()));
      }
    }
    return found;
  }

  /** What this reader gives, all in all. */
  Totals unresolved() throws IOException {
    return countMissing(resolved);
  }

  /** When the first bundle was appended that is not resolved. */
  OptionalLong oldestMissing(ResolvedSet done) throws IOException {
    return store.oldestMissing(done);
  }

  /** When the first bundle was appended that this reader gives. */
  OptionalLong oldest() throws IOException {
    return store.oldestMissing(resolved);
  }

  /** What a subscriber with this progress has not resolved. */
  Totals countMissing(ResolvedSet done) throws IOException {
    return store.countMissing(done).wanted();
  }

  /** The sequence of the next bundle. */
  long nextSequence() {
    return Math.max(survey.sequenceBehindAll(), segments.lastSequence(-1) + 1);
  }

  /** The segments as they were found. */
  Segments segments() {
    return segments;
  }

  /** The bundles that {@link #next} passed over because their bytes are damaged. */
  List<DamagedBundleException> damagedBundles() {
    return damage;
  }

  /** The bytes of the bundle that {@link #next} gave, as they count in a backlog. */
  long length() {
    return current == null ? 0 : current.length();
  }

  /** The log as it was found. */
  LogSurvey survey() {
    return survey;
  }

  /** What the bundle is known as that {@link #next} gave; null when it gave none. */
  @Nullable Identity identity() {
    return current == null ? null : current.identity();
  }

  /** Whether a bundle is here, or was here and is resolved. */
  boolean isKnown(Identity identity) {
    try {
      return survey.holds(identity)
          || identity.equals(segments.identity(identity.sequence()).orElse(null));
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public @Nullable Item next() {
    release();
    try {
      StoredBundle bundle = nextBundle();
      current = bundle;
      if (bundle == null) {
        return null;
      }
      read++;
      return item(bundle);
    } catch (IOException e) {
      throw new StorageException("the buffer cannot be read: " + WalBuffer.reason(e), e);
    }
  }

  static Item item(StoredBundle bundle) {
    boolean hasSequence = bundle.sequence() >= 0;
    return new Item(
        bundle.bundle(),
        hasSequence ? OptionalLong.of(bundle.sequence()) : OptionalLong.empty(),
        bundle.place().segment(),
        bundle.place().index(),
        hasSequence ? OptionalLong.of(bundle.time()) : OptionalLong.empty());
  }

  private @Nullable StoredBundle nextBundle() throws IOException {
    while (true) {
      try {
        Optional<Located> found = store.next(resolved.firstMissing(nextKey));
        if (found.isPresent()) {
          if (!resolved.contains(found.get().key())) {
            return read(found.get());
          }
          nextKey = found.get().key() + 1;
          found.get().release();
          continue;
        }
        return repeats.isEmpty() ? null : readRepeat();
      } catch (DamagedBundleException damaged) {
        if (survey.isUsedAgain(damaged.place().file())) {
          // Without locks: all have resolved it since, or it is in a segment.
          noteUsedAgain(damaged.place().file());
          continue;
        }
        damage.add(damaged);
        problems.add(String.valueOf(damaged.getMessage()));
      }
    }
  }

  /** Goes on behind it, unless the disk refuses: then it is what comes next, still. */
  private StoredBundle read(Located found) throws IOException {
    long key = found.key();
    try {
      StoredBundle bundle = store.read(found);
      nextKey = key + 1;
      return bundle;
    } catch (DamagedBundleException damaged) {
      nextKey = key + 1;
      throw damaged;
    }
  }

  /** As {@link #read}, of the entries whose sequences were used before. */
  private StoredBundle readRepeat() throws IOException {
    Log.Located first = repeats.getFirst();
    // Reading lets go of its file.
    first.retain();
    try {
      StoredBundle bundle = log.read(first);
      repeats.removeFirst().release();
      return bundle;
    } catch (DamagedBundleException damaged) {
      repeats.removeFirst().release();
      throw damaged;
    }
  }

  private void noteUsedAgain(String file) {
    String note =
        file
            + " was used again by its owner while it was read, for want of locks: read it again, or"
            + " a copy";
    if (!problems.contains(note)) {
      problems.add(note);
    }
  }

  @Override
  public RecoveryReport report() {
    RecoveryReport report = survey.report(read);
    List<RecoveryReport.Range> allDamage = new ArrayList<>(report.damage());
    for (DamagedBundleException lost : damage) {
      allDamage.add(
          new RecoveryReport.Range(lost.place().file(), lost.place().offset(), lost.length()));
    }
    List<String> notes = new ArrayList<>(report.notes());
    problems.addAll(segments.takeFindings());
    notes.addAll(problems);
    for (Segments.Unreadable file : segments.unreadable()) {
      RecoveryReport.Range range =
          new RecoveryReport.Range(storage.describe(file.name()), 0, file.size());
      if (!allDamage.contains(range)) {
        allDamage.add(range);
      }
    }
    return new RecoveryReport(
        report.cleanStop(),
        report.replayed(),
        report.unconfirmed(),
        allDamage,
        report.missing(),
        notes);
  }

  private void release() {
    StoredBundle bundle = current;
    if (bundle != null) {
      current = null;
      bundle.close();
    }
  }

  @Override
  public void close() {
    release();
    try (allocator) {
      try {
        segments.close();
        survey.close();
      } finally {
        LogReaders.leave(hold);
      }
    } catch (IOException e) {
      throw new StorageException("the files cannot be closed: " + WalBuffer.reason(e), e);
    }
  }
}
