package io.holdfast.connectors.codec;

/** A value that has no form in a codec, or bytes that are not in its form. */
public final class CodecException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final int offset;

  /** With a sentence that says what is wrong. */
  public CodecException(String message) {
    this(message, 0);
  }

  /** With a sentence that says what is wrong at an offset in bytes. */
  CodecException(String message, int offset) {
    this(message, message, offset);
  }

  /**
   * With a sentence that says what is wrong, and where.
   *
   * @param reason the sentence without the place
   * @param offset where reading stopped, in bytes from the beginning
   */
  public CodecException(String message, String reason, int offset) {
    super(message);
    this.reason = reason;
    this.offset = offset;
  }

  /** What is wrong, for those who say themselves where. */
  public String reason() {
    return reason;
  }

  /** Where reading stopped, in bytes from the beginning; 0 if no place is known. */
  public int offset() {
    return offset;
  }
}
