package io.holdfast.script.compile;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.Duty;
import io.holdfast.script.Emission;
import io.holdfast.script.Environment;
import io.holdfast.script.EventContext;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Selected;
import io.holdfast.script.Value;
import io.holdfast.script.operation.TooMuchWork;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A select that runs, with its open windows. For one thread at a time. */
public final class SelectRun {
  /** What {@code group} is without a grouping. */
  private static final Value NO_GROUP = ArrayValue.of(Value.NULL, Value.of("[null]"));

  private static final List<List<Value>> ONE_GROUP = List.of(List.of(Value.NULL));
  private static final URI NOWHERE = URI.create("none:/");

  private final SelectProgram program;
  private final Environment environment;
  private final @Nullable WindowGroups windows;

  SelectRun(SelectProgram program, Environment environment) {
    this.program = program;
    this.environment = environment;
    this.windows =
        program.windows().isEmpty()
            ? null
            : WindowGroups.of(program.windows(), program.calls(), program.site());
  }

  /**
   * Applies the select to one event.
   *
   * @param event the event
   * @return what it selects, in order; empty if the event is filtered, or waits in a window
   */
  public List<Emission> apply(EventContext event) {
    SelectCall call = new SelectCall(false);
    apply(event, null, call);
    return call.emissions();
  }

  /**
   * Applies the select to one event for which somebody may wait.
   *
   * @param event the event
   * @param duty what is owed for it, or null
   * @return what it selects, in order, and then what went wrong
   */
  public List<Selected> take(EventContext event, @Nullable Duty duty) {
    SelectCall call = new SelectCall(true);
    call.pickUp(duty);
    try {
      apply(event, duty, call);
      return call.results();
    } catch (Throwable e) {
      // Whatever it is, what is owed must not be forgotten over it.
      return call.failed(e);
    }
  }

  /**
   * Closes windows whose time is over.
   *
   * @param nanos the time, in nanoseconds since 1970-01-01T00:00Z
   * @return what the closed windows give, in order
   */
  public List<Emission> tick(long nanos) {
    SelectCall call = new SelectCall(false);
    tick(nanos, call);
    return call.emissions();
  }

  /**
   * Closes windows whose time is over, where somebody may wait for their events.
   *
   * @param nanos the time, in nanoseconds since 1970-01-01T00:00Z
   * @return what the closed windows give, in order, and then what went wrong
   */
  public List<Selected> elapse(long nanos) {
    SelectCall call = new SelectCall(true);
    try {
      tick(nanos, call);
      return call.results();
    } catch (Throwable e) {
      return call.failed(e);
    }
  }

  private void apply(EventContext event, @Nullable Duty duty, SelectCall call) {
    Frame frame = new Frame(event, environment, program.locals());
    try {
      Condition where = program.where();
      if (where != null && !where.holds(frame)) {
        call.drop(duty);
      } else if (windows != null) {
        takeIntoWindows(event, frame, windows, duty, call);
      } else if (program.groups() == null) {
        frame.group = NO_GROUP;
        select(frame, event.meta(), duty, call);
      } else {
        selectOfGroups(event, frame, duty, call);
      }
    } catch (StackOverflowError | TooMuchWork | OutOfMemoryError e) {
      throw program.site().failure(e);
    }
  }

  private void tick(long nanos, SelectCall call) {
    if (windows == null) {
      return;
    }
    EventContext none = new EventContext(Value.NULL, RecordValue.empty(), nanos, NOWHERE);
    Frame frame = new Frame(none, environment, program.locals());
    // Before groups are forgotten: the windows of some of them may be over.
    windows.tick(frame, nanos, call, this::selectOfWindow);
    windows.evict(nanos);
  }

  private List<List<Value>> groups(Frame frame) {
    Groupings.Groups groups = program.groups();
    List<List<Value>> found = groups == null ? ONE_GROUP : groups.of(frame);
    return found.isEmpty() ? ONE_GROUP : found;
  }

  private void selectOfGroups(
      EventContext event, Frame frame, @Nullable Duty duty, SelectCall call) {
    List<List<Value>> groups = groups(frame);
    List<? extends @Nullable Duty> duties = call.split(duty, groups.size());
    for (int i = 0; i < groups.size(); i++) {
      frame.group = Groupings.group(groups.get(i), program.site());
      select(frame, event.meta(), duties.get(i), call);
      frame.event = event.value();
    }
  }

  private void takeIntoWindows(
      EventContext event, Frame frame, WindowGroups windows, @Nullable Duty duty, SelectCall call) {
    if (!call.keepsDuties()) {
      // There a failure of theirs would be one of this event.
      windows.evict(event.ingestNanos());
    } else if (windows.isEvictionDue(event.ingestNanos())) {
      tick(event.ingestNanos(), call);
    }
    List<List<Value>> groups = groups(frame);
    List<? extends @Nullable Duty> duties = call.split(duty, groups.size());
    for (int i = 0; i < groups.size(); i++) {
      ArrayValue value = (ArrayValue) Groupings.group(groups.get(i), program.site());
      String key = ((Value.Text) value.get(value.size() - 1)).value();
      windows.take(key, value, duties.get(i), frame, call, this::selectOfWindow);
    }
  }

  private void selectOfWindow(Frame frame, @Nullable Duty duty, SelectCall call) {
    Value event = frame.event;
    RecordValue meta = frame.meta;
    try {
      // Of the event that closes the window; time has none.
      select(frame, meta, duty, call);
    } finally {
      // Other groups are looked at with this frame though one fails.
      frame.event = event;
      frame.meta = meta;
    }
  }

  private void select(Frame frame, RecordValue meta, @Nullable Duty duty, SelectCall call) {
    Value selected = program.target().eval(frame);
    frame.event = selected;
    RecordValue before = frame.meta;
    if (!program.plain()) {
      frame.meta = RecordValue.empty();
    }
    Condition having = program.having();
    boolean kept = having == null || having.holds(frame);
    frame.meta = before;
    if (kept) {
      call.give(new Emission(ExprCompiler.USUAL_PORT, selected, meta), duty);
    } else {
      call.drop(duty);
    }
  }
}
