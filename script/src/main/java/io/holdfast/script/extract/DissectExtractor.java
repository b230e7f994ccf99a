package io.holdfast.script.extract;

import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import io.holdfast.script.operation.NumberText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code dissect|%{a} %{b}|}: the fields between literal texts.
 *
 * <p>{@code %{name:int}} and {@code %{name:float}} convert; {@code %{}} is thrown away; {@code
 * %{+name}} is appended to what {@code name} has, with a blank between, or what the last padding
 * was; {@code %{?name}} holds a key for the value of {@code %{&name}}; {@code %{_}} skips blanks,
 * and {@code %{_(text)}} that text, as often as they come.
 */
final class DissectExtractor {
  private DissectExtractor() {}

  /** A piece of the pattern. */
  private sealed interface Piece {
    /**
     * Text that must be there.
     *
     * @param text the text
     */
    record Literal(String text) implements Piece {}

    /**
     * Text that may be there, any number of times.
     *
     * @param text the text
     */
    record Padding(String text) implements Piece {}

    /**
     * Text that is taken.
     *
     * @param kind what is done with it: nul for none, or one of + ? &amp;
     * @param name the name of the field
     * @param type the type: int, float or string
     */
    record Field(char kind, String name, String type) implements Piece {}
  }

  static Extractor of(String pattern) {
    List<Piece> pieces = pieces(pattern);
    return (text, _) -> new Run(pieces, text).go();
  }

  private static List<Piece> pieces(String pattern) {
    List<Piece> pieces = new ArrayList<>();
    int at = 0;
    while (at < pattern.length()) {
      int open = pattern.indexOf("%{", at);
      int literalEnd = open < 0 ? pattern.length() : open;
      if (literalEnd > at) {
        pieces.add(new Piece.Literal(Splitting.unescaped(pattern.substring(at, literalEnd))));
      }
      if (open < 0) {
        break;
      }
      int close = pattern.indexOf('}', open);
      int next = pattern.indexOf("%{", open + 2);
      if (close < 0 || (next >= 0 && next < close)) {
        throw new BadPattern("a `%{` has no closing `}`");
      }
      Piece piece = piece(pattern.substring(open + 2, close));
      at = close + 1;
      if (piece instanceof Piece.Padding(String text) && pattern.startsWith(text, at)) {
        throw new BadPattern("what follows a padding must not begin with `" + text + "`");
      }
      if (piece instanceof Piece.Field
          && !pieces.isEmpty()
          && pieces.getLast() instanceof Piece.Field) {
        throw new BadPattern("there must be some text between two fields");
      }
      pieces.add(piece);
    }
    return pieces;
  }

  private static Piece piece(String text) {
    char kind = text.isEmpty() ? '?' : text.charAt(0);
    return switch (kind) {
      case '_' -> padding(text.substring(1));
      // These are always strings; a colon is part of the name.
      case '?', '+' -> new Piece.Field(kind, text.isEmpty() ? text : text.substring(1), "string");
      case '&' -> field(kind, text.substring(1));
      default -> field('\0', text);
    };
  }

  private static Piece.Padding padding(String text) {
    if (text.isEmpty()) {
      return new Piece.Padding(" ");
    }
    if (text.startsWith("(") && text.endsWith(")")) {
      return new Piece.Padding(text.substring(1, text.length() - 1));
    }
    throw new BadPattern("a padding looks like `%{_}` or `%{_(text)}`");
  }

  private static Piece.Field field(char kind, String text) {
    int colon = text.indexOf(':');
    String type = colon < 0 ? "string" : text.substring(colon + 1);
    if (!type.equals("int") && !type.equals("float") && !type.equals("string")) {
      throw new BadPattern("there is no type `" + type + "`; use int, float or string");
    }
    return new Piece.Field(kind, colon < 0 ? text : text.substring(0, colon), type);
  }

  /** One string that is taken apart. */
  private static final class Run {
    private final List<Piece> pieces;
    private final String text;
    private final RecordValue.Builder found = RecordValue.builder();
    private final Map<String, String> keys = new HashMap<>();
    private int at;
    private String joint = " ";

    Run(List<Piece> pieces, String text) {
      this.pieces = pieces;
      this.text = text;
    }

    @Nullable Value go() {
      for (int i = 0; i < pieces.size(); i++) {
        boolean fits =
            switch (pieces.get(i)) {
              case Piece.Literal(String literal) -> skip(literal);
              case Piece.Padding(String padding) -> {
                joint = padding;
                yield skipAll(padding);
              }
              case Piece.Field field -> {
                int end = end(i + 1);
                yield end >= 0 && take(field, end);
              }
            };
        if (!fits) {
          return null;
        }
      }
      return at == text.length() ? found.build() : null;
    }

    private boolean skip(String literal) {
      boolean there = text.startsWith(literal, at);
      at += literal.length();
      return there;
    }

    private boolean skipAll(String padding) {
      while (text.startsWith(padding, at)) {
        at += padding.length();
      }
      return true;
    }

    /** Where a field ends that comes before a piece; negative if nowhere. */
    private int end(int next) {
      if (next == pieces.size()) {
        return text.length();
      }
      return switch (pieces.get(next)) {
        case Piece.Literal(String literal) -> text.indexOf(literal, at);
        case Piece.Padding(String padding) -> {
          int end = text.indexOf(padding, at);
          boolean mayMiss =
              next + 1 == pieces.size() || pieces.get(next + 1) instanceof Piece.Literal;
          yield end < 0 && mayMiss ? end(next + 1) : end;
        }
        case Piece.Field _ -> -1;
      };
    }

    private boolean take(Piece.Field field, int end) {
      String taken = text.substring(at, end);
      at = end;
      return switch (field.kind()) {
        case '?' -> {
          keys.put(field.name(), taken);
          yield true;
        }
        case '&' -> {
          String key = keys.remove(field.name());
          yield key != null && !key.isEmpty() && put(key, taken, field.type());
        }
        case '+' -> {
          switch (found.get(field.name())) {
            case null -> found.put(field.name(), Value.of(taken));
            case Value.Text(String old) -> found.put(field.name(), Value.of(old + joint + taken));
            // The reference loses what is no string.
            default -> found.remove(field.name());
          }
          yield true;
        }
        default -> put(field.name(), taken, field.type());
      };
    }

    private boolean put(String name, String taken, String type) {
      Value value =
          switch (type) {
            case "int" -> NumberText.integer(taken);
            case "float" -> NumberText.real(taken);
            default -> Value.of(taken);
          };
      if (value != null) {
        found.put(name, value);
      }
      return value != null;
    }
  }
}
