package io.holdfast.script.library;

import io.holdfast.script.Value;
import java.util.Base64;
import java.util.List;

/** {@code std::base64}. */
final class Base64Module {
  private Base64Module() {}

  static LibraryModule module() {
    return new LibraryModule(
        "std::base64",
        "Bytes as base64, with the usual alphabet and padding.",
        List.of(
            Function.pure(
                "encode",
                1,
                "Returns bytes as base64.",
                arguments ->
                    Value.of(Base64.getEncoder().encodeToString(arguments.bytes(0).toByteArray()))),
            Function.pure(
                "decode",
                1,
                "Returns the bytes that a string is in base64.",
                arguments -> decode(arguments.string(0)))));
  }

  private static Value decode(String text) {
    try {
      return new Value.Bytes(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      throw new BadArgument("the string is not base64");
    }
  }
}
