package io.holdfast.script.compile;

import io.holdfast.script.Value;
import org.jspecify.annotations.Nullable;

/** Ends a script early, by {@code drop} or {@code emit}, also from within a function. */
final class Halt extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Output output;

  /**
   * What is emitted.
   *
   * @param port the name of the port
   * @param value the event
   */
  record Output(String port, Value value) {}

  private Halt(@Nullable Output output) {
    super(null, null, false, false);
    this.output = output;
  }

  static Halt drop() {
    return new Halt(null);
  }

  static Halt emit(String port, Value value) {
    return new Halt(new Output(port, value));
  }

  /** Returns what is emitted, or null if the event is dropped. */
  @Nullable Output output() {
    return output;
  }
}
