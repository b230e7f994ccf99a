package io.holdfast.script.library;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.Json;
import io.holdfast.script.JsonException;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.util.ArrayList;
import java.util.List;

/** {@code std::json}. */
final class JsonModule {
  private JsonModule() {}

  static LibraryModule module() {
    return new LibraryModule(
        "std::json",
        "JSON texts.",
        List.of(
            Function.pure(
                "decode",
                1,
                "Returns the value that a string is in JSON.",
                arguments -> decode(arguments.string(0))),
            Function.pure(
                "encode",
                1,
                "Returns a value as JSON, on one line.",
                arguments -> Value.of(Json.write(arguments.any(0)))),
            Function.pure(
                "encode_pretty",
                1,
                "Returns a value as JSON, each element and field on a line of its own.",
                arguments -> Value.of(pretty(arguments.any(0))))));
  }

  private static Value decode(String text) {
    try {
      return Json.parse(text);
    } catch (JsonException e) {
      throw new BadArgument(String.valueOf(e.getMessage()));
    }
  }

  private static String pretty(Value value) {
    // Checks the depth before the recursion below.
    Json.writeBytes(value);
    return pretty(value, "\n");
  }

  private static String pretty(Value value, String lineBreak) {
    String inner = lineBreak + "  ";
    List<String> lines = new ArrayList<>();
    return switch (value) {
      case ArrayValue array when array.size() > 0 -> {
        array.forEach(element -> lines.add(pretty(element, inner)));
        yield "[" + inner + String.join("," + inner, lines) + lineBreak + "]";
      }
      case RecordValue fields when fields.size() > 0 -> {
        fields.forEach(
            (key, field) -> lines.add(Json.write(Value.of(key)) + ": " + pretty(field, inner)));
        yield "{" + inner + String.join("," + inner, lines) + lineBreak + "}";
      }
      default -> Json.write(value);
    };
  }
}
