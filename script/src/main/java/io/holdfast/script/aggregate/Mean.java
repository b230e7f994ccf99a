package io.holdfast.script.aggregate;

import io.holdfast.script.Value;
import io.holdfast.script.library.Arguments;

/** The mean of numbers. */
final class Mean implements Aggregate {
  private long count;
  private double sum;

  @Override
  public void accumulate(Arguments arguments) {
    count++;
    sum += arguments.number(0);
  }

  @Override
  public void merge(Aggregate later) {
    Mean other = (Mean) later;
    count += other.count;
    sum += other.sum;
  }

  @Override
  public Value result() {
    return count == 0 ? Value.NULL : Value.of(sum / count);
  }
}
