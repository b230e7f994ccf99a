package io.holdfast.script.extract;

import io.holdfast.script.Value;
import org.jspecify.annotations.Nullable;

/** Takes a string apart. Immutable. */
@FunctionalInterface
public interface Extractor {
  /**
   * Takes a string apart.
   *
   * @param text the string
   * @return what is in it, or null if it does not match
   */
  @Nullable Value extract(String text);
}
