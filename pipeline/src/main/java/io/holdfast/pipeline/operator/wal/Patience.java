package io.holdfast.pipeline.operator.wal;

import io.holdfast.pipeline.bundle.StoredEvent;

/**
 * How much downstream may collect: all of it is in memory until it is settled.
 *
 * @param events so many
 * @param bytes so many of their texts, and of what is around them
 */
record Patience(long events, long bytes) {
  private static final long MOST_EVENTS = 1 << 20;

  /** What an event takes beside its text, about. */
  private static final long AROUND = 256;

  /** As much as this process can well keep. */
  static Patience usual() {
    return new Patience(MOST_EVENTS, Runtime.getRuntime().maxMemory() / 8);
  }

  /** What an event takes of that. */
  static long bytesOf(StoredEvent event) {
    byte[] meta = event.meta();
    return AROUND + event.value().length + (meta == null ? 0 : meta.length);
  }
}
