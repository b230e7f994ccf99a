package io.holdfast.script.extract;

import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import io.holdfast.script.regex.GrokPattern;
import io.holdfast.script.regex.Regex;

/**
 * {@code re|(?P<a>x+)|} and {@code rerg|…|}: what the named groups of the first match hold, or of
 * all matches; {@code grok|%{IP:client} …|}: what named patterns find.
 */
final class RegexExtractor {
  private RegexExtractor() {}

  static Extractor first(String pattern, boolean bound) {
    Regex regex = compile(pattern);
    return bound
        ? (text, _) -> regex.captures(text)
        : (text, _) -> regex.isFoundIn(text) ? Value.TRUE : null;
  }

  /** Without a match, the result is empty, but a pattern whose result nobody takes fails. */
  static Extractor all(String pattern, boolean bound) {
    Regex regex = compile(pattern);
    return (text, _) -> {
      RecordValue found = regex.allCaptures(text);
      return bound || found.size() > 0 ? found : null;
    };
  }

  static Extractor grok(String pattern, boolean bound) {
    try {
      GrokPattern grok = GrokPattern.compile(pattern);
      return (text, _) -> grok.match(text);
    } catch (IllegalArgumentException e) {
      throw new BadPattern(String.valueOf(e.getMessage()));
    }
  }

  private static Regex compile(String pattern) {
    try {
      return Regex.compile(pattern);
    } catch (IllegalArgumentException e) {
      throw new BadPattern(String.valueOf(e.getMessage()));
    }
  }
}
