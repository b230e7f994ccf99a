package io.holdfast.engine.progress;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A set of sequences, or of keys below zero that stand for bundles without one: all below a
 * low-water mark, and runs above it. Its size is bounded by what is in flight, not by what was
 * resolved. Not thread-safe.
 */
public final class ResolvedSet {
  private long lowWater;

  /** First to last of each run; they neither touch each other nor the low-water mark. */
  private final TreeMap<Long, Long> runs = new TreeMap<>();

  /** All below {@code lowWater}. */
  public ResolvedSet(long lowWater) {
    this.lowWater = lowWater;
  }

  /** A copy. */
  public ResolvedSet(ResolvedSet other) {
    this.lowWater = other.lowWater;
    this.runs.putAll(other.runs);
  }

  /** Everything below is resolved. */
  public long lowWater() {
    return lowWater;
  }

  /** The runs above the low-water mark, first to last, ascending. */
  public Map<Long, Long> runs() {
    return runs;
  }

  /** The highest sequence that is resolved, -1 when none is. */
  public long highest() {
    return runs.isEmpty() ? lowWater - 1 : runs.lastEntry().getValue();
  }

  /** Whether a sequence is resolved. */
  public boolean contains(long sequence) {
    if (sequence < lowWater) {
      return true;
    }
    Map.Entry<Long, Long> run = runs.floorEntry(sequence);
    return run != null && run.getValue() >= sequence;
  }

  /** The lowest sequence from {@code from} on that is not resolved. */
  public long firstMissing(long from) {
    if (from < lowWater) {
      return firstMissing(lowWater);
    }
    Map.Entry<Long, Long> run = runs.floorEntry(from);
    return run != null && run.getValue() >= from ? run.getValue() + 1 : from;
  }

  /** Whether anything from first to last is resolved. */
  public boolean hasAnyIn(long first, long last) {
    if (first < lowWater) {
      return true;
    }
    Map.Entry<Long, Long> run = runs.floorEntry(last);
    return run != null && run.getValue() >= first;
  }

  /** Resolves first to last, both included. */
  public void add(long first, long last) {
    long start = Math.max(first, lowWater);
    if (last < start) {
      return;
    }
    long end = last;
    Map.Entry<Long, Long> before = runs.floorEntry(start);
    if (before != null && before.getValue() >= start - 1) {
      start = before.getKey();
      end = Math.max(end, before.getValue());
    }
    for (Map.Entry<Long, Long> next = runs.ceilingEntry(start);
        next != null && next.getKey() <= end + 1;
        next = runs.ceilingEntry(start)) {
      end = Math.max(end, next.getValue());
      runs.remove(next.getKey());
    }
    if (start == lowWater) {
      lowWater = end + 1;
    } else {
      runs.put(start, end);
    }
  }

  /** The lowest sequence from {@code from} on that is here; {@code none} when there is none. */
  public long firstPresent(long from, long none) {
    if (contains(from)) {
      return from;
    }
    Long next = runs.higherKey(from);
    return next == null ? none : next;
  }

  /** Takes out one sequence. */
  public void remove(long sequence) {
    if (sequence < lowWater) {
      long end = lowWater - 1;
      lowWater = sequence;
      if (end > sequence) {
        runs.put(sequence + 1, end);
      }
      return;
    }
    Map.Entry<Long, Long> run = runs.floorEntry(sequence);
    if (run == null || run.getValue() < sequence) {
      return;
    }
    runs.remove(run.getKey());
    if (run.getKey() < sequence) {
      runs.put(run.getKey(), sequence - 1);
    }
    if (run.getValue() > sequence) {
      runs.put(sequence + 1, run.getValue());
    }
  }

  /** Raises the low-water mark: sequences that exist nowhere need not be resolved one by one. */
  public void raise(long newLowWater) {
    if (newLowWater > lowWater) {
      add(lowWater, newLowWater - 1);
    }
  }

  /** Takes out everything from {@code from} on. */
  public void forgetFrom(long from) {
    lowWater = Math.min(lowWater, from);
    runs.tailMap(from, true).clear();
    Map.Entry<Long, Long> run = runs.lowerEntry(from);
    if (run != null && run.getValue() >= from) {
      runs.put(run.getKey(), from - 1);
    }
  }

  /** Adds all that is in another set, but for its part below {@code from}. */
  public void addFrom(long from, ResolvedSet other) {
    other.withLowWater().forEach((first, last) -> add(Math.max(first, from), last));
  }

  /** The part from {@code from} on, everything below counted as resolved. */
  public ResolvedSet from(long from) {
    ResolvedSet part = new ResolvedSet(this);
    part.raise(from);
    return part;
  }

  /** Keeps only what is also in the other set. */
  public void retainAll(ResolvedSet other) {
    ResolvedSet both = new ResolvedSet(Math.min(lowWater, other.lowWater));
    addCommon(both, other);
    lowWater = both.lowWater;
    runs.clear();
    runs.putAll(both.runs);
  }

  private void addCommon(ResolvedSet target, ResolvedSet other) {
    Map<Long, Long> mine = withLowWater();
    Map<Long, Long> theirs = other.withLowWater();
    for (Map.Entry<Long, Long> a : mine.entrySet()) {
      for (Map.Entry<Long, Long> b : theirs.entrySet()) {
        target.add(Math.max(a.getKey(), b.getKey()), Math.min(a.getValue(), b.getValue()));
      }
    }
  }

  private NavigableMap<Long, Long> withLowWater() {
    NavigableMap<Long, Long> all = new TreeMap<>(runs);
    all.put(Long.MIN_VALUE, lowWater - 1);
    return all;
  }

  @Override
  public String toString() {
    return "below " + lowWater + (runs.isEmpty() ? "" : " and " + runs);
  }
}
