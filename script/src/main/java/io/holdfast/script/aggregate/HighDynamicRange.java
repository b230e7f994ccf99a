package io.holdfast.script.aggregate;

import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import io.holdfast.script.library.Arguments;
import io.holdfast.script.library.BadArgument;
import org.HdrHistogram.Histogram;

/** A histogram of integers from 0 up, to two digits. */
final class HighDynamicRange implements Aggregate {
  private static final int DIGITS = 2;

  private final Percentiles percentiles = new Percentiles();
  private final Histogram histogram = new Histogram(DIGITS);

  @Override
  public void accumulate(Arguments arguments) {
    percentiles.read(arguments);
    double number = arguments.number(0);
    if (number < 0 || Double.isNaN(number)) {
      return;
    }
    try {
      histogram.recordValue((long) number);
    } catch (ArrayIndexOutOfBoundsException e) {
      throw new BadArgument("the number is too large for the histogram");
    }
  }

  @Override
  public void merge(Aggregate later) {
    HighDynamicRange other = (HighDynamicRange) later;
    percentiles.takeFrom(other.percentiles);
    histogram.add(other.histogram);
  }

  @Override
  public Value result() {
    double deviation = histogram.getStdDeviation();
    return RecordValue.builder()
        .put("count", Value.of(histogram.getTotalCount()))
        .put("min", Value.of(histogram.getMinValue()))
        .put("max", Value.of(histogram.getMaxValue()))
        .put("mean", Value.of(histogram.getMean()))
        .put("stdev", Value.of(deviation))
        .put("var", Value.of(deviation * deviation))
        .put(
            "percentiles",
            percentiles.values(it -> Value.of(histogram.getValueAtPercentile(it * 100))))
        .build();
  }
}
