package io.holdfast.engine;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything that the engine throws for a reason outside the calling code. The message
 * says what happened, where, and what to do. The subclasses are told apart by what the caller can
 * do.
 */
public abstract sealed class HoldfastException extends RuntimeException
    permits BufferFullException,
        ClosedException,
        CorruptException,
        LockedException,
        OutcomeUnknownException,
        StorageException,
        TooLargeException,
        UnsupportedVersionException {
  private static final long serialVersionUID = 1L;

  HoldfastException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
