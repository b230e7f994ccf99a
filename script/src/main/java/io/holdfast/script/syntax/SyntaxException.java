package io.holdfast.script.syntax;

import io.holdfast.script.Span;
import org.jspecify.annotations.Nullable;

/** Ends the parsing of a statement that makes no sense. Never leaves the parser. */
final class SyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Span span;
  private final @Nullable String hint;

  SyntaxException(Span span, String message, @Nullable String hint) {
    super(message, null, false, false);
    this.span = span;
    this.hint = hint;
  }

  void reportTo(Problems problems) {
    String message = getMessage();
    problems.error(span, message == null ? "syntax error" : message, hint);
  }
}
