package io.holdfast.pipeline.config;

/**
 * A place in a file that a person wrote.
 *
 * @param file the file as the person named it
 * @param line from 1
 * @param column from 1, in characters
 */
public record Location(String file, int line, int column) {
  /** {@code file:line:column}. */
  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
