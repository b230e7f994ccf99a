package io.holdfast.engine.ipc;

import java.io.IOException;

/** Bytes that are not the Arrow IPC data that they should be. */
public final class MalformedIpcException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What is wrong with them. */
  public MalformedIpcException(String message) {
    super(message);
  }

  /** What is wrong with them, and what found it. */
  public MalformedIpcException(String message, Throwable cause) {
    super(message, cause);
  }
}
