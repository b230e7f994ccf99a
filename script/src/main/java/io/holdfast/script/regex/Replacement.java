package io.holdfast.script.regex;

import com.google.re2j.Matcher;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fills the groups of a match into a replacement. */
final class Replacement {
  private Replacement() {}

  static void append(
      String replacement, Matcher matcher, Map<String, Integer> names, StringBuilder out) {
    int at = 0;
    while (at < replacement.length()) {
      char c = replacement.charAt(at);
      if (c != '$') {
        out.append(c);
        at++;
      } else if (replacement.startsWith("$$", at)) {
        out.append('$');
        at += 2;
      } else {
        boolean braces = replacement.startsWith("${", at);
        int from = at + (braces ? 2 : 1);
        int to = braces ? replacement.indexOf('}', from) : endOfName(replacement, from);
        if (to <= from) {
          out.append('$');
          at++;
        } else {
          String part = group(replacement.substring(from, to), matcher, names);
          out.append(part == null ? "" : part);
          at = braces ? to + 1 : to;
        }
      }
    }
  }

  private static int endOfName(String text, int from) {
    int to = from;
    while (to < text.length() && (isLetterOrDigit(text.charAt(to)) || text.charAt(to) == '_')) {
      to++;
    }
    return to;
  }

  private static boolean isLetterOrDigit(char c) {
    return c < 128 && Character.isLetterOrDigit(c);
  }

  private static @Nullable String group(String name, Matcher matcher, Map<String, Integer> names) {
    Integer group = names.get(name);
    if (group == null && name.chars().allMatch(Character::isDigit) && name.length() < 9) {
      int number = Integer.parseInt(name);
      group = number <= matcher.groupCount() ? number : null;
    }
    return group == null ? null : matcher.group(group);
  }
}
