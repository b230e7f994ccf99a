package io.holdfast.script.syntax;

import io.holdfast.script.Span;
import java.util.List;

/**
 * A word of the language.
 *
 * @param kind what it is
 * @param span where it is
 * @param text the name of an identifier, the digits of a number, the pattern of an extractor, the
 *     message of an error, and the spelling of anything else
 * @param parts what a string is made of; empty for all other kinds
 */
record Token(TokenKind kind, Span span, String text, List<Part> parts) {
  Token(TokenKind kind, Span span, String text) {
    this(kind, span, text, List.of());
  }

  /** A piece of a string. */
  sealed interface Part {
    /**
     * Characters as they are meant, escapes resolved.
     *
     * @param text the characters
     */
    record Literal(String text) implements Part {}

    /**
     * An expression whose value is put in.
     *
     * @param tokens its tokens, the last of them an end of file at the closing brace
     */
    record Interpolation(List<Token> tokens) implements Part {}
  }
}
