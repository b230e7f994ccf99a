package io.holdfast.script.library;

import io.holdfast.script.Environment;
import java.net.URI;

/** What a function can see beside its arguments. */
public interface CallContext {
  /**
   * Returns the world around.
   *
   * @return the environment
   */
  Environment environment();

  /**
   * Returns when the event came in.
   *
   * @return nanoseconds since 1970-01-01T00:00Z
   */
  long ingestNanos();

  /**
   * Returns where the event came from.
   *
   * @return its origin
   */
  URI origin();
}
