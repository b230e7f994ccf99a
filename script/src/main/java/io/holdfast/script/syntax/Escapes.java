package io.holdfast.script.syntax;

import java.util.function.IntConsumer;

/** The escapes of string literals. */
final class Escapes {
  private static final int UNICODE_DIGITS = 4;

  private Escapes() {}

  /**
   * Appends what the escape at an offset stands for.
   *
   * @param text the source
   * @param at the offset of the backslash
   * @param out gets the characters
   * @param moveTo gets the offset after the escape; not called if there is no such escape
   * @return whether there is such an escape
   */
  static boolean append(String text, int at, StringBuilder out, IntConsumer moveTo) {
    if (at + 1 >= text.length()) {
      return false;
    }
    char c = text.charAt(at + 1);
    if (c == 'u') {
      return appendUnicode(text, at, out, moveTo);
    }
    int index = "\"'\\/#bfnrt".indexOf(c);
    if (index < 0) {
      return false;
    }
    out.append("\"'\\/#\b\f\n\r\t".charAt(index));
    moveTo.accept(at + 2);
    return true;
  }

  private static boolean appendUnicode(String text, int at, StringBuilder out, IntConsumer moveTo) {
    int first = hex(text, at + 2);
    if (first < 0) {
      return false;
    }
    int next = at + 2 + UNICODE_DIGITS;
    if (!Character.isSurrogate((char) first)) {
      out.append((char) first);
      moveTo.accept(next);
      return true;
    }
    int second = text.startsWith("\\u", next) ? hex(text, next + 2) : -1;
    if (second < 0 || !Character.isSurrogatePair((char) first, (char) second)) {
      return false;
    }
    out.append((char) first).append((char) second);
    moveTo.accept(next + 2 + UNICODE_DIGITS);
    return true;
  }

  private static int hex(String text, int at) {
    if (at + UNICODE_DIGITS > text.length()) {
      return -1;
    }
    int value = 0;
    for (int i = at; i < at + UNICODE_DIGITS; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      value = value * 16 + digit;
    }
    return value;
  }
}
