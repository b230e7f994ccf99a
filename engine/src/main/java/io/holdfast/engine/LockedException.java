package io.holdfast.engine;

/** The directory is open elsewhere. The message names the owner. */
public final class LockedException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  /** With its message. */
  public LockedException(String message) {
    super(message, null);
  }
}
