package io.holdfast.engine;

/** Where a new subscriber starts. */
public enum StartAt {
  /** With the earliest bundle that is kept and that some other subscriber has not resolved. */
  EARLIEST,
  /** With the first bundle that is appended after it subscribed. */
  LATEST
}
