package io.holdfast.script.compile;

import io.holdfast.script.JsonException;
import io.holdfast.script.Value;
import io.holdfast.script.aggregate.Aggregate;
import io.holdfast.script.aggregate.AggregateFunction;
import io.holdfast.script.library.Arguments;
import io.holdfast.script.library.BadArgument;
import java.util.ArrayList;
import java.util.List;

/**
 * A call of an aggregate in a select. Immutable.
 *
 * @param name the full name of the function, for messages
 * @param function the function
 * @param arguments what it takes of each event
 * @param site where the call is
 */
record AggregateCall(String name, AggregateFunction function, List<Node> arguments, Site site) {
  /** Lets an aggregate of this call take the event of a frame. */
  void accumulate(Aggregate aggregate, Frame frame) {
    List<Value> values = new ArrayList<>(arguments.size());
    for (Node argument : arguments) {
      values.add(argument.eval(frame));
    }
    try {
      aggregate.accumulate(new Arguments(values));
    } catch (BadArgument | JsonException e) {
      throw site.failure("`" + name + "`: " + e.getMessage());
    }
  }

  /** Lets an aggregate of this call take what another knows. */
  void merge(Aggregate aggregate, Aggregate later) {
    try {
      aggregate.merge(later);
    } catch (BadArgument e) {
      throw site.failure("`" + name + "`: " + e.getMessage());
    }
  }

  /** Returns the value of an aggregate of this call. */
  Value result(Aggregate aggregate) {
    try {
      return aggregate.result();
    } catch (BadArgument e) {
      throw site.failure("`" + name + "`: " + e.getMessage());
    }
  }
}
