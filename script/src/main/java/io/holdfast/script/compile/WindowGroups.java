package io.holdfast.script.compile;

import io.holdfast.script.Value;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The groups of one select that runs, each with its open windows. */
final class WindowGroups {
  private final List<Window> windows;
  private final List<AggregateCall> calls;
  private final Site site;
  private final long most;
  private final boolean fixed;
  private final @Nullable Long evictionNanos;
  private Map<String, Group> groups = new LinkedHashMap<>();
  private Map<String, Group> older = new HashMap<>();
  private @Nullable Long evictsAt;

  WindowGroups(List<Window> windows, List<AggregateCall> calls, Site site) {
    this.windows = windows;
    this.calls = calls;
    this.site = site;
    this.most = windows.stream().mapToLong(it -> it.limits().groups()).min().orElse(0);
    this.fixed = windows.stream().anyMatch(it -> it.limits().fixed());
    this.evictionNanos = windows.getFirst().limits().evictionNanos();
  }

  /**
   * A group.
   *
   * @param value what {@code group} is
   * @param window its first window
   */
  private record Group(Value value, OpenWindow window) {}

  /** Lets a group take the event of a frame. */
  void take(String key, Value value, Frame frame, OpenWindow.Emitter emitter) {
    Group group = groups.get(key);
    if (group == null) {
      group = older.remove(key);
      if (group == null) {
        checkRoom();
        group = new Group(value, OpenWindow.open(windows, calls));
      }
      groups.put(key, group);
    }
    frame.group = group.value();
    group.window().take(frame, emitter);
    if (!fixed && group.window().isEmpty()) {
      groups.remove(key);
    }
  }

  /** Forgets groups that were without an event for long. */
  void evict(long nanos) {
    if (evictionNanos == null) {
      return;
    }
    if (evictsAt != null && evictsAt <= nanos) {
      older = groups;
      groups = new LinkedHashMap<>();
    }
    if (evictsAt == null || evictsAt <= nanos) {
      evictsAt = nanos + evictionNanos < 0 ? Long.MAX_VALUE : nanos + evictionNanos;
    }
  }

  private void checkRoom() {
    if (groups.size() >= most) {
      throw site.failure(
          "the window has its largest number of groups, " + most,
          "set `max_groups`, or an `eviction_period` after which groups are forgotten");
    }
  }

  /** Closes windows whose time is over. */
  void tick(Frame frame, long nanos, OpenWindow.Emitter emitter) {
    for (Iterator<Group> all = groups.values().iterator(); all.hasNext(); ) {
      Group group = all.next();
      frame.group = group.value();
      group.window().tick(frame, nanos, emitter);
      if (!fixed && group.window().isEmpty()) {
        all.remove();
      }
    }
  }
}
