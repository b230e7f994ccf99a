package io.holdfast.engine;

import io.holdfast.engine.log.Log;
import io.holdfast.engine.progress.ResolvedSet;
import io.holdfast.engine.segment.RefusedSegmentException;
import io.holdfast.engine.segment.SegmentFile;
import io.holdfast.engine.segment.Segments;
import io.holdfast.engine.stored.DamagedBundleException;
import io.holdfast.engine.stored.Identity;
import io.holdfast.engine.stored.Located;
import io.holdfast.engine.stored.StoredBundle;
import io.holdfast.engine.stored.Totals;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * All that can be delivered, in one order of keys: what segments hold and what the log holds. A key
 * is a sequence, or below zero for a bundle that has none. Thread-safe.
 */
final class Store {
  /** Its multiples, as they overflow, are all over the place. */
  private static final long PLACES = 0x9E3779B97F4A7C15L;

  private final AtomicLong tries = new AtomicLong();
  private final AtomicLong triedReads = new AtomicLong();
  private final Log log;
  private final Segments segments;

  /** Entries of the log below this are in segments, or resolved by everybody. */
  private volatile long finalizedTo;

  /** From here on there may be bundles that are not to be seen yet. */
  private volatile long hiddenFrom = Long.MAX_VALUE;

  Store(Log log, Segments segments, long finalizedTo) {
    this.log = log;
    this.segments = segments;
    this.finalizedTo = finalizedTo;
  }

  /**
   * Where a segment starts from a sequence on, {@code Long.MAX_VALUE} if none does: no other may
   * cover what it covers.
   */
  long firstSegmentFrom(long sequence) {
    return segments.firstStart(sequence);
  }

  /** The segments. */
  Segments segments() {
    return segments;
  }

  /**
   * The first bundle whose key is {@code from} or higher; its file is held until it is released.
   */
  Optional<Located> next(long from) throws IOException {
    // The log first: what moves from it to a segment meanwhile is then seen twice, not never.
    Optional<Log.Located> logged = log.next(Math.max(from, finalizedTo));
    boolean found = false;
    try {
      Optional<Segments.Located> kept = segments.next(from);
      if (kept.isPresent() && (logged.isEmpty() || kept.get().key() < logged.get().sequence())) {
        return Optional.of(kept.get());
      }
      kept.ifPresent(Segments.Located::release);
      found = true;
      return logged.map(Located.class::cast);
    } finally {
      if (!found) {
        logged.ifPresent(Log.Located::release);
      }
    }
  }

  /** The first bundle from a key on that is not resolved; its file is held. */
  Optional<Located> nextMissing(ResolvedSet resolved, long from) throws IOException {
    long at = from;
    while (true) {
      Optional<Located> found = next(resolved.firstMissing(at));
      if (found.isEmpty() || !resolved.contains(found.get().key())) {
        return found;
      }
      at = found.get().key();
      found.get().release();
    }
  }

  /** When the first bundle that is not resolved was appended, nanoseconds since the epoch. */
  OptionalLong oldestMissing(ResolvedSet resolved) throws IOException {
    Optional<Located> found = nextMissing(resolved, resolved.lowWater());
    found.ifPresent(Located::release);
    return found.map(Located::knownTime).orElse(OptionalLong.empty());
  }

  /** The earlier of two times, where they are known. */
  static OptionalLong earlier(OptionalLong one, OptionalLong other) {
    return LongStream.concat(one.stream(), other.stream()).min();
  }

  /** The bundle with this key. */
  Optional<Located> find(long key) throws IOException {
    Optional<Located> found = next(key);
    if (found.isPresent() && found.get().key() != key) {
      found.get().release();
      return Optional.empty();
    }
    return found;
  }

  /** As {@link #read}, for a subscriber that is delivered what came just now. */
  StoredBundle readOnce(Located located) throws IOException {
    return located instanceof Log.Located inLog ? log.readOnce(inLog) : read(located);
  }

  /**
   * Reads a bundle and lets go of its file.
   *
   * @throws io.holdfast.engine.stored.DamagedBundleException when its bytes are not what they were
   */
  StoredBundle read(Located located) throws IOException {
    return switch (located) {
      case Log.Located inLog -> log.read(inLog);
      case Segments.Located inSegment -> segments.read(inSegment);
      default -> throw new IllegalArgumentException("not of this store: " + located);
    };
  }

