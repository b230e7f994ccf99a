package io.holdfast.engine;

/** The buffer or the subscriber is closed. */
public final class ClosedException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  /** With its message. */
  public ClosedException(String message) {
    super(message, null);
  }
}
