package io.holdfast.script.library;

import io.holdfast.script.Json;
import io.holdfast.script.Value;

/** How values look within strings. */
public final class Texts {
  private Texts() {}

  /**
   * Returns the text of a value.
   *
   * @param value the value
   * @return a string as it is, anything else as JSON
   */
  public static String of(Value value) {
    return value instanceof Value.Text text ? text.value() : Json.write(value);
  }
}
