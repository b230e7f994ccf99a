package io.holdfast.script.syntax;

import io.holdfast.script.SourceFile;
import io.holdfast.script.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Splits a source into tokens. Never fails: what is no token becomes one with a message, which the
 * parser reports.
 */
final class Lexer {
  /** Longest first, so that the first that fits is the right one. */
  private static final List<TokenKind> PUNCTUATION =
      List.of(TokenKind.values()).stream()
          .filter(kind -> kind.compareTo(TokenKind.SEMICOLON) >= 0)
          .sorted((a, b) -> b.spelling().length() - a.spelling().length())
          .toList();

  /** Strings within interpolations within strings; deeper is an error. */
  private static final int MAX_DEPTH = 32;

  private static final String UNCLOSED = "this string has no closing ";

  private static final String HEREDOC = "\"\"\"";

  private static final String UNCLOSED_PART =
      "this `#{` has no closing }; write \\#{ for the characters";

  private static final String NO_LINE_BREAK = "a line break must follow the opening " + HEREDOC;

  private final String text;
  private final int depth;
  private int at;

  /** Where the last thing begins that was read: a token, blanks, a line break or a comment. */
  private int last;

  private Lexer(String text, int at, int depth) {
    this.text = text;
    this.at = at;
    this.depth = depth;
  }

  static List<Token> lex(SourceFile source) {
    String text = source.text();
    int begin = text.startsWith("\uFEFF") ? 1 : 0;
    return new Lexer(text, begin, 0).tokens(false);
  }

  /** Reads to the end of the text, or of an interpolation to the brace that closes it. */
  private List<Token> tokens(boolean interpolation) {
    List<Token> tokens = new ArrayList<>();
    int openBraces = 0;
    while (true) {
      skipBlanksAndComments(tokens);
      if (at >= text.length()) {
        tokens.add(new Token(TokenKind.END_OF_FILE, new Span(last, at), ""));
        return tokens;
      }
      Token token = next();
      last = token.kind() == TokenKind.STRING ? closingQuote() : token.span().start();
      switch (token.kind()) {
        case OPEN_BRACE, OPEN_RECORD_PATTERN -> openBraces++;
        case CLOSE_BRACE -> {
          if (interpolation && openBraces == 0) {
            tokens.add(new Token(TokenKind.END_OF_FILE, token.span(), "}"));
            return tokens;
          }
          openBraces--;
        }
        default -> {}
      }
      tokens.add(token);
      if (interpolation && token.kind() == TokenKind.ERROR) {
        return tokens;
      }
    }
  }

  /** A string counts as three things: a quote, the text, and a quote. */
  private int closingQuote() {
    return text.startsWith(HEREDOC, at - 3) ? at - 3 : at - 1;
  }

  private static boolean isBlank(char c) {
    return c != '\n' && (Character.isWhitespace(c) || Character.isSpaceChar(c));
  }

