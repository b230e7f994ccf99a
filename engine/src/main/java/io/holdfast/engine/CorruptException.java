package io.holdfast.engine;

/** Stored bytes are not what was written. Only what they held is affected. */
public final class CorruptException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final long offset;

  /** With its message. */
  public CorruptException(String message, String file, long offset) {
    super(message, null);
    this.file = file;
    this.offset = offset;
  }

  /** The file, as {@link io.holdfast.engine.storage.Storage#describe} names it. */
  public String file() {
    return file;
  }

  /** Where in the file, in bytes. */
  public long offset() {
    return offset;
  }
}
