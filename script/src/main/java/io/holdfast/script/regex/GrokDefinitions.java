package io.holdfast.script.regex;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The patterns that grok knows by name. */
final class GrokDefinitions {
  private static final Map<String, String> BY_NAME = read();

  private GrokDefinitions() {}

  static @Nullable String get(String name) {
    return BY_NAME.get(name);
  }

  private static Map<String, String> read() {
    Map<String, String> definitions = new HashMap<>();
    try (InputStream in =
        Objects.requireNonNull(GrokDefinitions.class.getResourceAsStream("grok.patterns"))) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      text.lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .forEach(
              line -> {
                int space = line.indexOf(' ');
                definitions.put(line.substring(0, space), line.substring(space + 1));
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return definitions;
  }
}
