package io.holdfast.engine;

import org.jspecify.annotations.Nullable;

/**
 * There is no room, in the buffer's cap or on the disk. Nothing was kept; try again later: room
 * comes as subscribers resolve bundles, or as somebody frees the disk.
 */
public final class BufferFullException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  /** With its message. */
  public BufferFullException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
