package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.Parcel;
import java.util.List;

/**
 * A node of a pipeline's graph. Belongs to one pipeline instance; all methods but {@link #open} and
 * {@link #pending} are called on its loop.
 */
public interface Operator {
  /**
   * Called once, before everything else, on the thread that starts the pipeline; may wait for the
   * disk.
   *
   * @throws io.holdfast.engine.HoldfastException when it cannot be opened; the pipeline does not
   *     start
   */
  default void open(OperatorContext context) {}

  /**
   * Takes parcels that arrived together, and does one thing with each: emits it or what was made
   * from it, settles it, or keeps it for later.
   *
   * @param port the input that they came in on
   * @param parcels in order, one or more
   */
  void process(String port, List<Parcel> parcels);

  /**
   * Whether it keeps what it takes, so that it can take more while downstream is closed. The flow
   * upstream then depends on {@link OperatorContext#setAccepting} alone.
   */
  default boolean isBuffer() {
    return false;
  }

  /**
   * Whether it can pass on what comes in, as far as what is connected is concerned. Asked whenever
   * something there has changed.
   */
  default boolean isPassable(OperatorContext context) {
    return isBuffer() || context.isDownstreamOpen();
  }

  /** Called when {@link OperatorContext#isDownstreamOpen} has changed. */
  default void downstreamChanged() {}

  /**
   * Called when the host is about to stop: a buffer emits nothing more of what it keeps, another
   * operator emits what it has; what comes in is still taken.
   */
  default void drain() {}

  /** Events that it has taken or emitted and that are not safe or settled yet. Any thread. */
  default long pending() {
    return 0;
  }

  /** Called once, last. Not called when {@link #open} threw. */
  default void close() {}
}
