package io.holdfast.interop;

import java.util.Set;
import java.util.TreeSet;

/** Sets of sequences as the manifest writes them: {@code 0-3,5}. */
final class Sequences {
  private Sequences() {}

  static Set<Long> parse(String text) {
    Set<Long> all = new TreeSet<>();
    for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      int dash = part.indexOf('-');
      long first = Long.parseLong(dash < 0 ? part : part.substring(0, dash));
      long last = Long.parseLong(part.substring(dash + 1));
      for (long sequence = first; sequence <= last; sequence++) {
        all.add(sequence);
      }
    }
    return all;
  }
}
