package io.holdfast.script.extract;

import java.util.ArrayList;
import java.util.List;

/** Splits strings at separators, which patterns may write with escapes. */
final class Splitting {
  private Splitting() {}

  /** Returns the parts of a text between the occurrences of some separators, none of them empty. */
  static List<String> at(String text, List<String> separators) {
    List<String> parts = List.of(text);
    for (String separator : separators) {
      List<String> smaller = new ArrayList<>();
      for (String part : parts) {
        int from = 0;
        for (int end = part.indexOf(separator); end >= 0; end = part.indexOf(separator, from)) {
          smaller.add(part.substring(from, end));
          from = end + separator.length();
        }
        smaller.add(part.substring(from));
      }
      parts = smaller;
    }
    return parts;
  }

  /** Returns a text of a pattern with its escapes resolved. */
  static String unescaped(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
        c = i < text.length() ? escaped(text.charAt(i)) : escaped('\0');
      }
      plain.append(c);
    }
    return plain.toString();
  }

  private static char escaped(char c) {
    return switch (c) {
      case '\\' -> c;
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      default -> throw new BadPattern("a `\\` must be followed by one of `\\`, `n`, `t` and `r`");
    };
  }
}
