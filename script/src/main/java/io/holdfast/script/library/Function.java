package io.holdfast.script.library;

import io.holdfast.script.Value;

/**
 * A function of the library.
 *
 * @param name its name within its module
 * @param least how many arguments it needs
 * @param most how many arguments it takes
 * @param constant whether its result depends on its arguments alone, so that a call with constant
 *     arguments is evaluated at load
 * @param documentation what it does, in one or more sentences
 * @param body what it does
 */
public record Function(
    String name, int least, int most, boolean constant, String documentation, Body body) {

  /** As many arguments as one likes. */
  public static final int ANY_NUMBER = Integer.MAX_VALUE;

  /** What a function does. */
  @FunctionalInterface
  public interface Body {
    /**
     * Computes the result.
     *
     * @param arguments the arguments; their number fits
     * @param context the rest that the function can see
     * @return the result
     * @throws BadArgument if it cannot be computed
     */
    Value apply(Arguments arguments, CallContext context);
  }

  /** What a function does that depends on its arguments alone. */
  @FunctionalInterface
  public interface Pure {
    /**
     * Computes the result.
     *
     * @param arguments the arguments; their number fits
     * @return the result
     * @throws BadArgument if it cannot be computed
     */
    Value apply(Arguments arguments);
  }

  /**
   * Returns a function of its arguments alone.
   *
   * @param name its name
   * @param arity how many arguments it takes
   * @param documentation what it does
   * @param body what it does
   * @return the function
   */
  public static Function pure(String name, int arity, String documentation, Pure body) {
    return new Function(
        name, arity, arity, true, documentation, (arguments, _) -> body.apply(arguments));
  }

  /**
   * Returns a function that depends on more than its arguments.
   *
   * @param name its name
   * @param arity how many arguments it takes
   * @param documentation what it does
   * @param body what it does
   * @return the function
   */
  public static Function impure(String name, int arity, String documentation, Body body) {
    return new Function(name, arity, arity, false, documentation, body);
  }

  /**
   * Returns whether it takes so many arguments.
   *
   * @param arguments their number
   * @return whether it fits
   */
  public boolean takes(int arguments) {
    return arguments >= least && arguments <= most;
  }

  /**
   * Describes how many arguments it takes.
   *
   * @return for instance "2 arguments"
   */
  public String arity() {
    if (most == ANY_NUMBER) {
      return "at least " + plural(least);
    }
    return least == most ? plural(least) : least + " to " + plural(most);
  }

  private static String plural(int count) {
    return count == 1 ? "1 argument" : count + " arguments";
  }
}
