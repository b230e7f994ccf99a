package io.holdfast.engine;

import org.jspecify.annotations.Nullable;

/**
 * The disk failed in a way that leaves open whether the bundle is kept: it may be delivered later.
 * To append it again may deliver it twice.
 */
public final class OutcomeUnknownException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  /** With its message. */
  public OutcomeUnknownException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
