package io.holdfast.engine.segment;

import io.holdfast.engine.stored.StoredBundle;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A bundle of the log that is to be kept in a segment. */
public interface Survivor {
  /** The sequence that it has from now on; another than in the log if it is renumbered. */
  long sequence();

  /** Its items. */
  int items();

  /** Reads and checks it; its identity is the one in the log. The caller closes it. */
  StoredBundle read() throws IOException;

  /**
   * Reads bytes of it, as they lie in the memory of {@link #read}; they were checked then.
   *
   * @param target filled up to its limit
   * @param at where to start
   */
  void read(ByteBuffer target, int at) throws IOException;
}
