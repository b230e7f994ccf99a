package io.holdfast.engine.meters;

import io.holdfast.engine.Histogram;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts values by their size. Each power of two has eight buckets; values below eight have one
 * each. Takes 4 KiB whatever comes. Thread-safe; to add a value allocates nothing.
 */
public final class Distribution {
  private static final int SHIFT = 3;
  private static final int PER_POWER = 1 << SHIFT;
  private static final int BUCKETS = (Long.SIZE - SHIFT) * PER_POWER;

  private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);
  private final LongAdder sum = new LongAdder();
  private final AtomicLong max = new AtomicLong();

  /** No values yet. */
  public Distribution() {}

  /** Adds a value; one below zero counts as zero. */
  public void add(long value) {
    long counted = Math.max(0, value);
    counts.getAndIncrement(bucket(counted));
    sum.add(counted);
    if (counted > max.get()) {
      max.accumulateAndGet(counted, Math::max);
    }
  }

  private static int bucket(long value) {
    if (value < PER_POWER) {
      return (int) value;
    }
    int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(value);
    int part = (int) (value >>> (power - SHIFT)) - PER_POWER;
    return (power - SHIFT + 1) * PER_POWER + part;
  }

  private static long upTo(int bucket) {
    if (bucket < PER_POWER) {
      return bucket;
    }
    int power = bucket / PER_POWER - 1 + SHIFT;
    long part = bucket % PER_POWER;
    // The last bucket ends where the numbers do: this wraps around to the largest of them.
    return ((PER_POWER + part + 1) << (power - SHIFT)) - 1;
  }

  /** What was added so far. Values that come meanwhile may be in a part of it only. */
  public Histogram histogram() {
    List<Histogram.Bucket> filled = new ArrayList<>();
    long count = 0;
    for (int i = 0; i < BUCKETS; i++) {
      long here = counts.get(i);
      if (here > 0) {
        filled.add(new Histogram.Bucket(upTo(i), here));
        count += here;
      }
    }
    return new Histogram(filled, count, sum.sum(), max.get());
  }
}
