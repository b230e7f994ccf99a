package io.holdfast.connectors.codec;

/** A value that has no form in a codec, or bytes that are not in its form. */
public final class CodecException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a sentence that says what is wrong. */
  public CodecException(String message) {
    super(message);
  }
}
