package io.holdfast.script.library;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.Value;
import io.holdfast.script.regex.Regex;
import java.util.List;

/** {@code std::re}. */
final class ReModule {
  private ReModule() {}

  static LibraryModule module() {
    return new LibraryModule(
        "std::re",
        "Regular expressions. They take linear time; a replacement may use `$1`, `$name` and"
            + " `${name}`.",
        List.of(
            Function.pure(
                "is_match",
                2,
                "Returns whether an expression matches a part of a string.",
                arguments -> Value.of(regex(arguments).isFoundIn(arguments.string(1)))),
            Function.pure(
                "replace",
                3,
                "Returns a string, the second argument, in which the first match of an expression"
                    + " is replaced by the third.",
                arguments -> replace(arguments, false)),
            Function.pure(
                "replace_all",
                3,
                "Returns a string, the second argument, in which all matches of an expression are"
                    + " replaced by the third.",
                arguments -> replace(arguments, true)),
            Function.pure(
                "split",
                2,
                "Returns the parts of a string between the matches of an expression.",
                arguments ->
                    ArrayValue.of(
                        regex(arguments).split(splittable(arguments.string(1))).stream()
                            .map(Value::of)
                            .toList()))));
  }

  private static String splittable(String text) {
    if (text.length() >= ArrayValue.MAX_MADE) {
      throw new BadArgument("a string to split may have " + ArrayValue.MAX_MADE + " characters");
    }
    return text;
  }

  private static Value replace(Arguments arguments, boolean all) {
    try {
      return Value.of(regex(arguments).replace(arguments.string(1), arguments.string(2), all));
    } catch (ArithmeticException e) {
      throw new BadArgument(String.valueOf(e.getMessage()));
    }
  }

  private static Regex regex(Arguments arguments) {
    try {
      return Regex.remembered(arguments.string(0));
    } catch (IllegalArgumentException e) {
      throw new BadArgument(String.valueOf(e.getMessage()));
    }
  }
}
