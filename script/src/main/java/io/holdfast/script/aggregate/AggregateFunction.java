package io.holdfast.script.aggregate;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An aggregate by its name. Immutable.
 *
 * @param name its name within its module
 * @param least how many arguments it needs
 * @param most how many arguments it takes
 * @param documentation what it gives, in one or more sentences
 * @param warning why one should think twice before using it, or null
 * @param maker makes it for a window
 */
public record AggregateFunction(
    String name,
    int least,
    int most,
    String documentation,
    @Nullable String warning,
    Supplier<Aggregate> maker) {

  /**
   * Describes how many arguments it takes.
   *
   * @return for instance "1 to 2 arguments"
   */
  public String arity() {
    String count = least == most ? Integer.toString(most) : least + " to " + most;
    return count + (most == 1 ? " argument" : " arguments");
  }
}
