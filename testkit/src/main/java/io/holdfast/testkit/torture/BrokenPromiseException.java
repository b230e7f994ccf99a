package io.holdfast.testkit.torture;

/** The engine did not keep what it had promised; the message says what. */
public final class BrokenPromiseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what was not kept. */
  BrokenPromiseException(String message) {
    super(message);
  }

  /** Says what was not kept, and what the engine said. */
  BrokenPromiseException(String message, Throwable cause) {
    super(message, cause);
  }
}
