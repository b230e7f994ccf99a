package io.holdfast.engine;

/** What a buffer does when there is no room for an append. */
public enum WhenFull {
  /** The append waits, or is refused; nothing is lost. */
  BACKPRESSURE,
  /**
   * The oldest file goes, a segment or a part of the log, with what it holds for whatever
   * subscriber. Each loss is counted.
   */
  DROP_OLDEST
}
