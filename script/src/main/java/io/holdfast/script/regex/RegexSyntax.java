package io.holdfast.script.regex;

/**
 * Makes the classes of an expression those of Unicode: {@code \d} is any decimal digit, {@code \w}
 * any letter, mark, digit or connector, {@code \s} any white space.
 */
final class RegexSyntax {
  private RegexSyntax() {}

  static String translate(String text) {
    // What has no escape has no class to translate.
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder translated = new StringBuilder();
    boolean inSet = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        translated.append(escape(text.charAt(++i), inSet));
      } else {
        // A bracket that comes first is one of the set.
        if (c == '[' && !inSet) {
          inSet = true;
          int first = text.startsWith("^", i + 1) ? i + 2 : i + 1;
          translated.append(text, i, first);
          i = first - 1;
          if (text.startsWith("]", first)) {
            translated.append("\\]");
            i = first;
          }
          continue;
        }
        inSet &= c != ']';
        translated.append(c);
      }
    }
    return translated.toString();
  }

  private static String escape(char c, boolean inSet) {
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
