package io.holdfast.engine.meters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.Histogram;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DistributionTest {

  @Test
  void nothingWasCountedYet() {
    Histogram none = new Distribution().histogram();
    assertThat(none).isEqualTo(new Histogram(java.util.List.of(), 0, 0, 0));
    assertThat(none.quantile(0.5)).isZero();
    assertThat(none.mean()).isZero();
  }

  @Test
  void aBucketHoldsEveryValueAndIsAtMostAnEighthTooHigh() {
    for (int power = 0; power < 63; power++) {
      for (long value : new long[] {(1L << power) - 1, 1L << power, (1L << power) + 1}) {
        Distribution one = new Distribution();
        one.add(value);
        Histogram.Bucket bucket = one.histogram().buckets().getFirst();
        assertThat(bucket.upTo()).isBetween(value, value + value / 8);
      }
    }
    Distribution largest = new Distribution();
    largest.add(Long.MAX_VALUE);
    assertThat(largest.histogram().buckets().getFirst().upTo()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void quantilesAreThoseOfTheSortedValuesWithinAnEighth() {
    SplittableRandom random = new SplittableRandom(1);
    long[] values = new long[10_000];
    Distribution counted = new Distribution();
    long sum = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextLong(1L << random.nextInt(1, 40));
      counted.add(values[i]);
      sum += values[i];
    }
    Arrays.sort(values);
    Histogram histogram = counted.histogram();
    assertThat(histogram.count()).isEqualTo(values.length);
    assertThat(histogram.sum()).isEqualTo(sum);
    assertThat(histogram.max()).isEqualTo(values[values.length - 1]);
    for (double share : new double[] {0, 0.01, 0.5, 0.9, 0.99, 0.999, 1}) {
      long exact = values[(int) Math.max(0, Math.ceil(share * values.length) - 1)];
      assertThat(histogram.quantile(share)).isBetween(exact, exact + exact / 8);
    }
  }

  @Test
  void aShareThatIsNoneIsRefused() {
    Histogram histogram = new Distribution().histogram();
    assertThatThrownBy(() -> histogram.quantile(99)).hasMessageContaining("99");
    assertThatThrownBy(() -> histogram.quantile(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
