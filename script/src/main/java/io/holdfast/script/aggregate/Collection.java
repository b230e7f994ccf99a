package io.holdfast.script.aggregate;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.Value;
import io.holdfast.script.library.Arguments;
import io.holdfast.script.library.BadArgument;
import java.util.ArrayList;
import java.util.List;

/** All values. */
final class Collection implements Aggregate {
  /** A window that does not close must not take all memory. */
  private static final int MAX_SIZE = 1 << 22;

  private final boolean nested;
  private final List<Value> values = new ArrayList<>();

  private Collection(boolean nested) {
    this.nested = nested;
  }

  static Collection nested() {
    return new Collection(true);
  }

  static Collection flattened() {
    return new Collection(false);
  }

  @Override
  public void accumulate(Arguments arguments) {
    checkRoom(1);
    values.add(arguments.any(0));
  }

  private void checkRoom(int more) {
    if (values.size() + more > MAX_SIZE) {
      throw new BadArgument("a window cannot collect more than " + MAX_SIZE + " values");
    }
  }

  @Override
  public void merge(Aggregate later) {
    List<Value> others = ((Collection) later).values;
    checkRoom(nested ? 1 : others.size());
    if (nested) {
      values.add(ArrayValue.of(others));
    } else {
      values.addAll(others);
    }
  }

  @Override
  public Value result() {
    return ArrayValue.of(values);
  }
}
