package io.holdfast.server;

import org.jspecify.annotations.Nullable;

/** The machine says no: a directory that cannot be written, for instance. */
public final class EnvironmentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A refusal.
   *
   * @param message what, where and what to do, a sentence for a person
   * @param cause the system's own word, null when there is none
   */
  public EnvironmentException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
