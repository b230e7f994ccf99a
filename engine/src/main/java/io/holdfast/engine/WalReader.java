package io.holdfast.engine;

import io.holdfast.engine.log.Log;
import io.holdfast.engine.log.LogRecovery;
import io.holdfast.engine.log.LogSurvey;
import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.progress.ResolvedSet;
import io.holdfast.engine.segment.Segments;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.stored.DamagedBundleException;
import io.holdfast.engine.stored.Identity;
import io.holdfast.engine.stored.StoredBundle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/** A live reader of a directory: what all subscribers have resolved is left out. */
final class WalReader implements BundleReader {
  private final Storage storage;
  private final BufferPool pool = new BufferPool();
  private final BufferAllocator allocator = new RootAllocator();
  private final LogSurvey survey;
  private final Segments segments;
  private final Store store;
  private final Log log;
  private final List<Log.Located> repeats;
  private final ResolvedSet resolved;
  private final List<String> problems = new ArrayList<>();
  private final List<RecoveryReport.Range> damage = new ArrayList<>();
  private @Nullable StoredBundle current;
  private long nextKey;
  private long read;

  private WalReader(Storage storage) throws IOException {
    this.storage = storage;
    LogSurvey opened = null;
    Segments found = null;
    boolean done = false;
    try {
      // In this order: what moves from the log to a segment meanwhile is seen in one of the two,
      // and what is resolved and deleted meanwhile is missed nowhere else.
      Map<String, SubscriberFiles.Raw> progress = SubscriberFiles.read(storage);
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
      this.resolved = resolvedByAll(progress);
      this.nextKey = store.firstKey();
      done = true;
    } finally {
      if (!done) {
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

  static BundleReader open(Storage storage) {
    boolean interrupted = Thread.interrupted();
    try {
      return new WalReader(storage);
    } catch (IOException e) {
      throw new StorageException(
          storage.describe("") + " cannot be read: " + WalBuffer.reason(e), e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private ResolvedSet resolvedByAll(Map<String, SubscriberFiles.Raw> progress) throws IOException {
    SubscriberFiles files = new SubscriberFiles(storage, segments);
    ResolvedSet common = null;
    for (Map.Entry<String, SubscriberFiles.Raw> entry : progress.entrySet()) {
      SubscriberFiles.Raw raw = entry.getValue();
      if (raw.own() != null && raw.own().removed()) {
        continue;
      }
      ResolvedSet one =
          files.restore(entry.getKey(), raw, this::isKnown, survey.cursorSequence()).resolved();
      if (common == null) {
        common = one;
      } else {
        common.retainAll(one);
      }
    }
    return store.earliest(common);
  }

  private boolean isKnown(Identity identity) {
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
      boolean hasSequence = bundle.sequence() >= 0;
      return new Item(
          bundle.bundle(),
          hasSequence ? OptionalLong.of(bundle.sequence()) : OptionalLong.empty(),
          bundle.place().segment(),
          bundle.place().index(),
          hasSequence ? OptionalLong.of(bundle.time()) : OptionalLong.empty());
    } catch (IOException e) {
      throw new StorageException("the buffer cannot be read: " + WalBuffer.reason(e), e);
    }
  }

  private @Nullable StoredBundle nextBundle() throws IOException {
    while (true) {
      try {
        Optional<Store.Located> found = store.next(resolved.firstMissing(nextKey));
        if (found.isPresent()) {
          nextKey = found.get().key() + 1;
          if (resolved.contains(found.get().key())) {
            found.get().release();
            continue;
          }
          return store.read(found.get());
        }
        return repeats.isEmpty() ? null : log.read(repeats.removeFirst());
      } catch (DamagedBundleException damaged) {
        damage.add(
            new RecoveryReport.Range(
                damaged.place().file(), damaged.place().offset(), damaged.length()));
        problems.add(String.valueOf(damaged.getMessage()));
      }
    }
  }

  @Override
  public RecoveryReport report() {
    RecoveryReport report = survey.report(read);
    List<RecoveryReport.Range> allDamage = new ArrayList<>(report.damage());
    allDamage.addAll(damage);
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
      segments.close();
      survey.close();
    } catch (IOException e) {
      throw new StorageException("the files cannot be closed: " + WalBuffer.reason(e), e);
    }
  }
}
