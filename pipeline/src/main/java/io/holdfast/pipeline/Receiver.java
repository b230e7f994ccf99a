package io.holdfast.pipeline;

/**
 * Is told what becomes of an event that was handed out: {@link #settled} once, last. Before that it
 * may be held, and is released then, any number of times. All of it is called on any thread, also
 * within locks of the parcel: it must be quick, must not wait for another thread, and must not
 * throw.
 */
@FunctionalInterface
public interface Receiver {
  /** It, and all that was derived from it, is settled. */
  void settled(Outcome outcome);

  /**
   * All that is left of it is held by operators that collect events: a window, a batch. It may be
   * settled only after more was handed out, so nobody should wait for it. Called again, without
   * {@link #released} between, when something else ends it.
   *
   * @param hold what ends it, if only for a part of it
   */
  default void held(Hold hold) {}

  /** It is on its way again. */
  default void released() {}

  /**
   * Whether the outcome means something to anybody. Where it does not, an operator that collects
   * events need not keep the duty for one, and acks it.
   */
  default boolean cares() {
    return true;
  }
}
