package io.holdfast.script.syntax;

import io.holdfast.script.Span;
import java.util.function.IntConsumer;

/**
 * Reads a number literal, with the minus that stands right before it.
 *
 * <p>A number ends where something follows that can be no part of a name: {@code 1e3}, {@code 5-3}
 * and {@code 1.5x} are errors at the character after the digits.
 */
final class NumberScanner {
  private static final int DECIMAL = 10;
  private static final int HEXADECIMAL = 16;

  private final String text;
  private final int start;
  private int at;

  NumberScanner(String text, int start) {
    this.text = text;
    this.start = start;
    this.at = start;
  }

  /** Returns whether a number begins at an offset. */
  static boolean startsAt(String text, int offset) {
    int digit = text.charAt(offset) == '-' ? offset + 1 : offset;
    return digit < text.length() && text.charAt(digit) >= '0' && text.charAt(digit) <= '9';
  }

  /** Reads the literal that begins at the offset, and says where it ends. */
  Token scan(IntConsumer moveTo) {
    Token token = number();
    moveTo.accept(at);
    return token;
  }

  private Token number() {
    String sign = peek() == '-' ? "-" : "";
    at += sign.length();
    String whole = digits(DECIMAL);
    if (peek() == '.') {
      return real(sign + whole);
    }
    if (peek() == 'x') {
      return hexadecimal(sign, whole);
    }
    return Lexer.isNameStart(peek()) || peek() == '-'
        ? runsOn()
        : token(TokenKind.INTEGER, sign + whole);
  }

  private Token hexadecimal(String sign, String whole) {
    at++;
    String digits = digits(HEXADECIMAL);
    if (!whole.equals("0") || digits.isEmpty() || Lexer.isNameStart(peek()) || peek() == '-') {
      while (Lexer.isNameStart(peek()) || Character.isDigit(peek())) {
        at += Character.charCount(peek());
      }
      return error(start, "a hexadecimal number is 0x and the digits 0 to 9 and a to f");
    }
    return token(TokenKind.INTEGER, sign + "0x" + digits);
  }

  private Token real(String whole) {
    at++;
    String mantissa = whole + "." + digits(DECIMAL);
    if (peek() != 'e') {
      return Lexer.isNameStart(peek()) || peek() == '-'
          ? runsOn()
          : token(TokenKind.FLOAT, mantissa);
    }
    at++;
    String sign = peek() == '+' || peek() == '-' ? Character.toString(peek()) : "";
    at += sign.length();
    String exponent = digits(DECIMAL);
    return exponent.isEmpty()
        ? error(start, "the exponent of this float has no digits")
        : token(TokenKind.FLOAT, mantissa + "e" + sign + exponent);
  }

  private String digits(int radix) {
    StringBuilder digits = new StringBuilder();
    while (peek() < 128 && (Character.digit(peek(), radix) >= 0 || peek() == '_')) {
      char c = text.charAt(at++);
      if (c != '_') {
        digits.append(c);
      }
    }
    return digits.toString();
  }

  private int peek() {
    return at < text.length() ? text.codePointAt(at) : '\0';
  }

  /** The rest is skipped: it is no part of the program that makes sense on its own. */
  private Token runsOn() {
    int here = at;
    String message =
        peek() == '-'
            ? "a minus must not follow a number directly; put blanks around it to subtract"
            : "a number must not run into what follows; put a blank between them";
    while (Lexer.isNameStart(peek()) || peek() == '-' || Character.isDigit(peek())) {
      at += Character.charCount(peek());
    }
    return error(here, message);
  }

  private Token error(int from, String message) {
    return new Token(TokenKind.ERROR, new Span(from, Math.max(at, from + 1)), message);
  }

  private Token token(TokenKind kind, String number) {
    return new Token(kind, new Span(start, at), number);
  }
}
