package io.holdfast.cli.bench;

import java.util.Arrays;

/**
 * What several rounds of one measurement came to.
 *
 * @param median the middle one, or the mean of the middle two
 * @param low the lowest
 * @param high the highest
 */
public record Spread(double median, double low, double high) {
  /** Of at least one value. */
  public static Spread of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(median, sorted[0], sorted[sorted.length - 1]);
  }

  /** The highest over the lowest. */
  public double factor() {
    return low == 0 ? 1 : high / low;
  }
}
