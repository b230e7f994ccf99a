package io.holdfast.pipeline.operator;

import io.holdfast.script.Emission;
import io.holdfast.script.EventContext;
import io.holdfast.script.QueryOperator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A batch by the times of its events. */
final class DirectBatch implements QueryOperator {
  private final int count;
  private final @Nullable Long timeoutNanos;
  private final List<Emission> held = new ArrayList<>();
  private long began;

  DirectBatch(int count, @Nullable Duration timeout) {
    this.count = count;
    this.timeoutNanos = timeout == null ? null : timeout.toNanos();
  }

  @Override
  public List<Emission> apply(String port, EventContext event) {
    if (held.isEmpty()) {
      began = event.ingestNanos();
    }
    held.add(new Emission("out", event.value(), event.meta()));
    return held.size() >= count || isOver(event.ingestNanos()) ? all() : List.of();
  }

  @Override
  public List<Emission> tick(long nanos) {
    return !held.isEmpty() && isOver(nanos) ? all() : List.of();
  }

  private boolean isOver(long nanos) {
    return timeoutNanos != null && nanos - began > timeoutNanos;
  }

  private List<Emission> all() {
    List<Emission> batch = List.copyOf(held);
    held.clear();
    return batch;
  }
}
