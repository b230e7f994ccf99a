package io.holdfast.script.compile;

import io.holdfast.script.Value;
import io.holdfast.script.aggregate.Aggregate;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The groups of one window of a select that runs, and the window behind it, which takes the results
 * of this one. Each has groups of its own, and its own limits.
 */
final class WindowGroups {
  private final Window window;
  private final List<AggregateCall> calls;
  private final Site site;
  private final Value name;
  private final @Nullable WindowGroups next;
  private Map<String, Group> groups = new LinkedHashMap<>();

  /** Groups that had no event since {@link #groups} began anew. */
  private Map<String, Group> older = new HashMap<>();

  private long agesAfter;

  private WindowGroups(
      Window window, List<AggregateCall> calls, Site site, @Nullable WindowGroups next) {
    this.window = window;
    this.calls = calls;
    this.site = site;
    this.name = Value.of(window.name());
    this.next = next;
  }

  /** Starts without groups; the first window takes events. */
  static WindowGroups of(List<Window> windows, List<AggregateCall> calls, Site site) {
    WindowGroups next =
        windows.size() == 1 ? null : of(windows.subList(1, windows.size()), calls, site);
    return new WindowGroups(windows.getFirst(), calls, site, next);
  }

  /**
   * A group.
   *
   * @param value what {@code group} is
   * @param open its window
   */
  private record Group(Value value, OpenWindow open) {}

  /** Makes the results of closed windows. */
  @FunctionalInterface
  interface Emitter {
    void emit(Frame frame);
  }

  /** Lets a group take the event of a frame. */
  void take(String key, Value value, Frame frame, Emitter emitter) {
    take(key, value, null, frame, emitter);
  }

  private void take(
      String key, Value value, Aggregate @Nullable [] earlier, Frame frame, Emitter emitter) {
    Group group = group(key, value);
    frame.group = group.value();
    frame.window = name;
    group.open().take(frame, earlier, held -> close(key, group, held, frame, emitter));
    if (!isKept(group)) {
      groups.remove(key);
    }
  }

  private void close(String key, Group group, Aggregate[] held, Frame frame, Emitter emitter) {
    frame.window = name;
    frame.aggregates = held;
    emitter.emit(frame);
    frame.aggregates = null;
    if (next != null) {
      next.take(key, group.value(), held, frame, emitter);
    }
    frame.window = name;
  }

  private Group group(String key, Value value) {
    Group known = groups.get(key);
    if (known != null) {
      return known;
    }
    if (groups.size() >= window.limits().groups()) {
      throw site.failure(
          "the window `"
              + window.name()
              + "` has its largest number of groups, "
              + window.limits().groups(),
          "set `max_groups`, or an `eviction_period` after which groups are forgotten");
    }
    Group old = older.remove(key);
    Group group = old == null ? new Group(value, new OpenWindow(window, calls)) : old;
    groups.put(key, group);
    return group;
  }

  /** Returns whether a group must be remembered: it holds something, or counts to the limit. */
  private boolean isKept(Group group) {
    return window.limits().fixed() || !group.open().isEmpty();
  }

  /**
   * Forgets groups that were without an event for long: between one and two of the periods, since
   * only whole generations are.
   */
  void evict(long nanos) {
    Long period = window.limits().evictionNanos();
    if (period != null && agesAfter < nanos) {
      agesAfter = nanos + period < 0 ? Long.MAX_VALUE : nanos + period;
      older = groups;
      groups = new LinkedHashMap<>();
    }
    if (next != null) {
      next.evict(nanos);
    }
  }

  /** Closes windows whose time is over. The frame has no event. */
  void tick(Frame frame, long nanos, Emitter emitter) {
    for (Iterator<Map.Entry<String, Group>> all = groups.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<String, Group> entry = all.next();
      Group group = entry.getValue();
      frame.group = group.value();
      group.open().tick(nanos, held -> close(entry.getKey(), group, held, frame, emitter));
      if (!isKept(group)) {
        all.remove();
      }
    }
  }
}
