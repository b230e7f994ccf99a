package io.holdfast.script.extract;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The extractors by their names. */
public final class Extractors {
  private static final Map<String, Function<String, Extractor>> BY_NAME =
      new TreeMap<>(
          Map.of(
              "base64", Base64Extractor::of,
              "cidr", CidrExtractor::of,
              "dissect", DissectExtractor::of,
              "glob", GlobExtractor::of,
              "json", JsonExtractor::of,
              "kv", KeyValueExtractor::of));

  private Extractors() {}

  /**
   * Makes an extractor.
   *
   * @param name its name
   * @param pattern the text between the bars
   * @return the extractor, or null if there is none of this name
   * @throws BadPattern if the text is no pattern of this extractor
   */
  public static @Nullable Extractor make(String name, String pattern) {
    Function<String, Extractor> maker = BY_NAME.get(name);
    return maker == null ? null : maker.apply(pattern);
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
