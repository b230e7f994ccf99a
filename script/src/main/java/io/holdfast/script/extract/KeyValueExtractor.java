package io.holdfast.script.extract;

import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code kv|%{key}=%{val} |}: pairs of key and value. What stands between a key and its value
 * separates the two; what stands before a key or behind a value separates pairs. The pattern may
 * name several of both; without any, they are a colon and a blank.
 */
final class KeyValueExtractor {
  private static final String KEY = "%{key}";
  private static final String VALUE = "%{val}";

  private final List<String> keyEnds = new ArrayList<>();
  private final List<String> pairEnds = new ArrayList<>();

  private KeyValueExtractor(String pattern) {
    int at = 0;
    while (at < pattern.length()) {
      int key = pattern.indexOf(KEY, at);
      int pairEnd = key < 0 ? pattern.length() : key;
      add(pairEnds, pattern.substring(at, pairEnd));
      if (key < 0) {
        break;
      }
      int value = pattern.indexOf(VALUE, key);
      if (value < 0) {
        throw new BadPattern("behind `%{key}` a `%{val}` is needed");
      }
      add(keyEnds, pattern.substring(key + KEY.length(), value));
      at = value + VALUE.length();
    }
    if (keyEnds.isEmpty()) {
      keyEnds.add(":");
    }
    if (pairEnds.isEmpty()) {
      pairEnds.add(" ");
    }
    List<String> ends = Stream.concat(keyEnds.stream(), pairEnds.stream()).toList();
    for (int i = 0; i < ends.size(); i++) {
      for (int j = 0; j < ends.size(); j++) {
        boolean areAlike = (i < keyEnds.size()) == (j < keyEnds.size());
        boolean isIn = i != j && ends.get(i).contains(ends.get(j));
        if (isIn && !(areAlike && ends.get(i).equals(ends.get(j)))) {
          throw new BadPattern(
              "`" + ends.get(j) + "` cannot be a separator beside `" + ends.get(i) + "`");
        }
      }
    }
  }

  static Extractor of(String pattern) {
    KeyValueExtractor extractor = new KeyValueExtractor(pattern);
    return (text, _) -> extractor.extract(text);
  }

  private static void add(List<String> separators, String text) {
    if (!text.isEmpty()) {
      separators.add(Splitting.unescaped(text));
    }
  }

  private @Nullable Value extract(String text) {
    RecordValue.Builder found = RecordValue.builder();
    boolean any = false;
    for (String pair : Splitting.at(text, pairEnds)) {
      List<String> parts = Splitting.at(pair, keyEnds);
      if (parts.size() == 2) {
        found.put(parts.get(0), Value.of(parts.get(1)));
        any = true;
      }
    }
    return any ? found.build() : null;
  }
}
