package io.holdfast.script.compile;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.Value;
import java.util.List;

/**
 * A function of a source. It sees its arguments, in the first slots of its frame, and constants.
 *
 * @param parameters how many arguments it needs; further ones are its {@code args}
 * @param locals how many slots its frame has
 * @param body what it does
 */
record UserFunction(int parameters, int locals, Node body) {
  /** How often a function may call itself by {@code recur}, one call after the other. */
  private static final int MAX_RECURSION = 1023;

  /** Ends the body, to begin it again with other arguments. */
  static final class Again extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Value> arguments;

    Again(List<Value> arguments) {
      super(null, null, false, false);
      this.arguments = arguments;
    }
  }

  Value call(List<Value> arguments, Frame caller, Site site) {
    List<Value> current = arguments;
    Value further = ArrayValue.of(arguments.subList(parameters, arguments.size()));
    for (int round = 0; round <= MAX_RECURSION; round++) {
      caller.steps().take(site);
      Frame frame = caller.forCall(locals);
      for (int i = 0; i < parameters; i++) {
        frame.setLocal(i, current.get(i));
      }
      frame.args = further;
      try {
        return body.eval(frame);
      } catch (Again again) {
        current = again.arguments;
      }
    }
    throw site.failure("the function called itself more than " + MAX_RECURSION + " times");
  }
}
