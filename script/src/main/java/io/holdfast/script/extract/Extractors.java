package io.holdfast.script.extract;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The extractors by their names. */
public final class Extractors {
  private static final Map<String, Maker> BY_NAME =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("base64", (_, bound) -> Base64Extractor.of(bound)),
              Map.entry("cidr", (pattern, _) -> CidrExtractor.of(pattern)),
              Map.entry("datetime", (pattern, _) -> DatetimeExtractor.of(pattern)),
              Map.entry("dissect", (pattern, _) -> DissectExtractor.of(pattern)),
              Map.entry("glob", (pattern, _) -> GlobExtractor.of(pattern)),
              Map.entry("grok", RegexExtractor::grok),
              Map.entry("influx", InfluxExtractor::of),
              Map.entry("json", (pattern, _) -> JsonExtractor.of(pattern)),
              Map.entry("kv", (pattern, _) -> KeyValueExtractor.of(pattern)),
              Map.entry("re", RegexExtractor::first),
              Map.entry("rerg", RegexExtractor::all)));

  private Extractors() {}

  /** Makes extractors of one name. */
  @FunctionalInterface
  private interface Maker {
    Extractor make(String pattern, boolean bound);
  }

  /**
   * Makes an extractor.
   *
   * @param name its name, in any case
   * @param pattern the text between the bars
   * @param bound whether its result gets a name, so that it matters beyond being one
   * @return the extractor, or null if there is none of this name
   * @throws BadPattern if the text is no pattern of this extractor
   */
  public static @Nullable Extractor make(String name, String pattern, boolean bound) {
    Maker maker = BY_NAME.get(name.toLowerCase(Locale.ROOT));
    return maker == null ? null : maker.make(pattern, bound);
  }

  /**
   * Returns the names of all extractors.
   *
   * @return the names, in alphabetical order
   */
  public static Set<String> names() {
    return BY_NAME.keySet();
  }
}
