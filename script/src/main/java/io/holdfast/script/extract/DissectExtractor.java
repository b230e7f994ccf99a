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
 * %{+name}} is appended to what {@code name} has, with the text before it between; {@code %{?name}}
 * holds a key for the value of {@code %{&name}}.
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
     * Text that is taken.
     *
     * @param kind what is done with it: nul for none, or one of + ? &amp;
     * @param name the name of the field
     * @param type the type, empty for a string
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
        pieces.add(new Piece.Literal(pattern.substring(at, literalEnd)));
      } else if (!pieces.isEmpty()) {
        throw new BadPattern("there must be some text between two fields");
      }
      if (open < 0) {
        break;
      }
      int close = pattern.indexOf('}', open);
      if (close < 0) {
        throw new BadPattern("a `%{` has no closing `}`");
      }
      pieces.add(field(pattern.substring(open + 2, close)));
      at = close + 1;
    }
    return pieces;
  }

  private static Piece.Field field(String text) {
    char kind = !text.isEmpty() && "+?&".indexOf(text.charAt(0)) >= 0 ? text.charAt(0) : '\0';
    String rest = kind == '\0' ? text : text.substring(1);
    int colon = rest.lastIndexOf(':');
    String type = colon < 0 ? "" : rest.substring(colon + 1).strip();
    if (!type.isEmpty() && !type.equals("int") && !type.equals("float") && !type.equals("string")) {
      throw new BadPattern("there is no type `" + type + "`; use int, float or string");
    }
    return new Piece.Field(kind, colon < 0 ? rest : rest.substring(0, colon).strip(), type);
  }

  /** One string that is taken apart. */
  private static final class Run {
    private final List<Piece> pieces;
    private final String text;
    private final RecordValue.Builder found = RecordValue.builder();
    private final Map<String, String> keys = new HashMap<>();
    private int at;
    private String before = "";

    Run(List<Piece> pieces, String text) {
      this.pieces = pieces;
      this.text = text;
    }

    @Nullable Value go() {
      for (int i = 0; i < pieces.size(); i++) {
        boolean fits =
            switch (pieces.get(i)) {
              case Piece.Literal(String literal) -> skip(literal);
              case Piece.Field field -> {
                int end = i + 1 < pieces.size() ? endBefore(pieces.get(i + 1)) : text.length();
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
      before = literal;
      return there;
    }

    private int endBefore(Piece next) {
      return next instanceof Piece.Literal(String literal) ? text.indexOf(literal, at) : -1;
    }

    private boolean take(Piece.Field field, int end) {
      String taken = text.substring(at, end);
      at = end;
      switch (field.kind()) {
        case '?' -> keys.put(field.name(), taken);
        case '&' -> {
          String key = keys.get(field.name());
          return key != null && put(key, taken, field.type());
        }
        case '+' -> {
          boolean more = found.get(field.name()) instanceof Value.Text;
          String old = found.get(field.name()) instanceof Value.Text it ? it.value() : "";
          return put(field.name(), more ? old + before + taken : taken, field.type());
        }
        default -> {
          return field.name().isEmpty() || put(field.name(), taken, field.type());
        }
      }
      return true;
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
