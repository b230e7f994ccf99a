package io.holdfast.script.compile;

import io.holdfast.script.Duty;
import io.holdfast.script.Value;
import io.holdfast.script.aggregate.Aggregate;
import io.holdfast.script.operation.TooMuchWork;
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
  private Map<String, Group> older = new LinkedHashMap<>();

  private long agesAfter;

  /** Whether somebody waits for one of its events, or did. */
  private boolean holdsDuties;

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
    /** Makes the result of a frame; the duty for it is in hand. */
    void emit(Frame frame, @Nullable Duty duty, SelectCall call);
  }

  /** Lets a group take the event of a frame; the duty for it is in hand. */
  void take(
      String key, Value value, @Nullable Duty duty, Frame frame, SelectCall call, Emitter emitter) {
    take(key, value, null, duty, frame, call, emitter);
  }

  private void take(
      String key,
      Value value,
      Aggregate @Nullable [] earlier,
      @Nullable Duty duty,
      Frame frame,
      SelectCall call,
      Emitter emitter) {
    Group group = group(key, value);
    frame.group = group.value();
    frame.window = name;
    holdsDuties |= duty != null;
    try {
      group
          .open()
          .take(
              frame,
              earlier,
              duty,
              call,
              (held, owed) -> close(key, group, held, owed, frame, call, emitter));
    } finally {
      if (!isKept(group)) {
        groups.remove(key);
      }
    }
  }

  private void close(
      String key,
      Group group,
      Aggregate[] held,
      @Nullable Duty duty,
      Frame frame,
      SelectCall call,
      Emitter emitter) {
    frame.window = name;
    frame.aggregates = held;
    call.pickUp(duty);
    // The window behind this one owes its own result for the same events: one duty for all.
    List<? extends @Nullable Duty> duties = call.split(duty, next == null ? 1 : 2);
    emitter.emit(frame, duties.getFirst(), call);
    frame.aggregates = null;
    if (next != null) {
      next.take(key, group.value(), held, duties.getLast(), frame, call, emitter);
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

  /** Whether {@link #evict} would forget groups now. */
  boolean isEvictionDue(long nanos) {
    Long period = window.limits().evictionNanos();
    return (period != null && agesAfter < nanos) || (next != null && next.isEvictionDue(nanos));
  }

  /**
   * Forgets groups that were without an event for long: between one and two of the periods, since
   * only whole generations are.
   */
  void evict(long nanos) {
    Long period = window.limits().evictionNanos();
    if (period != null && agesAfter < nanos) {
      agesAfter = nanos + period < 0 ? Long.MAX_VALUE : nanos + period;
      if (holdsDuties) {
        // That they are forgotten without a result is what the query asks for.
        older.values().forEach(group -> group.open().forget());
      }
      older = groups;
      groups = new LinkedHashMap<>();
    }
    if (next != null) {
      next.evict(nanos);
    }
  }

  /** Closes windows whose time is over. The frame has no event. */
  void tick(Frame frame, long nanos, SelectCall call, Emitter emitter) {
    if (window.isTimed()) {
      // A group without events for long is not forgotten yet, and its window may be over.
      tick(older, frame, nanos, call, emitter);
      tick(groups, frame, nanos, call, emitter);
    }
    if (next != null) {
      // After this one, which may just have given it something.
      next.tick(frame, nanos, call, emitter);
    }
  }

  private void tick(
      Map<String, Group> some, Frame frame, long nanos, SelectCall call, Emitter emitter) {
    for (Iterator<Map.Entry<String, Group>> all = some.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<String, Group> entry = all.next();
      Group group = entry.getValue();
      frame.group = group.value();
      int before = call.inHand();
      try {
        group
            .open()
            .tick(
                nanos,
                (held, owed) -> close(entry.getKey(), group, held, owed, frame, call, emitter));
      } catch (StackOverflowError | TooMuchWork | OutOfMemoryError e) {
        call.fail(site.failure(e), before);
      } catch (Throwable e) {
        // One group that always fails must not keep the others open.
        call.fail(e, before);
      }
      if (!isKept(group)) {
        all.remove();
      }
    }
  }
}
