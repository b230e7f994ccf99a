package io.holdfast.engine;

/** A file is of a version or configuration that this engine does not know; it was not touched. */
public final class UnsupportedVersionException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  /** With its message. */
  public UnsupportedVersionException(String message) {
    super(message, null);
  }
}
