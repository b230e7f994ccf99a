package io.holdfast.pipeline.runtime;

/** What is wrong, in words. */
final class Reasons {
  private Reasons() {}

  /** The message of a failure, or its class where it has none. */
  static String of(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.toString() : message;
  }
}
