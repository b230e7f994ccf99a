package io.holdfast.script.aggregate;

import io.holdfast.script.Value;
import io.holdfast.script.library.Arguments;
import org.jspecify.annotations.Nullable;

/** The first value. */
final class First implements Aggregate {
  private @Nullable Value value;

  @Override
  public void accumulate(Arguments arguments) {
    if (value == null) {
      value = arguments.any(0);
    }
  }

  @Override
  public void merge(Aggregate later) {
    if (value == null) {
      value = ((First) later).value;
    }
  }

  @Override
  public Value result() {
    return value == null ? Value.NULL : value;
  }
}
