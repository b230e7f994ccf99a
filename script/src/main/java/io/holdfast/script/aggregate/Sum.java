package io.holdfast.script.aggregate;

import io.holdfast.script.Value;
import io.holdfast.script.library.Arguments;

/** The sum of numbers. */
final class Sum implements Aggregate {
  private double sum;

  @Override
  public void accumulate(Arguments arguments) {
    sum += arguments.number(0);
  }

  @Override
  public void merge(Aggregate later) {
    sum += ((Sum) later).sum;
  }

  @Override
  public Value result() {
    return Value.of(sum);
  }
}
