package io.holdfast.script.aggregate;

import io.holdfast.script.Value;
import io.holdfast.script.library.Arguments;
import org.jspecify.annotations.Nullable;

/** The last value. */
final class Last implements Aggregate {
  private @Nullable Value value;

  @Override
  public void accumulate(Arguments arguments) {
    value = arguments.any(0);
  }

  @Override
  public void merge(Aggregate later) {
    Value other = ((Last) later).value;
    value = other == null ? value : other;
  }

  @Override
  public Value result() {
    return value == null ? Value.NULL : value;
  }
}
