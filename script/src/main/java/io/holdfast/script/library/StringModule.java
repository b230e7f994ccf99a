package io.holdfast.script.library;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.Value;
import io.holdfast.script.operation.Arithmetic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code std::string}. */
final class StringModule {
  private StringModule() {}

  static LibraryModule module() {
    return new LibraryModule(
        "std::string",
        "Strings. Places and lengths count code points, but for `bytes`.",
        List.of(
            new Function(
                "format",
                1,
                Function.ANY_NUMBER,
                true,
                "Returns a string in which each `{}` is replaced by the next argument. `{{` and"
                    + " `}}` stand for braces, and so do `\\{` and `\\}`.",
                (arguments, _) -> Value.of(new Template(arguments).fill())),
            Function.pure(
                "is_empty",
                1,
                "Returns whether a string has no character.",
                arguments -> Value.of(arguments.string(0).isEmpty())),
            Function.pure(
                "len",
                1,
                "Returns how many code points a string has.",
                arguments -> Value.of(length(arguments.string(0)))),
            Function.pure(
                "bytes",
                1,
                "Returns how many bytes a string has in UTF-8.",
                arguments -> Value.of(utf8(arguments.string(0)).length)),
            Function.pure(
                "replace",
                3,
                "Returns a string in which each occurrence of the second is replaced by the third.",
                arguments ->
                    Value.of(
                        replaced(arguments.string(0), arguments.string(1), arguments.string(2)))),
            Function.pure(
                "trim",
                1,
                "Returns a string without white space at its ends.",
                arguments -> Value.of(trimmed(arguments.string(0), true, true))),
            Function.pure(
                "trim_start",
                1,
                "Returns a string without white space at its beginning.",
                arguments -> Value.of(trimmed(arguments.string(0), true, false))),
            Function.pure(
                "trim_end",
                1,
                "Returns a string without white space at its end.",
                arguments -> Value.of(trimmed(arguments.string(0), false, true))),
            Function.pure(
                "lowercase",
                1,
                "Returns a string in lower case.",
                arguments -> Value.of(arguments.string(0).toLowerCase(Locale.ROOT))),
            Function.pure(
                "uppercase",
                1,
                "Returns a string in upper case.",
                arguments -> Value.of(arguments.string(0).toUpperCase(Locale.ROOT))),
            Function.pure(
                "capitalize",
                1,
                "Returns a string whose first letter is in upper case.",
                arguments -> Value.of(capitalize(arguments.string(0)))),
            Function.pure(
                "substr",
                3,
                "Returns the part of a string from a place, from 0, up to another, which is not"
                    + " part of it. A place behind the string is its beginning as the first of"
                    + " the two, and its end as the second.",
                arguments ->
                    Value.of(
                        substring(
                            arguments.string(0), arguments.integer(1), arguments.integer(2)))),
            Function.pure(
                "split",
                2,
                "Returns the parts of a string between the occurrences of another.",
                arguments -> split(arguments.string(0), arguments.string(1))),
            Function.pure(
                "contains",
                2,
                "Returns whether a string contains another.",
                arguments -> Value.of(arguments.string(0).contains(arguments.string(1)))),
            Function.pure(
                "from_utf8_lossy",
                1,
                "Returns the string that bytes are in UTF-8; what is none becomes U+FFFD.",
                arguments ->
                    Value.of(new String(arguments.bytes(0).toByteArray(), StandardCharsets.UTF_8))),
            Function.pure(
                "into_binary",
                1,
                "Returns the bytes of a string in UTF-8.",
                arguments -> new Value.Bytes(utf8(arguments.string(0))))));
  }

  private static String trimmed(String text, boolean start, boolean end) {
    int from = 0;
    int to = text.length();
    while (start && from < to && isWhiteSpace(text.charAt(from))) {
      from++;
    }
    while (end && from < to && isWhiteSpace(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  /** What Unicode calls white space, which is neither of the two sets that Java knows. */
  private static boolean isWhiteSpace(char c) {
    return (c >= '\t' && c <= '\r') || c == '\u0085' || Character.isSpaceChar(c);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String replaced(String text, String from, String to) {
    long most = text.length() / Math.max(1, from.length()) + 1L;
    if (most * to.length() > Arithmetic.MAX_STRING) {
      long found = 0;
      for (int at = text.indexOf(from);
          at >= 0 && at < text.length();
          at = text.indexOf(from, at + Math.max(1, from.length()))) {
        found++;
      }
      if (text.length() + found * to.length() > Arithmetic.MAX_STRING) {
        throw new BadArgument(
            "the string would have more than " + Arithmetic.MAX_STRING + " chars");
      }
    }
    return text.replace(from, to);
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.offsetByCodePoints(0, 1);
    return text.substring(0, first).toUpperCase(Locale.ROOT) + text.substring(first);
  }

  private static String substring(String text, long from, long to) {
    int length = length(text);
    int begin = from < length ? (int) Math.max(from, -1) : 0;
    int end = (int) Math.min(Math.max(to, -1), length);
    if (begin < 0 || end < begin) {
      throw new BadArgument("there is no part from " + from + " to " + to);
    }
    return text.substring(text.offsetByCodePoints(0, begin), text.offsetByCodePoints(0, end));
  }

  private static Value split(String text, String separator) {
    List<Value> parts = new ArrayList<>();
    if (text.length() / Math.max(1, separator.length()) >= ArrayValue.MAX_MADE) {
      throw new BadArgument("a string to split may have " + ArrayValue.MAX_MADE + " characters");
    }
    if (separator.isEmpty()) {
      parts.add(Value.of(""));
      text.codePoints().forEach(c -> parts.add(Value.of(Character.toString(c))));
      parts.add(Value.of(""));
      return ArrayValue.of(parts);
    }
    int from = 0;
    for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
      parts.add(Value.of(text.substring(from, at)));
      from = at + separator.length();
    }
    parts.add(Value.of(text.substring(from)));
    return ArrayValue.of(parts);
  }

  /** The first argument of {@code format}, which the others fill. */
  private record Template(Arguments arguments) {
    String fill() {
      String template = arguments.string(0);
      StringBuilder filled = new StringBuilder();
      int next = 1;
      for (int i = 0; i < template.length(); i++) {
        char c = template.charAt(i);
        char following = i + 1 < template.length() ? template.charAt(i + 1) : '\0';
        if (c == '\\') {
          if (i + 1 == template.length()) {
            throw new BadArgument("a `\\` at the end escapes nothing");
          }
          if (following != '{' && following != '}') {
            filled.append(c);
          }
          filled.append(following);
          i++;
        } else if (c == '{' && following == '}') {
          if (next == arguments.size()) {
            throw new BadArgument("there are more `{}` than arguments for them");
          }
          filled.append(Texts.of(arguments.any(next++)));
          i++;
        } else if (c == '{' || c == '}') {
          if (following != c) {
            throw new BadArgument("a `" + c + "` must be written twice");
          }
          filled.append(c);
          i++;
        } else {
          filled.append(c);
        }
      }
      if (next < arguments.size()) {
        throw new BadArgument("there are more arguments than `{}` for them");
      }
      return filled.toString();
    }
  }
}
