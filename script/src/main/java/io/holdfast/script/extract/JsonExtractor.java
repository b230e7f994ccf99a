package io.holdfast.script.extract;

import io.holdfast.script.Json;
import io.holdfast.script.JsonException;

/** {@code json||}: the value that a string is in JSON. */
final class JsonExtractor {
  private JsonExtractor() {}

  static Extractor of(String pattern) {
    return (text, _) -> {
      try {
        return Json.parse(text);
      } catch (JsonException e) {
        return null;
      }
    };
  }
}
