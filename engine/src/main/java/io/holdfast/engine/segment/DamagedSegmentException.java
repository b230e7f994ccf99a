package io.holdfast.engine.segment;

import java.io.IOException;

/** A segment whose tables cannot be read, now or ever. */
final class DamagedSegmentException extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedSegmentException(String message) {
    super(message);
  }
}
