package io.holdfast.engine;

import org.jspecify.annotations.Nullable;

/**
 * The disk or the operating system refused, or memory for what was to be read. The cause is its own
 * word.
 */
public final class StorageException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  /** With its message. */
  public StorageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
