package io.holdfast.engine;

/** The bundle is larger than any that this buffer can ever take. The message names both sizes. */
public final class TooLargeException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  /** With its message. */
  public TooLargeException(String message) {
    super(message, null);
  }
}
