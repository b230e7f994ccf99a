package io.holdfast.script.library;

import io.holdfast.script.Value;
import io.holdfast.script.operation.NumberText;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code std::integer}. */
final class IntegerModule {
  private IntegerModule() {}

  static LibraryModule module() {
    return new LibraryModule(
        "std::integer",
        "Integers.",
        List.of(
            Function.pure(
                "parse",
                1,
                "Returns the integer that a string is in decimal digits.",
                arguments -> parse(arguments.string(0)))),
        new TreeMap<>(Map.of("min", Value.of(Long.MIN_VALUE), "max", Value.of(Long.MAX_VALUE))));
  }

  private static Value parse(String text) {
    Value integer = NumberText.integer(text);
    if (integer == null) {
      throw new BadArgument("the string is not a signed 64-bit integer");
    }
    return integer;
  }
}
