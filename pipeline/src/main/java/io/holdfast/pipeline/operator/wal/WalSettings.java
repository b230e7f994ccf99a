package io.holdfast.pipeline.operator.wal;

import io.holdfast.engine.BufferOptions;
import java.nio.file.Path;

/**
 * What a {@code qos::wal} was told.
 *
 * @param directory where the events are kept
 * @param readCount the most events that are delivered and not settled at once
 * @param maxElements the most events that are kept; the largest long for no limit
 * @param maxBytes the most bytes that are kept; the largest long for no limit
 */
record WalSettings(Path directory, int readCount, long maxElements, long maxBytes) {
  /** Without a limit in bytes, the disk cap of the engine's defaults holds. */
  private static final long CAP_FACTOR = 9;

  /** The engine's cap: files hold more than what is not resolved. */
  long capBytes(BufferOptions defaults) {
    if (maxBytes == Long.MAX_VALUE) {
      return defaults.capBytes();
    }
    long cap = maxBytes > Long.MAX_VALUE / CAP_FACTOR ? Long.MAX_VALUE : CAP_FACTOR * maxBytes;
    return Math.max(BufferOptions.MIN_CAP_BYTES, cap);
  }

  /** The limits, for a person. */
  String describe() {
    StringBuilder text = new StringBuilder("read_count " + readCount);
    if (maxElements != Long.MAX_VALUE) {
      text.append(", at most ").append(maxElements).append(" events");
    }
    if (maxBytes != Long.MAX_VALUE) {
      text.append(", at most ").append(maxBytes).append(" bytes");
    }
    return text.toString();
  }
}
