package io.holdfast.script.library;

import io.holdfast.script.Value;
import io.holdfast.script.operation.NumberText;
import java.util.List;

/** {@code std::float}. */
final class FloatModule {
  private FloatModule() {}

  static LibraryModule module() {
    return new LibraryModule(
        "std::float",
        "Floats.",
        List.of(
            Function.pure(
                "parse",
                1,
                "Returns the float that a string is, with or without point and exponent; also of"
                    + " `inf`, `infinity` and `nan`.",
                arguments -> parse(arguments.string(0)))));
  }

  private static Value parse(String text) {
    Value real = NumberText.real(text);
    if (real == null) {
      throw new BadArgument("the string is not a number");
    }
    return real;
  }
}