  private void skipBlanksAndComments(List<Token> tokens) {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\n') {
        last = at++;
      } else if (isBlank(c)) {
        last = at;
        skipWhile(blank -> isBlank((char) blank));
      } else if (text.startsWith("#!config", at)) {
        tokens.add(new Token(TokenKind.CONFIG, new Span(at, at + 8), "#!config"));
        at += 8;
      } else if (c == '#') {
        last = at;
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else {
        return;
      }
    }
  }

  private Token next() {
    char c = text.charAt(at);
    if (isNameStart(text.codePointAt(at))) {
      return name();
    }
    if (NumberScanner.startsAt(text, at)) {
      return new NumberScanner(text, at).scan(this::moveTo);
    }
    return switch (c) {
      case '"' -> string();
      case '`' -> quotedName();
      case '|' -> extractor();
      default -> punctuation();
    };
  }

  private void moveTo(int offset) {
    at = offset;
  }

  private Token name() {
    int start = at;
    skipWhile(Lexer::isNamePart);
    String name = text.substring(start, at);
    TokenKind keyword = TokenKind.KEYWORDS.get(name);
    return new Token(keyword == null ? TokenKind.IDENTIFIER : keyword, new Span(start, at), name);
  }

  private Token quotedName() {
    int start = at++;
    skipWhile(c -> c != '`' && c != '\n');
    if (at >= text.length() || text.charAt(at) != '`') {
      return error(start, start + 1, "this name has no closing `");
    }
    at++;
    if (at - start == 2) {
      return error(start, at, "a name between ` must not be empty");
    }
    return new Token(TokenKind.IDENTIFIER, new Span(start, at), text.substring(start + 1, at - 1));
  }

  /**
   * A pattern may go on in the next line after a backslash; what all its lines begin with is cut.
   */
  private Token extractor() {
    int start = at++;
    List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
    while (at < text.length() && text.charAt(at) != '\n') {
      char c = text.charAt(at++);
      if (c == '|') {
        return new Token(TokenKind.EXTRACTOR, new Span(start, at), joined(lines));
      }
      if (c == '\\') {
        int escaped = at < text.length() ? text.charAt(at) : -1;
        if (escaped != '\\' && escaped != '|' && escaped != '\n') {
          return wrongEscape();
        }
        at++;
        if (escaped == '\n') {
          lines.add(new StringBuilder());
          continue;
        }
        c = (char) escaped;
      }
      lines.getLast().append(c);
    }
    return error(start, start + 1, "this pattern has no closing |");
  }

  private Token wrongEscape() {
    int here = at;
    while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '|') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    at = Math.min(at + 1, text.length());
    // The text may end with the backslash.
    int end = Math.min(here + 1, text.length());
    return error(
        here, end, "a backslash in a pattern is written twice, or stands before | or a line");
  }

  private static String joined(List<StringBuilder> lines) {
    int indent =
        lines.stream()
            .filter(line -> !line.isEmpty())
            .mapToInt(line -> line.length() - line.toString().stripLeading().length())
            .min()
            .orElse(0);
    return lines.stream()
        .map(line -> line.substring(Math.min(indent, line.length())))
        .collect(Collectors.joining());
  }

  private Token punctuation() {
    for (TokenKind kind : PUNCTUATION) {
      if (text.startsWith(kind.spelling(), at)) {
        at += kind.spelling().length();
        return new Token(kind, new Span(at - kind.spelling().length(), at), kind.spelling());
      }
    }
    int start = at;
    int c = text.codePointAt(at);
    at += Character.charCount(c);
    String hint = c == '\'' ? "; strings are written with \"" : "";
    String message = "`" + Character.toString(c) + "` means nothing here" + hint;
    return new Token(TokenKind.STRANGE, new Span(start, at), message);
  }

  private Token string() {
    int start = at;
    if (text.startsWith(HEREDOC, at)) {
      int lineEnd = at + 3;
      while (lineEnd < text.length() && " \t\r".indexOf(text.charAt(lineEnd)) >= 0) {
        lineEnd++;
      }
      if (lineEnd < text.length() && text.charAt(lineEnd) == '\n') {
        at = lineEnd + 1;
        return stringBody(start, HEREDOC);
      }
      at = start + 3;
      return error(start, at, NO_LINE_BREAK);
    }
    at++;
    return stringBody(start, "\"");
  }

  private Token stringBody(int start, String quote) {
    boolean oneLine = quote.length() == 1;
    List<Token.Part> parts = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at);
      if (text.startsWith(quote, at)) {
        at += quote.length();
        parts.add(new Token.Part.Literal(literal.toString()));
        return new Token(TokenKind.STRING, new Span(start, at), "", List.copyOf(parts));
      } else if (c == '\n' && oneLine) {
        break;
      } else if (text.startsWith("#{", at)) {
        parts.add(new Token.Part.Literal(literal.toString()));
        literal.setLength(0);
        int opening = at;
        List<Token> inner = interpolation();
        Token wrong = wrong(inner, opening, start, oneLine);
        if (wrong != null) {
          skipToEndOfString(quote, oneLine);
          return wrong;
        }
        parts.add(new Token.Part.Interpolation(inner));
      } else if (c == '\\') {
        int escape = at;
        if (!Escapes.append(text, at, literal, this::moveTo)) {
          skipToEndOfString(quote, oneLine);
          int end = Math.min(escape + 2, text.length());
          return error(escape, end, "this escape does not exist");
        }
      } else {
        literal.append(c);
        at++;
      }
    }
    return error(start, start + quote.length(), UNCLOSED + quote);
  }

  private List<Token> interpolation() {
    if (depth >= MAX_DEPTH) {
      int here = at;
      at = text.length();
      return List.of(error(here, here + 2, "strings are nested deeper than " + MAX_DEPTH));
    }
    Lexer inner = new Lexer(text, at + 2, depth + 1);
    List<Token> tokens = inner.tokens(true);
    at = inner.at;
    return tokens;
  }

  /**
   * Returns what is wrong with an interpolation that begins at an offset, or null.
   *
   * <p>What looks like a string within it is the end of the string around, if that has the same
   * quotes: then the interpolation is what has no end.
   *
   * @param start where the string around begins
   */
  private @Nullable Token wrong(List<Token> inner, int opening, int start, boolean oneLine) {
    Token last = inner.getLast();
    if (last.kind() == TokenKind.ERROR) {
      boolean heredoc = last.text().equals(UNCLOSED + HEREDOC) || last.text().equals(NO_LINE_BREAK);
      if (oneLine) {
        return last.text().equals(UNCLOSED + '"')
            ? error(opening, opening + 2, UNCLOSED_PART)
            : last;
      }
      // The reference names the string here, not the part.
      return heredoc
          ? error(
              start,
              start + HEREDOC.length(),
              "in this string a `#{` has no closing }; write \\#{ for the characters")
          : last;
    }
    if (!last.text().equals("}")) {
      return error(opening, opening + 2, UNCLOSED_PART);
    }
    return last.span().start() == opening + 2
        ? error(opening, opening + 3, "`#{}` is empty; write \\#{} for the characters")
        : null;
  }

  private void skipToEndOfString(String quote, boolean oneLine) {
    while (at < text.length() && !(oneLine && text.charAt(at) == '\n')) {
      if (text.startsWith(quote, at)) {
        at += quote.length();
        return;
      }
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    at = Math.min(at, text.length());
  }

  private void skipWhile(IntPredicate wanted) {
    while (at < text.length() && wanted.test(text.codePointAt(at))) {
      at += Character.charCount(text.codePointAt(at));
    }
  }

  private static Token error(int start, int end, String message) {
    return new Token(TokenKind.ERROR, new Span(start, end), message);
  }

  static boolean isNameStart(int c) {
    return c == '_' || Character.isUnicodeIdentifierStart(c);
  }

  /** A hyphen is part of a name: {@code a-b} is one, {@code a - b} a difference. */
  private static boolean isNamePart(int c) {
    return c == '-'
        || c == '_'
        || (Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c));
  }
}
