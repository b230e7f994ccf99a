package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.BufferCounters;

/** An operator that keeps events durably. */
public interface Buffering extends Operator {
  /** What it did and what it holds. Any thread. */
  BufferCounters counters();

  @Override
  default boolean isBuffer() {
    return true;
  }
}
