package io.holdfast.script.extract;

import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code kv|%{key}=%{val} |}: pairs of key and value. What stands between key and value, and after
 * the value, separates them; the pattern may name several of both.
 */
final class KeyValueExtractor {
  private static final Pattern PAIR = Pattern.compile("%\\{key\\}([^%]+)%\\{val\\}([^%]*+)");

  private KeyValueExtractor() {}

  static Extractor of(String pattern) {
    StringBuilder betweenKeyAndValue = new StringBuilder();
    StringBuilder betweenPairs = new StringBuilder();
    Matcher matcher = PAIR.matcher(pattern);
    int end = 0;
    while (matcher.find() && matcher.start() == end) {
      betweenKeyAndValue.append(matcher.group(1));
      betweenPairs.append(matcher.group(2));
      end = matcher.end();
    }
    if (end != pattern.length()) {
      throw new BadPattern("a kv pattern looks like %{key}=%{val}, with what follows a value");
    }
    String keyEnds = betweenKeyAndValue.toString();
    String pairEnds = betweenPairs.toString();
    return (text, _) -> {
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
    };
  }
}
