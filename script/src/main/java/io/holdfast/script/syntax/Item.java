package io.holdfast.script.syntax;

import io.holdfast.script.Span;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement of a script. Each knows its place in the source. */
public sealed interface Item {
  /**
   * Returns where it is.
   *
   * @return the place in the source
   */
  Span span();

  /**
   * An expression that is evaluated.
   *
   * @param expr the expression
   */
  record Evaluate(Expr expr) implements Item {
    @Override
    public Span span() {
      return expr.span();
    }
  }

  /**
   * {@code use a::b as c}: a short name for a module.
   *
   * @param module the path of the module
   * @param alias the short name, or null for the last name of the path
   * @param span where it is
   */
  record Use(List<Name> module, @Nullable Name alias, Span span) implements Item, Statement {}

  /**
   * A constant.
   *
   * @param name its name
   * @param value its value
   * @param span where it is
   */
  record Const(Name name, Expr value, Span span) implements Item, Statement {}

  /**
   * A function.
   *
   * @param name its name
   * @param parameters the names of its parameters
   * @param open whether it takes more arguments, as {@code args}
   * @param body what it does
   * @param span where it is
   */
  record Function(Name name, List<Name> parameters, boolean open, Body body, Span span)
      implements Item, Statement {}

  /** What a function does. */
  sealed interface Body {
    /**
     * Statements, of which the last gives the value.
     *
     * @param items the statements
     */
    record Sequence(List<Item> items) implements Body {}

    /**
     * Cases over the parameters.
     *
     * @param cases the cases; each pattern is one of a tuple, or the default
     */
    record Cases(List<Expr.Case> cases) implements Body {}

    /**
     * A function of the library under another name.
     *
     * @param module the path of its module
     * @param function its name
     */
    record Intrinsic(List<Name> module, Name function) implements Body {}
  }

  /**
   * A module written in place.
   *
   * @param name its name
   * @param items what it holds
   * @param definitions the scripts, operators and windows that it defines; none outside of queries
   * @param span where it is
   */
  record Module(Name name, List<Item> items, List<Statement> definitions, Span span)
      implements Item, Statement {}
}
