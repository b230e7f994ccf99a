package io.holdfast.script.aggregate;

import io.holdfast.script.Value;
import io.holdfast.script.library.Arguments;

/** The smallest or the largest of numbers; 0 without any. */
final class Extreme implements Aggregate {
  private final boolean largest;
  private double value;
  private boolean any;

  private Extreme(boolean largest) {
    this.largest = largest;
  }

  static Extreme smallest() {
    return new Extreme(false);
  }

  static Extreme largest() {
    return new Extreme(true);
  }

  @Override
  public void accumulate(Arguments arguments) {
    take(arguments.number(0));
  }

  private void take(double number) {
    if (!any || (largest ? number > value : number < value)) {
      value = number;
      any = true;
    }
  }

  @Override
  public void merge(Aggregate later) {
    Extreme other = (Extreme) later;
    if (other.any) {
      take(other.value);
    }
  }

  @Override
  public Value result() {
    return Value.of(value);
  }
}
