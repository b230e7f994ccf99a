package io.holdfast.script.aggregate;

import io.holdfast.script.Value;
import io.holdfast.script.library.Arguments;

/** How many events there are. */
final class Count implements Aggregate {
  private long count;

  @Override
  public void accumulate(Arguments arguments) {
    count++;
  }

  @Override
  public void merge(Aggregate later) {
    count += ((Count) later).count;
  }

  @Override
  public Value result() {
    return Value.of(count);
  }
}
