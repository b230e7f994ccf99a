package io.holdfast.engine;

import org.jspecify.annotations.Nullable;

/** Stored bytes are not what was written. Only what they held is affected. */
public final class CorruptException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final long offset;

  /** With its message. */
  public CorruptException(String message, String file, long offset) {
    this(message, file, offset, null);
  }

  /** With its message and what was thrown where the bytes were read. */
  public CorruptException(String message, String file, long offset, @Nullable Throwable cause) {
    super(message, cause);
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
