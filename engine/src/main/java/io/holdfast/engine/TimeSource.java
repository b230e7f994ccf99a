package io.holdfast.engine;

/** Where the engine gets its time from. */
public interface TimeSource {

  /** Nanoseconds since the epoch, UTC; may jump. */
  long epochNanos();

  /** Nanoseconds on a clock that never goes back; only differences mean something. */
  long monotonicNanos();

  /** The machine's clocks. */
  static TimeSource system() {
    return SystemTime.INSTANCE;
  }
}
