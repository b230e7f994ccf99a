package io.holdfast.script.compile;

import io.holdfast.script.Value;
import org.jspecify.annotations.Nullable;

/**
 * A window that a query defines. Immutable.
 *
 * @param name its name, without that of its module
 * @param byTime whether it closes after some time, else after some events
 * @param limit how many nanoseconds, or how many events
 * @param limits what bounds the memory of groups
 * @param emitsEmpty whether it also gives a result when no event came
 * @param script what each event counts, or its time; null for one, and the time it came in
 * @param site where the script is, or the definition
 * @param locals how many slots the script needs
 */
public record Window(
    String name,
    boolean byTime,
    long limit,
    Limits limits,
    boolean emitsEmpty,
    @Nullable Node script,
    Site site,
    int locals) {

  /**
   * What bounds the memory of groups.
   *
   * @param groups how many groups there may be
   * @param fixed whether the query says so; then groups are kept while nothing is in them
   * @param evictionNanos after how long without an event a group is forgotten, or null
   */
  record Limits(long groups, boolean fixed, @Nullable Long evictionNanos) {
    /** How many groups there may be where a query says nothing: each takes memory. */
    static final long MOST_GROUPS = 1 << 20;
  }

  /** Returns whether it closes by itself when time passes. */
  boolean isTimed() {
    return byTime && script == null;
  }

  /** Returns what an event counts, or its time. */
  long measure(Frame frame) {
    if (script == null) {
      return byTime ? frame.ingestNanos() : 1;
    }
    Value value = script.eval(frame.forWindow(locals));
    if (value instanceof Value.Int integer && integer.value() >= 0) {
      return integer.value();
    }
    throw site.failure(
        "the script of a window must give an integer from 0, not "
            + (value instanceof Value.Int ? value : value.type()));
  }
}
