package io.holdfast.script.regex;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the classes of an expression those of Unicode: {@code \d} is any decimal digit, {@code \w}
 * any letter, mark, digit or connector, {@code \s} any white space. What would mean something else
 * here than where the language comes from is refused.
 */
final class RegexSyntax {
  private static final Pattern VERBOSE = Pattern.compile("^\\(\\?([imsU]*)x([imsU]*)\\)");

  private final String text;
  private final StringBuilder translated = new StringBuilder();
  private int at;

  private RegexSyntax(String text) {
    this.text = text;
  }

  /**
   * Translates an expression.
   *
   * @throws IllegalArgumentException if it has something that cannot be translated
   */
  static String translate(String text) {
    Matcher verbose = VERBOSE.matcher(text);
    String plain = verbose.find() ? withoutBlanks(text, verbose) : text;
    // What has no escape and no class is the same in both.
    if (plain.indexOf('\\') < 0 && plain.indexOf('[') < 0) {
      return plain;
    }
    return new RegexSyntax(plain).translate();
  }

  /** With the flag x, blanks and comments are there for people only. */
  private static String withoutBlanks(String text, Matcher verbose) {
    String flags = verbose.group(1) + verbose.group(2);
    StringBuilder plain = new StringBuilder(flags.isEmpty() ? "" : "(?" + flags + ")");
    for (int i = verbose.end(); i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '#') {
        int end = text.indexOf('\n', i);
        i = end < 0 ? text.length() : end;
      } else if (c == '\\' && i + 1 < text.length()) {
        char escaped = text.charAt(++i);
        plain.append(Character.isWhitespace(escaped) ? "" : "\\").append(escaped);
      } else if (!Character.isWhitespace(c)) {
        plain.append(c);
      }
    }
    return plain.toString();
  }

  private String translate() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\') {
        escape(false);
      } else if (c == '[') {
        set();
      } else {
        translated.append(c);
        at++;
      }
    }
    return translated.toString();
  }

  /** Translates a class in brackets; a bracket that comes first is one of its members. */
  private void set() {
    copy(text.startsWith("^", at + 1) ? 2 : 1);
    if (text.startsWith("]", at)) {
      translated.append("\\]");
      at++;
    }
    while (at < text.length() && text.charAt(at) != ']') {
      if (text.charAt(at) == '\\') {
        escape(true);
      } else if (text.startsWith("[:", at) && text.indexOf(":]", at + 2) > 0) {
        copy(text.indexOf(":]", at + 2) + 2 - at);
      } else {
        checkMember();
        copy(1);
      }
    }
    if (at < text.length()) {
      copy(1);
    }
  }

  private void checkMember() {
    if (text.charAt(at) == '[') {
      throw new IllegalArgumentException(
          "a class cannot stand within a class; a bracket as a character is written `\\[`");
    }
    for (String operator : new String[] {"&&", "--", "~~"}) {
      if (text.startsWith(operator, at)) {
        throw new IllegalArgumentException(
            "the operator `"
                + operator
                + "` of classes is not known here; as characters they are written `\\"
                + operator.charAt(0)
                + "\\"
                + operator.charAt(0)
                + "`");
      }
    }
  }

  private void copy(int length) {
    translated.append(text, at, at + length);
    at += length;
  }

  private void escape(boolean inSet) {
    if (at + 1 == text.length()) {
      copy(1);
      return;
    }
    char c = text.charAt(at + 1);
    at += 2;
    switch (c) {
      case 'u' -> codePoint(4);
      case 'U' -> codePoint(8);
      default -> translated.append(escaped(c, inSet));
    }
  }

  /** Translates the rest of an escape with a code point: its digits, or digits in braces. */
  private void codePoint(int digits) {
    if (text.startsWith("{", at)) {
      translated.append("\\x");
    } else if (at + digits <= text.length()) {
      translated.append("\\x{").append(text, at, at + digits).append('}');
      at += digits;
    } else {
      throw new IllegalArgumentException("an escape needs " + digits + " hexadecimal digits");
    }
  }

  private static String escaped(char c, boolean inSet) {
    return switch (c) {
      case 'd' -> "\\p{Nd}";
      case 'D' -> "\\P{Nd}";
      case 'w' -> inSet ? "\\pL\\pM\\p{Nd}\\p{Pc}" : "[\\pL\\pM\\p{Nd}\\p{Pc}]";
      case 'W' -> inSet ? "\\W" : "[^\\pL\\pM\\p{Nd}\\p{Pc}]";
      case 's' -> inSet ? "\\t-\\r \\x{85}\\pZ" : "[\\t-\\r \\x{85}\\pZ]";
      case 'S' -> inSet ? "\\S" : "[^\\t-\\r \\x{85}\\pZ]";
      default -> "\\" + c;
    };
  }
}
