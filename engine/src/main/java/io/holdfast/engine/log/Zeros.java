package io.holdfast.engine.log;

import java.nio.ByteBuffer;

/** Zeros to write and to compare with; one piece of memory for all. */
final class Zeros {
  /** So many there are. */
  static final int MOST_BYTES = 1 << 20;

  private static final ByteBuffer ALL = BlockWriter.aligned(MOST_BYTES).asReadOnlyBuffer();

  private Zeros() {}

  /** The first of them, from position to limit; their address is good for blocks of any size. */
  static ByteBuffer of(int bytes) {
    return ALL.slice(0, bytes);
  }
}
