package io.holdfast.engine;

import org.jspecify.annotations.Nullable;

/**
 * There is no room, in the buffer's cap or on the disk. Nothing was kept; try again later: room
 * comes as subscribers resolve bundles, or as somebody frees the disk.
 */
public final class BufferFullException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  /** Whether the cap is what it is about. */
  private final boolean cap;

  /**
   * With its message.
   *
   * @param cap see {@link #isCap}
   */
  public BufferFullException(String message, boolean cap, @Nullable Throwable cause) {
    super(message, cause);
    this.cap = cap;
  }

  /**
   * Whether a cap leaves no room, the buffer's own or that of a budget that it shares: then room
   * comes as bundles are resolved and dead letters go. Else it is the filesystem, which others may
   * have filled, or what is on its way to it.
   */
  public boolean isCap() {
    return cap;
  }
}
