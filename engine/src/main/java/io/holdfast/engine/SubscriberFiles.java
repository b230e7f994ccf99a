package io.holdfast.engine;

import io.holdfast.engine.progress.Attempts;
import io.holdfast.engine.progress.ProgressFile;
import io.holdfast.engine.progress.QuiverProgress;
import io.holdfast.engine.progress.ResolvedSet;
import io.holdfast.engine.progress.SegmentProgress;
import io.holdfast.engine.segment.SegmentFile;
import io.holdfast.engine.segment.Segments;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.stored.Identity;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The two files of each subscriber: our own, which counts, and Quiver's, which tells other engines.
 * Both are translated from and to one set of keys.
 */
final class SubscriberFiles {
  private final Storage storage;
  private final Segments segments;

  /** What our own files said of segments, by subscriber, when they were read. */
  private final Map<String, SegmentProgress> said = new HashMap<>();

  SubscriberFiles(Storage storage, Segments segments) {
    this.storage = storage;
    this.segments = segments;
  }

  /**
   * What the files of a subscriber hold.
   *
   * @param own null when there is none, or it is damaged
   * @param damage why it is damaged; null when it is not
   * @param quiver null when there is none, or it is damaged
   */
  record Raw(
      @Nullable ProgressFile own, @Nullable String damage, @Nullable QuiverProgress quiver) {}

  /**
   * Where a subscriber goes on.
   *
   * @param resolved the keys that it has resolved
   * @param highest the highest bundle of these that was read
   * @param attempts what was out, and what has failed
   * @param note what a person should know; empty when there is nothing
   */
  record Progress(
      ResolvedSet resolved, @Nullable Identity highest, Attempts attempts, Optional<String> note) {

    /** Of a new subscriber. */
    static Progress of(ResolvedSet resolved, @Nullable Identity highest) {
      return new Progress(resolved, highest, Attempts.NONE, Optional.empty());
    }
  }

  /** Reads the files of all subscribers, those that are being removed included. */
  static Map<String, Raw> read(Storage storage) throws IOException {
    Map<String, Raw> found = new TreeMap<>();
    TreeSet<String> ids = new TreeSet<>(ProgressFile.list(storage));
    ids.addAll(QuiverProgress.list(storage));
    for (String id : ids) {
      ProgressFile own = null;
      String damage = null;
      switch (ProgressFile.read(storage, id).orElse(null)) {
        case ProgressFile.Read.Known(ProgressFile file) -> own = file;
        case ProgressFile.Read.Damaged(String why) -> damage = why;
        case null -> {}
      }
      QuiverProgress quiver = null;
      switch (QuiverProgress.read(storage, id).orElse(null)) {
        case QuiverProgress.Read.Known(QuiverProgress known) -> quiver = known;
        case QuiverProgress.Read.Damaged() -> damage = own == null ? "its checksum is wrong" : null;
        case null -> {}
      }
      found.put(id, new Raw(own, damage, quiver));
    }
    return found;
  }

  /** What its files said counts no more: a new subscriber may get its name. */
  void forget(String id) {
    said.remove(id);
  }

  /** Deletes the files of a subscriber whose removal was begun; the caller syncs the folder. */
  static void finishRemoval(Storage storage, String id) throws IOException {
    QuiverProgress.delete(storage, id);
    storage.syncDirectory("");
    ProgressFile.delete(storage, id);
  }

  /**
   * Translates what was read.
   *
   * @param holds whether an entry that should be here is
   * @param cursorSequence from here on is forgotten what another log had resolved
   */
  Progress restore(String id, Raw raw, Predicate<Identity> holds, long cursorSequence)
      throws IOException {
    ResolvedSet resolved = new ResolvedSet(Math.min(0, segments.firstKey(0)));
    ProgressFile own = raw.own;
    Identity highest = own == null ? null : own.highest().orElse(null);
    Optional<String> note =
        raw.damage == null
            ? Optional.empty()
            : Optional.of(
                "the progress of subscriber "
                    + id
                    + " is damaged ("
                    + raw.damage
                    + "); it gets everything that is kept again");
    Attempts attempts = own == null ? Attempts.NONE : own.attempts();
    if (own != null) {
      resolved.addFrom(0, own.resolved());
      said.put(id, own.segments());
    }
    if (highest != null && !holds.test(highest)) {
      note =
          Optional.of(
              "the log is not the one that subscriber "
                  + id
                  + " has read; it gets what may be new to it again");
      resolved.forgetFrom(cursorSequence);
      highest = null;
      attempts = Attempts.NONE;
    }
    long known = own == null ? -1 : highestKnown(own.segments());
    for (SegmentFile file : segments.files()) {
      if (own != null && !file.isOwn()) {
        SegmentProgress.Foreign mine = own.segments().foreign().get(file.number());
        if (mine != null
            && mine.checksum() == file.checksum()
            && mine.bundles() == file.bundles()) {
          segments.resolve(file, mine.resolved(), resolved);
        }
      }
      if (raw.quiver != null && raw.damage == null && tells(own, known, file)) {
        BitSet bits = raw.quiver.resolvedOf(file.number(), file.bundles());
        Optional<String> refused = resolve(id, file, bits, resolved);
        note = refused.isPresent() ? refused : note;
      }
    }
    return new Progress(resolved, highest, attempts, note);
  }

