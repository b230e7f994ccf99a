package io.holdfast.script.extract;

import java.util.ArrayList;
import java.util.List;

/** Splits strings. */
final class Splitting {
  private Splitting() {}

  /** Returns the parts of a text between the chars that are one of some. */
  static List<String> at(String text, String separators) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      if (separators.indexOf(text.charAt(i)) >= 0) {
        parts.add(text.substring(from, i));
        from = i + 1;
      }
    }
    parts.add(text.substring(from));
    return parts;
  }
}
