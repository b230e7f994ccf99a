package io.holdfast.script.compile;

/** Ends a script early, by {@code drop} or {@code emit}. What it emits is in the frame. */
final class Halt extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Halt() {
    super(null, null, false, false);
  }
}
