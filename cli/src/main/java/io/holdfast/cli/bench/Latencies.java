package io.holdfast.cli.bench;

import java.util.Arrays;
import java.util.stream.LongStream;

/** Times of single operations, and of all together. Not thread-safe. */
public final class Latencies {
  private long[] values = new long[1024];
  private int count;
  private long total;

  /** None yet. */
  public Latencies() {}

  /** Adds the time of an operation, in nanoseconds. */
  public void add(long nanos) {
    if (count == values.length) {
      values = Arrays.copyOf(values, count * 2);
    }
    values[count++] = nanos;
  }

  /** Adds all that another has. */
  public void add(Latencies other) {
    LongStream.of(other.values).limit(other.count).forEach(this::add);
  }

  /** Says how long all of them took together, on the clock at the wall. */
  public void took(long nanos) {
    total = nanos;
  }

  /** How many operations there were. */
  public int count() {
    return count;
  }

  /** Operations a second, after {@link #took}. */
  public double perSecond() {
    return count / (total / 1e9);
  }

  /** The time that a share of the operations does not exceed; 0 when there are none. */
  public long quantile(double share) {
    long[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    return count == 0 ? 0 : sorted[(int) Math.min(count - 1L, (long) (share * count))];
  }
}
