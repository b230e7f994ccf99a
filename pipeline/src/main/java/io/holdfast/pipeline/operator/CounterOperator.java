package io.holdfast.pipeline.operator;

import io.holdfast.script.Emission;
import io.holdfast.script.EventContext;
import io.holdfast.script.QueryOperator;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.util.List;

/** The operator {@code generic::counter}: events with their number, from 1. */
final class CounterOperator implements QueryOperator {
  private long count;

  /** One that has counted nothing. */
  CounterOperator() {}

  @Override
  public List<Emission> apply(String port, EventContext event) {
    count++;
    Value counted =
        RecordValue.builder().put("count", Value.of(count)).put("event", event.value()).build();
    return List.of(new Emission("out", counted, event.meta()));
  }
}
