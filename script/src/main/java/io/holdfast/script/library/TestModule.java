package io.holdfast.script.library;

import io.holdfast.script.Value;
import io.holdfast.script.operation.Comparison;
import java.util.List;

/** {@code std::test}. */
final class TestModule {
  private TestModule() {}

  static LibraryModule module() {
    return new LibraryModule(
        "std::test",
        "Checks of scripts.",
        List.of(
            Function.pure(
                "assert",
                3,
                "Returns whether the second argument, what is expected, is the third; the first"
                    + " is a name. Here an integer and a float are never the same.",
                arguments -> Value.of(Comparison.same(arguments.any(1), arguments.any(2)))),
            new Function(
                "suite",
                0,
                Function.ANY_NUMBER,
                true,
                "Returns null; its arguments are tests that belong together.",
                (_, _) -> Value.NULL),
            new Function(
                "test",
                0,
                Function.ANY_NUMBER,
                true,
                "Returns null; its arguments are the checks of one test.",
                (_, _) -> Value.NULL)));
  }
}
