package io.holdfast.pipeline.config;

/**
 * Something that is wrong in a file that a person wrote.
 *
 * @param location where
 * @param message what is wrong and what to do, one sentence
 */
public record ConfigError(Location location, String message) {
  /** {@code file:line:column: message}. */
  @Override
  public String toString() {
    return location + ": " + message;
  }
}
