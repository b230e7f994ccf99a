package io.holdfast.script.compile;

import io.holdfast.script.Value;
import org.jspecify.annotations.Nullable;

/** A compiled pattern. Immutable: what it binds goes into the frame. */
@FunctionalInterface
interface Matcher {
  /**
   * Tests a value.
   *
   * @return what the pattern makes of the value, or null if it does not match
   */
  @Nullable Value match(Value value, Frame frame);
}