  /** Counts against a segment that the disk has refused it. */
  void count(RefusedSegmentException refused, long now) {
    if (refused.isDue(now)) {
      refused.count(now, triedReads());
    }
  }

  /**
   * How many reads of the disk have worked, not of what was in memory still, with one that is tried
   * now: where something is refused, perhaps nobody reads anything else. Each time it is somewhere
   * else, for what the system has in its memory says nothing of the disk.
   */
  long triedReads() {
    long place = tries.incrementAndGet() * PLACES;
    if (log.tryRead(place) || segments.tryRead(place)) {
      triedReads.incrementAndGet();
    }
    return log.diskReads() + segments.diskReads() + triedReads.get();
  }

  /** What the bundle with this sequence is known as, if it is here and can be read. */
  Optional<Identity> identity(long sequence) throws IOException {
    Optional<Identity> kept = segments.identity(sequence);
    if (kept.isPresent()) {
      return kept;
    }
    Optional<Log.Located> logged = log.find(sequence);
    if (logged.isEmpty()) {
      return Optional.empty();
    }
    try (StoredBundle bundle = log.read(logged.get())) {
      return Optional.of(bundle.identity());
    } catch (DamagedBundleException damaged) {
      return Optional.empty();
    }
  }

  /** The lowest key that anything here may have. */
  long firstKey() {
    long known = Math.min(finalizedTo, segments.firstKey(finalizedTo));
    return hasUnknown() ? Math.min(0, known) : known;
  }

  /** Whether there is nothing here but what can be seen: no segment that the disk refuses. */
  boolean knowsAll() {
    return !hasUnknown() && segments.firstLeftOut() == Long.MAX_VALUE;
  }

  /** Whether there are segments that the disk has refused to read: they may hold anything. */
  boolean hasUnknown() {
    return !segments.unknown().isEmpty();
  }

  /**
   * Where a new subscriber starts: behind what all others have resolved. In segments that other
   * engines wrote that means nothing; of these it gets all that is there.
   *
   * @param common what all others have resolved; null when there are none
   */
  ResolvedSet earliest(@Nullable ResolvedSet common) {
    ResolvedSet start = new ResolvedSet(firstKey());
    if (common != null) {
      start.addFrom(0, common);
    }
    return start;
  }

  /** The highest sequence that is here, or {@code none}. */
  long lastSequence(long none) {
    return Math.max(log.lastSequence(none), segments.lastSequence(none));
  }

  /** Entries of the log below this are in segments, or resolved by everybody. */
  long finalizedTo() {
    return finalizedTo;
  }

  /** A segment has taken over what the log has below {@code to}. */
  synchronized void finalized(Optional<SegmentFile> segment, long to) {
    segment.ifPresent(segments::add);
    finalizedTo = Math.max(finalizedTo, to);
  }

  /** What was hidden is in a segment now. */
  synchronized void shown(SegmentFile segment, long stillHiddenFrom) {
    segments.add(segment);
    hiddenFrom = stillHiddenFrom;
  }

  /** Progress must not be raised over what is there and cannot be seen yet. */
  void hide(long from) {
    hiddenFrom = from;
  }

  /** From here on there may be bundles that wait for new sequences. */
  long waitingFrom() {
    return hiddenFrom;
  }

  /** From here on there may be bundles that are not to be seen yet, or that the disk refuses. */
  long hiddenFrom() {
    return Math.min(hiddenFrom, segments.firstLeftOut());
  }

  /** Changes when bundles go that nobody has resolved. */
  long generation() {
    return segments.setAsideCount();
  }

  /** What appends have added since the log was opened. */
  Totals added() {
    return log.added();
  }

  /** Counts what a subscriber with this progress has not resolved, at one moment. */
  synchronized Log.Counted countMissing(ResolvedSet resolved) throws IOException {
    Totals kept = segments.countMissing(resolved);
    long from = finalizedTo;
    Log.Counted counted =
        log.countNow(sequence -> sequence >= from && !resolved.contains(sequence));
    return new Log.Counted(kept.plus(counted.wanted()), counted.added());
  }
}
