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
   * @param ingestNanos when the event came in, in nanoseconds since 1970-01-01T00:00Z
   * @return what is in it, or null if it does not match
   */
  @Nullable Value extract(String text, long ingestNanos);
}
