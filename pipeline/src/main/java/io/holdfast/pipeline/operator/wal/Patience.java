package io.holdfast.pipeline.operator.wal;

/**
 * How much downstream may collect. Its texts are on the disk, but what it is known by is in memory
 * until it is settled.
 *
 * @param events so many
 */
record Patience(long events) {
  private static final long MOST_EVENTS = 1 << 20;

  /** What an event takes, about: less where its bundle has many, more where it is alone. */
  private static final long BYTES = 256;

  /** As many as this process can well keep. */
  static Patience usual() {
    return new Patience(Math.min(MOST_EVENTS, Runtime.getRuntime().maxMemory() / 8 / BYTES));
  }
}
