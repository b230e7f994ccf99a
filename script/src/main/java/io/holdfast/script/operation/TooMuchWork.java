package io.holdfast.script.operation;

/** Ends an operation on values that have too many parts. */
public final class TooMuchWork extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TooMuchWork() {
    super("a value has too many parts to be compared or merged", null, false, false);
  }
}
