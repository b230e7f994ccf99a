package io.holdfast.cli;

import io.holdfast.script.Json;
import io.holdfast.script.Value;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Writes small documents for programs as JSON on one line, members in their order. */
public final class JsonText {
  private JsonText() {}

  /** The text of maps, lists, numbers, truths, texts, optionals of these, enums, and null. */
  public static String of(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case Map<?, ?> members -> {
        StringBuilder out = new StringBuilder("{");
        members.forEach(
            (name, member) -> {
              out.append(out.length() > 1 ? "," : "");
              out.append(of(name)).append(':').append(of(member));
            });
        yield out.append('}').toString();
      }
      case List<?> elements -> {
        StringBuilder out = new StringBuilder("[");
        for (Object element : elements) {
          out.append(out.length() > 1 ? "," : "").append(of(element));
        }
        yield out.append(']').toString();
      }
      case Optional<?> optional -> of(optional.orElse(null));
      case OptionalLong optional ->
          optional.isPresent() ? Long.toString(optional.getAsLong()) : "null";
      case Number number -> number.toString();
      case Boolean truth -> truth.toString();
      case Enum<?> constant -> of(constant.name().toLowerCase(Locale.ROOT));
      default -> Json.write(Value.of(value.toString()));
    };
  }
}