  /** Whoever gets something twice must not keep everybody else from the rest. */
  private Optional<String> resolve(String id, SegmentFile file, BitSet bits, ResolvedSet resolved) {
    try {
      segments.resolve(file, bits, resolved);
      return Optional.empty();
    } catch (IOException refused) {
      return Optional.of(
          storage.describe(file.name())
              + " cannot be read ("
              + refused.getMessage()
              + "); subscriber "
              + id
              + " may get again what another engine has delivered of it");
    }
  }

  private static long highestKnown(SegmentProgress progress) {
    long highest = -1;
    for (long number : progress.projected().keySet()) {
      highest = Math.max(highest, number);
    }
    return highest;
  }

  /** Whether what the Quiver file says of a number is about this file. */
  private static boolean tells(@Nullable ProgressFile own, long known, SegmentFile file) {
    if (own == null) {
      return true;
    }
    Integer listed = own.segments().projected().get(file.number());
    return listed == null ? file.number() > known : listed == file.checksum();
  }

  /** The highest segment number that any Quiver file tells of. */
  static long highestNumber(Map<String, Raw> all) {
    long highest = 0;
    for (Raw raw : all.values()) {
      if (raw.quiver != null) {
        highest = Math.max(highest, raw.quiver.highestNumber());
      }
    }
    return highest;
  }

  /** Prepares our own file; {@link ProgressFile#publish} gives it its name. */
  void prepareOwn(
      String id,
      ResolvedSet resolved,
      Optional<Identity> highest,
      Attempts attempts,
      boolean removed)
      throws IOException {
    Map<Long, SegmentProgress.Foreign> foreign = new TreeMap<>();
    Map<Long, Integer> projected = new TreeMap<>();
    for (SegmentFile file : segments.present()) {
      projected.put(file.number(), file.checksum());
      if (!file.isOwn()) {
        BitSet bits = segments.bitmap(file, resolved);
        if (!bits.isEmpty()) {
          foreign.put(
              file.number(), new SegmentProgress.Foreign(file.checksum(), file.bundles(), bits));
        }
      }
    }
    keepUnknown(id, foreign, projected);
    SegmentProgress known = new SegmentProgress(foreign, projected);
    new ProgressFile(removed, resolved.from(0), highest, known, attempts).prepare(storage, id);
  }

  /** What was said of segments that cannot be read now stands. */
  private void keepUnknown(
      String id, Map<Long, SegmentProgress.Foreign> foreign, Map<Long, Integer> projected) {
    SegmentProgress before = said.get(id);
    if (before == null) {
      return;
    }
    for (long number : segments.unknown()) {
      SegmentProgress.Foreign bits = before.foreign().get(number);
      if (bits != null) {
        foreign.put(number, bits);
      }
      Integer listed = before.projected().get(number);
      if (listed != null) {
        projected.put(number, listed);
      }
    }
  }

  /**
   * Writes the Quiver file beside its name; {@link QuiverProgress#publish} gives it its name.
   *
   * @param nextNumber of the next segment
   */
  void prepareQuiver(String id, ResolvedSet resolved, long nextNumber) throws IOException {
    Map<Long, QuiverProgress.Entry> entries = new TreeMap<>();
    long oldest = nextNumber;
    for (SegmentFile file : segments.present()) {
      BitSet bits = told(file, resolved);
      if (bits.cardinality() < file.bundles()) {
        oldest = Math.min(oldest, file.number());
      }
      if (file.bundles() <= QuiverProgress.MAX_BUNDLES) {
        entries.put(file.number(), new QuiverProgress.Entry(file.bundles(), bits));
      }
    }
    new QuiverProgress(oldest, entries).prepare(storage, id);
  }

  /** What cannot be told now is not resolved, for other engines: so they delete nothing by it. */
  private BitSet told(SegmentFile file, ResolvedSet resolved) {
    try {
      return segments.bitmap(file, resolved);
    } catch (IOException refused) {
      return new BitSet();
    }
  }
}
