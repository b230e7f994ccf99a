package io.holdfast.script.compile;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.Emission;
import io.holdfast.script.Environment;
import io.holdfast.script.EventContext;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import io.holdfast.script.operation.TooMuchWork;
import java.net.URI;
import java.util.ArrayList;
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
    Frame frame = new Frame(event, environment, program.locals());
    List<Emission> out = new ArrayList<>();
    try {
      Condition where = program.where();
      if (where != null && !where.holds(frame)) {
        return out;
      }
      if (windows != null) {
        takeIntoWindows(event, frame, windows, out);
        return out;
      }
      if (program.groups() == null) {
        frame.group = NO_GROUP;
        select(frame, event.meta(), out);
        return out;
      }
      for (List<Value> group : groups(frame)) {
        frame.group = Groupings.group(group, program.site());
        select(frame, event.meta(), out);
        frame.event = event.value();
      }
      return out;
    } catch (StackOverflowError e) {
      throw program.site().failure("a value is nested too deeply");
    } catch (TooMuchWork e) {
      throw program.site().failure(String.valueOf(e.getMessage()));
    } catch (OutOfMemoryError e) {
      // What did not fit is garbage by now, so the next event can go on.
      throw program.site().failure("there is not enough memory for what the event makes");
    }
  }

  /**
   * Closes windows whose time is over.
   *
   * @param nanos the time, in nanoseconds since 1970-01-01T00:00Z
   * @return what the closed windows give, in order
   */
  public List<Emission> tick(long nanos) {
    List<Emission> out = new ArrayList<>();
    if (windows != null) {
      EventContext none = new EventContext(Value.NULL, RecordValue.empty(), nanos, NOWHERE);
      Frame frame = new Frame(none, environment, program.locals());
      windows.evict(nanos);
      windows.tick(frame, nanos, it -> selectOfWindow(it, out));
    }
    return out;
  }

  private List<List<Value>> groups(Frame frame) {
    Groupings.Groups groups = program.groups();
    List<List<Value>> found = groups == null ? ONE_GROUP : groups.of(frame);
    return found.isEmpty() ? ONE_GROUP : found;
  }

  private void takeIntoWindows(
      EventContext event, Frame frame, WindowGroups windows, List<Emission> out) {
    windows.evict(event.ingestNanos());
    for (List<Value> group : groups(frame)) {
      ArrayValue value = (ArrayValue) Groupings.group(group, program.site());
      String key = ((Value.Text) value.get(value.size() - 1)).value();
      windows.take(key, value, frame, it -> selectOfWindow(it, out));
    }
  }

  private void selectOfWindow(Frame frame, List<Emission> out) {
    Value event = frame.event;
    // Of the event that closes the window; time has none.
    select(frame, frame.meta, out);
    frame.event = event;
  }

  private void select(Frame frame, RecordValue meta, List<Emission> out) {
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
      out.add(new Emission(ExprCompiler.USUAL_PORT, selected, meta));
    }
  }
}
