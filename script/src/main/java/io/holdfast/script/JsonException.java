package io.holdfast.script;

/** A JSON text that cannot be read, or a value that cannot be written. The message says where. */
public final class JsonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final int offset;

  JsonException(String message, int offset) {
    this(message, message, offset);
  }

  JsonException(String message, String reason, int offset) {
    super(message);
    this.reason = reason;
    this.offset = offset;
  }

  /**
   * Returns what is wrong, for those who say themselves where.
   *
   * @return the message without the place
   */
  public String reason() {
    return reason;
  }

  /**
   * Returns where reading stopped.
   *
   * @return the place in bytes from the beginning of the text, or -1 if it was about writing
   */
  public int offset() {
    return offset;
  }
}
