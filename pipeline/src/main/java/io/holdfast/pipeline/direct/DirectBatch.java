package io.holdfast.pipeline.direct;

import io.holdfast.script.Emission;
import io.holdfast.script.EventContext;
import io.holdfast.script.QueryOperator;
import java.util.ArrayList;
import java.util.List;

/** Holds events until there are so many, then gives all of them. */
final class DirectBatch implements QueryOperator {
  private final int count;
  private final List<Emission> held = new ArrayList<>();

  DirectBatch(int count) {
    this.count = count;
  }

  @Override
  public List<Emission> apply(String port, EventContext event) {
    held.add(new Emission("out", event.value(), event.meta()));
    if (held.size() < count) {
      return List.of();
    }
    List<Emission> batch = List.copyOf(held);
    held.clear();
    return batch;
  }
}
