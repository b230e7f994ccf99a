package io.holdfast.script;

import io.holdfast.script.compile.SelectRun;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A select that runs, with its open windows. Whoever keeps duties for its events uses {@link #take}
 * and {@link #elapse}, others {@link #apply} and {@link #tick}; not both. For one thread at a time.
 */
public final class SelectInstance {
  private final SelectRun run;

  SelectInstance(SelectRun run) {
    this.run = run;
  }

  /**
   * Applies the select to one event: {@code where}, then its windows, then the expression and
   * {@code having}.
   *
   * @param event the event
   * @return what it selects, on port {@code out}, in order; empty if the event is filtered, or
   *     waits in a window
   * @throws ScriptException if it fails; the instance can go on with the next event
   */
  public List<Emission> apply(EventContext event) {
    return run.apply(event);
  }

  /**
   * Closes windows whose time is over. Events tell the time too, so this is for the time between
   * events.
   *
   * @param nanos the time, in nanoseconds since 1970-01-01T00:00Z
   * @return what the closed windows give, on port {@code out}, in order
   * @throws ScriptException if that fails; the instance can go on
   */
  public List<Emission> tick(long nanos) {
    return run.tick(nanos);
  }

  /**
   * Applies the select to one event as {@link #apply} does, and says of which events each result
   * is. The duty for an event that is filtered, or that a window forgets without a result, is done.
   *
   * @param event the event
   * @param duty what is owed for it, from now on the select's; null when nobody waits for it
   * @return what it selects, in order, then failures: of windows that were over, and of the event
   */
  public List<Selected> take(EventContext event, @Nullable Duty duty) {
    return run.take(event, duty);
  }

  /**
   * Closes windows whose time is over as {@link #tick} does, and says of which events each result
   * is.
   *
   * @param nanos the time, in nanoseconds since 1970-01-01T00:00Z
   * @return what the closed windows give, in order, then a failure for each that failed
   */
  public List<Selected> elapse(long nanos) {
    return run.elapse(nanos);
  }
}
