package io.holdfast.engine.log;

import java.io.IOException;

/** An entry that was valid once is not any more. */
public final class DamagedEntryException extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedEntryException(String file, long offset, int length, long sequence, String why) {
    super(
        "the bundle with sequence "
            + sequence
            + " is damaged ("
            + why
            + "): "
            + file
            + ", "
            + length
            + " bytes at offset "
            + offset);
  }
}
