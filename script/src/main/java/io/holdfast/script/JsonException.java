package io.holdfast.script;

/** A JSON text that cannot be read, or a value that cannot be written. The message says where. */
public final class JsonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int offset;

  JsonException(String message, int offset) {
    super(message);
    this.offset = offset;
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
