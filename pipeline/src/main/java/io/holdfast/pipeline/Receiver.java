package io.holdfast.pipeline;

/**
 * Is told what becomes of an event that was handed out: {@link #settled} once, last. Before that it
 * may be held, any number of times. All of it is called on any thread, must be quick, and must not
 * throw.
 */
@FunctionalInterface
public interface Receiver {
  /** It, and all that was derived from it, is settled. */
  void settled(Outcome outcome);

  /**
   * All that is left of it is held by operators that wait for other events: a window, a batch. It
   * may be settled only after more was handed out, so nobody should wait for it.
   */
  default void held() {}

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
