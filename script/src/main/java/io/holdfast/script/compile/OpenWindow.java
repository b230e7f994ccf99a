package io.holdfast.script.compile;

import io.holdfast.script.Value;
import io.holdfast.script.aggregate.Aggregate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A window of one group, with what it holds of the events so far, and the window after it. */
final class OpenWindow {
  private final Window window;
  private final List<AggregateCall> calls;
  private final @Nullable OpenWindow next;
  private final Aggregate[] aggregates;
  private long counted;
  private @Nullable Long closesAt;
  private boolean used;

  private OpenWindow(Window window, List<AggregateCall> calls, @Nullable OpenWindow next) {
    this.window = window;
    this.calls = calls;
    this.next = next;
    this.aggregates = new Aggregate[calls.size()];
    renew();
  }

  /** Opens the windows of a select, of which the first takes events and each other the results. */
  static OpenWindow open(List<Window> windows, List<AggregateCall> calls) {
    OpenWindow next = windows.size() == 1 ? null : open(windows.subList(1, windows.size()), calls);
    return new OpenWindow(windows.getFirst(), calls, next);
  }

  /** Makes the results of closed windows. */
  @FunctionalInterface
  interface Emitter {
    void emit(Frame frame);
  }

  private void renew() {
    for (int i = 0; i < aggregates.length; i++) {
      aggregates[i] = calls.get(i).function().maker().get();
    }
    used = false;
  }

  /** Returns whether neither this window nor those behind it hold anything. */
  boolean isEmpty() {
    return !used && counted == 0 && closesAt == null && (next == null || next.isEmpty());
  }

  /** Takes the event of a frame. */
  void take(Frame frame, Emitter emitter) {
    take(frame, null, emitter);
  }

  private void take(Frame frame, Aggregate @Nullable [] earlier, Emitter emitter) {
    frame.window = Value.of(window.name());
    long measure = window.measure(frame);
    if (window.byTime()) {
      if (passes(measure)) {
        close(frame, emitter);
      }
      include(frame, earlier);
    } else {
      counted += measure;
      boolean full = counted >= window.limit();
      if (full) {
        counted -= window.limit();
      }
      include(frame, earlier);
      if (full) {
        close(frame, emitter);
      }
    }
  }

  /** Closes the window if its time is over. The frame has no event. */
  void tick(Frame frame, long nanos, Emitter emitter) {
    if (window.isTimed() && closesAt != null && passes(nanos)) {
      close(frame, emitter);
      if (!used) {
        closesAt = window.emitsEmpty() ? closesAt : null;
      }
    }
  }

  /** Returns whether a time is beyond the window, which then begins anew. */
  private boolean passes(long nanos) {
    boolean passed = closesAt != null && closesAt <= nanos;
    if (closesAt == null || passed) {
      closesAt = nanos + window.limit() < 0 ? Long.MAX_VALUE : nanos + window.limit();
    }
    return passed && (used || window.emitsEmpty());
  }

  private void include(Frame frame, Aggregate @Nullable [] earlier) {
    used = true;
    for (int i = 0; i < aggregates.length; i++) {
      if (earlier == null) {
        calls.get(i).accumulate(aggregates[i], frame);
      } else {
        calls.get(i).merge(aggregates[i], earlier[i]);
      }
    }
  }

  private void close(Frame frame, Emitter emitter) {
    frame.window = Value.of(window.name());
    frame.aggregates = aggregates;
    emitter.emit(frame);
    frame.aggregates = null;
    if (next != null) {
      next.take(frame, aggregates, emitter);
    }
    frame.window = Value.of(window.name());
    renew();
  }
}
