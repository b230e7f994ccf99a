package io.holdfast.script;

import java.util.List;

/** An operator of a query that runs in the thread of its caller. For one thread at a time. */
@FunctionalInterface
public interface QueryOperator {
  /**
   * Takes an event.
   *
   * @param port the input that it came in by
   * @param event the event
   * @return what it gives for it, each on one of its outputs, in order
   */
  List<Emission> apply(String port, EventContext event);

  /**
   * Lets time pass. Events tell the time too, so this is for the time between events.
   *
   * @param nanos the time, in nanoseconds since 1970-01-01T00:00Z
   * @return what it gives then, each on one of its outputs, in order
   */
  default List<Emission> tick(long nanos) {
    return List.of();
  }
}
