package io.holdfast.script.aggregate;

import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import io.holdfast.script.library.Arguments;
import io.holdfast.script.library.BadArgument;
import java.util.Map;
import java.util.TreeMap;

/**
 * A DDSketch: counts of numbers from 0 up in bins whose width grows with the number, so that each
 * percentile is right to one percent.
 */
final class DistributedSketch implements Aggregate {
  private static final double ACCURACY = 0.01;
  private static final double GAMMA = 1 + 2 * ACCURACY / (1 - ACCURACY);
  private static final double LOG_GAMMA = Math.log1p(2 * ACCURACY / (1 - ACCURACY));

  /** Smaller numbers are zero. */
  private static final double SMALLEST = 1.0e-9;

  private static final int MAX_BINS = 2048;

  private final Percentiles percentiles = new Percentiles();
  private final TreeMap<Integer, Long> bins = new TreeMap<>();
  private long zeros;
  private long count;
  private double sum;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;

  @Override
  public void accumulate(Arguments arguments) {
    percentiles.read(arguments);
    double number = arguments.number(0);
    if (number < 0 || Double.isNaN(number)) {
      return;
    }
    if (number > SMALLEST) {
      add((int) Math.ceil(Math.log(number) / LOG_GAMMA), 1);
    } else {
      zeros++;
    }
    count++;
    sum += number;
    min = Math.min(min, number);
    max = Math.max(max, number);
  }

  private void add(int bin, long times) {
    bins.merge(bin, times, Long::sum);
    if (bins.size() > MAX_BINS) {
      // The lowest bins are the least interesting.
      Map.Entry<Integer, Long> lowest = bins.pollFirstEntry();
      bins.merge(bins.firstKey(), lowest.getValue(), Long::sum);
    }
  }

  @Override
  public void merge(Aggregate later) {
    DistributedSketch other = (DistributedSketch) later;
    percentiles.takeFrom(other.percentiles);
    other.bins.forEach(this::add);
    zeros += other.zeros;
    count += other.count;
    sum += other.sum;
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
  }

  @Override
  public Value result() {
    boolean empty = count == 0;
    return RecordValue.builder()
        .put("count", Value.of(count))
        .put("sum", Value.of(sum))
        .put("min", Value.of(empty ? 0 : min))
        .put("max", Value.of(empty ? Double.MAX_VALUE : max))
        .put("mean", Value.of(sum / count))
        .put("percentiles", percentiles.values(it -> Value.of(empty ? 0 : rounded(quantile(it)))))
        .build();
  }

  /** Rounds up to one digit after the point. */
  private static double rounded(double value) {
    return Math.ceil(value * 10) / 10;
  }

  private double quantile(double wanted) {
    if (!(wanted >= 0 && wanted <= 1)) {
      throw new BadArgument("a percentile must be from 0 to 1, not " + wanted);
    }
    if (wanted == 0 || wanted == 1) {
      return wanted == 0 ? min : max;
    }
    long rank = (long) (wanted * (count - 1) + 1);
    long passed = zeros;
    if (passed >= rank) {
      return min;
    }
    for (Map.Entry<Integer, Long> bin : bins.entrySet()) {
      passed += bin.getValue();
      if (passed >= rank) {
        double middle = 2 * Math.exp(bin.getKey() * LOG_GAMMA) / (1 + GAMMA);
        return Math.clamp(middle, min, max);
      }
    }
    return max;
  }
}
