package io.holdfast.engine;

import java.util.List;

/**
 * How values are distributed: a value, taken at one moment. Buckets are an eighth of a power of two
 * wide, so a quantile is at most an eighth too high.
 *
 * @param buckets those that hold something, ascending
 * @param count of all values
 * @param sum of all values
 * @param max the largest value, 0 when there is none
 */
public record Histogram(List<Bucket> buckets, long count, long sum, long max) {

  /** Copies the list. */
  public Histogram {
    buckets = List.copyOf(buckets);
  }

  /**
   * Values of about one size.
   *
   * @param upTo the largest value that counts here
   * @param count how many there are
   */
  public record Bucket(long upTo, long count) {}

  /**
   * The value that a share of all values does not exceed; 0 when there are none.
   *
   * @param share from 0 to 1, 0.99 for instance
   * @throws IllegalArgumentException when it is outside of that
   */
  public long quantile(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a share is from 0 to 1, not " + share);
    }
    long wanted = Math.max(1, (long) Math.ceil(share * count));
    long seen = 0;
    for (Bucket bucket : buckets) {
      seen += bucket.count;
      if (seen >= wanted) {
        return Math.min(bucket.upTo, max);
      }
    }
    return max;
  }

  /** The mean; 0 when there are no values. */
  public double mean() {
    return count == 0 ? 0 : (double) sum / count;
  }
}
