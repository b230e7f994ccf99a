package io.holdfast.script;

import java.util.List;

/** An operator of a query that answers each event at once. For one thread at a time. */
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
}
