package io.holdfast.script.syntax;

import io.holdfast.script.DidYouMean;
import io.holdfast.script.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tokens of a source, with the place where the parser is. */
final class TokenStream {
  /** How deep expressions may be nested; keeps the recursion of all later steps bounded. */
  private static final int MAX_DEPTH = 200;

  private final List<Token> tokens;
  private int at;
  private int depth;

  TokenStream(List<Token> tokens, int depth) {
    this.tokens = tokens;
    this.depth = depth;
  }

  /** Returns a stream over the tokens of an interpolation, which is nested where this one is. */
  TokenStream nested(List<Token> inner) {
    return new TokenStream(inner, depth);
  }

  Token peek() {
    return tokens.get(at);
  }

  /** Returns the token after the next one, or the end. */
  Token peekSecond() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  /** Returns the place of the token that was taken last, or of the next one at the beginning. */
  Span lastSpan() {
    return tokens.get(Math.max(0, at - 1)).span();
  }

  boolean is(TokenKind kind) {
    return peek().kind() == kind;
  }

  Token take() {
    Token token = peek();
    if (isWrong(token)) {
      throw new SyntaxException(token.span(), token.text(), null);
    }
    if (at < tokens.size() - 1) {
      at++;
    }
    return token;
  }

  boolean takeIf(TokenKind kind) {
    if (!is(kind)) {
      return false;
    }
    take();
    return true;
  }

  Token expect(TokenKind kind) {
    if (!is(kind)) {
      throw failure(kind.described());
    }
    return take();
  }

  Name expectName() {
    if (is(TokenKind.IDENTIFIER)) {
      Token token = take();
      return new Name(token.text(), token.span());
    }
    if (peek().kind().isKeyword()) {
      String word = peek().text();
      throw new SyntaxException(
          peek().span(),
          "expected a name, but `" + word + "` is a reserved word",
          "write it between backticks: `" + word + "`");
    }
    throw failure("a name");
  }

  /** Returns the error that something else is expected than the next token. */
  SyntaxException failure(String... expected) {
    Token token = peek();
    if (isWrong(token)) {
      return new SyntaxException(token.span(), token.text(), null);
    }
    String wanted = "expected " + Arrays.stream(expected).collect(Collectors.joining(" or "));
    if (token.kind() != TokenKind.END_OF_FILE) {
      return new SyntaxException(
          token.span(), wanted + ", found " + described(token), hint(token, expected));
    }
    if (token.text().equals("}")) {
      return new SyntaxException(token.span(), wanted + ", found `}`", null);
    }
    return at == 0
        ? new SyntaxException(new Span(0, 0), wanted + ", but there is nothing", null)
        : new SyntaxException(token.span(), wanted + " after this, but the file ends", null);
  }

  /** A name where a word of the language is expected may be that word, misspelled. */
  private static @Nullable String hint(Token token, String... expected) {
    if (token.text().startsWith("-")
        && (token.kind() == TokenKind.INTEGER || token.kind() == TokenKind.FLOAT)) {
      return "put a blank after the minus to subtract";
    }
    if (token.kind() != TokenKind.IDENTIFIER) {
      return null;
    }
    List<String> words =
        Arrays.stream(expected)
            .flatMap(phrase -> Arrays.stream(phrase.split("[` ,]+")))
            .filter(TokenKind.KEYWORDS::containsKey)
            .toList();
    return DidYouMean.hint(token.text(), words).orElse(null);
  }

  private static boolean isWrong(Token token) {
    return token.kind() == TokenKind.ERROR || token.kind() == TokenKind.STRANGE;
  }

  private static String described(Token token) {
    return switch (token.kind()) {
      case IDENTIFIER -> "the name `" + token.text() + "`";
      case INTEGER, FLOAT -> "the number " + shortened(token.text());
      default -> token.kind().described();
    };
  }

  private static String shortened(String text) {
    return text.length() <= 24 ? text : text.substring(0, 20) + "…";
  }

  /** Runs a parser one level deeper. */
  <T> T deeper(Supplier<T> parser) {
    if (depth >= MAX_DEPTH) {
      throw new SyntaxException(
          peek().span(), "this is nested deeper than " + MAX_DEPTH + " levels", null);
    }
    depth++;
    try {
      return parser.get();
    } finally {
      depth--;
    }
  }

  /** Parses items with a separator between them; one after the last is allowed if said so. */
  <T> List<T> separated(TokenKind separator, @Nullable TokenKind trailingBefore, Supplier<T> item) {
    List<T> items = new ArrayList<>();
    do {
      if (trailingBefore != null && !items.isEmpty() && is(trailingBefore)) {
        break;
      }
      items.add(item.get());
    } while (takeIf(separator));
    return List.copyOf(items);
  }

  /** Skips to the first token that cannot be read to its end, if there is one. */
  void skipToUnreadable() {
    for (int i = at; i < tokens.size(); i++) {
      if (tokens.get(i).kind() == TokenKind.ERROR) {
        at = i;
        return;
      }
    }
  }

  /** Skips the next token, and more until one at which the test holds, or the end. */
  void skipUntil(BiPredicate<Token, Token> test) {
    while (!is(TokenKind.END_OF_FILE)) {
      at++;
      if (test.test(tokens.get(at - 1), peek())) {
        return;
      }
    }
  }
}
