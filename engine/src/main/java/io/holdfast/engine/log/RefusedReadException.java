package io.holdfast.engine.log;

import java.io.IOException;

/** The disk has refused, more than once, to read bytes of which nobody knows what they are. */
public final class RefusedReadException extends IOException {
  private static final long serialVersionUID = 1L;

  RefusedReadException(String message) {
    super(message);
  }

  RefusedReadException(String name, long offset, long length, IOException cause) {
    super(name + ": the disk refuses to read " + length + " bytes from " + offset + " on", cause);
  }
}
