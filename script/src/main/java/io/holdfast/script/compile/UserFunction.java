package io.holdfast.script.compile;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.Value;
import io.holdfast.script.library.Function;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A function of a source. It sees its arguments, in the first slots of its frame, and constants.
 *
 * @param parameters how many arguments it needs; further ones are its {@code args}
 * @param locals how many slots its frame has
 * @param body what it does
 * @param alias the function of the library that gets its arguments as they are, and is all that it
 *     does; else null
 */
record UserFunction(int parameters, int locals, Node body, @Nullable Function alias) {
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
