package io.holdfast.script.syntax;

import io.holdfast.script.Span;
import java.util.function.IntConsumer;

/** Reads a number literal. */
final class NumberScanner {
  private final String text;
  private final int start;
  private int at;

  NumberScanner(String text, int start) {
    this.text = text;
    this.start = start;
    this.at = start;
  }

  /** Reads the literal that begins at the offset, and says where it ends. */
  Token scan(IntConsumer moveTo) {
    Token token = text.startsWith("0x", start) ? hexadecimal() : decimal();
    moveTo.accept(at);
    return token;
  }

  private Token hexadecimal() {
    at += 2;
    String digits = digits(16);
    return digits.isEmpty()
        ? new Token(TokenKind.ERROR, new Span(start, at), "hexadecimal digits must follow 0x")
        : token(TokenKind.INTEGER, "0x" + digits);
  }

  private Token decimal() {
    StringBuilder number = new StringBuilder(digits(10));
    if (!(peek(0) == '.' && Character.digit(peek(1), 10) >= 0)) {
      return token(TokenKind.INTEGER, number.toString());
    }
    at++;
    number.append('.').append(digits(10));
    if (peek(0) == 'e' || peek(0) == 'E') {
      int sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
      if (Character.digit(peek(1 + sign), 10) >= 0) {
        number.append(text, at, at + 1 + sign);
        at += 1 + sign;
        number.append(digits(10));
      }
    }
    return token(TokenKind.FLOAT, number.toString());
  }

  private String digits(int radix) {
    StringBuilder digits = new StringBuilder();
    while (peek(0) < 128 && (Character.digit(peek(0), radix) >= 0 || peek(0) == '_')) {
      char c = text.charAt(at++);
      if (c != '_') {
        digits.append(c);
      }
    }
    return digits.toString();
  }

  private char peek(int ahead) {
    return at + ahead < text.length() ? text.charAt(at + ahead) : '\0';
  }

  private Token token(TokenKind kind, String number) {
    return new Token(kind, new Span(start, at), number);
  }
}
