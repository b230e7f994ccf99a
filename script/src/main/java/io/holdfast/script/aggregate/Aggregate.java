package io.holdfast.script.aggregate;

import io.holdfast.script.Value;
import io.holdfast.script.library.Arguments;

/** What one aggregate knows of one open window. For one thread at a time. */
public interface Aggregate {
  /**
   * Takes an event.
   *
   * @param arguments what the call's arguments are for this event; their number fits
   * @throws io.holdfast.script.library.BadArgument if they have the wrong type
   */
  void accumulate(Arguments arguments);

  /**
   * Takes all that another aggregate of the same function knows, which comes later.
   *
   * @param later the other; it stays as it is
   */
  void merge(Aggregate later);

  /**
   * Returns the value.
   *
   * @return the value for the events so far
   * @throws io.holdfast.script.library.BadArgument if there is none
   */
  Value result();
}
