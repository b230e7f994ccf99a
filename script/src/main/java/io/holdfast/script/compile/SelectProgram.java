package io.holdfast.script.compile;

import io.holdfast.script.Environment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A compiled select. Immutable.
 *
 * @param target what is selected
 * @param plain whether that is the event as it is, of which {@code having} sees the metadata too
 * @param windows its windows, or none
 * @param calls the aggregates that the target and {@code having} use
 * @param groups how events are grouped, or null
 * @param where a condition on the event, or null
 * @param having a condition on what is selected, or null
 * @param site where it is
 * @param locals how many slots it needs
 */
public record SelectProgram(
    Node target,
    boolean plain,
    List<Window> windows,
    List<AggregateCall> calls,
    Groupings.@Nullable Groups groups,
    @Nullable Condition where,
    @Nullable Condition having,
    Site site,
    int locals) {

  /**
   * Makes an instance.
   *
   * @param environment what its functions see
   * @return the instance
   */
  public SelectRun start(Environment environment) {
    return new SelectRun(this, environment);
  }

  /**
   * Returns whether the select gives results when time passes, without an event.
   *
   * @return whether it is to be told the time
   */
  public boolean isTimed() {
    return windows.stream().anyMatch(Window::isTimed);
  }
}
