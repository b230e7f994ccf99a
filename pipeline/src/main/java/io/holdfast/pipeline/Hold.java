package io.holdfast.pipeline;

/** What ends it that an operator keeps an event. */
public enum Hold {
  /** Only more events do: a window or a batch of so many. */
  UNTIL_MORE,
  /** Time does, if more events do not: a window with an interval, a batch with a timeout. */
  UNTIL_TIME
}
