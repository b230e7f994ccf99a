package io.holdfast.script.compile;

import io.holdfast.script.Duty;
import io.holdfast.script.aggregate.Aggregate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A window of one group, with what it holds of the events so far. */
final class OpenWindow {
  private static final int FEW = 4;

  private final Window window;
  private final List<AggregateCall> calls;
  private final Aggregate[] aggregates;
  private long counted;
  private @Nullable Long closesAt;
  private boolean used;

  /** What is owed for the events in it, as far as somebody waits for them. */
  private @Nullable List<Duty> duties;

  /** With so many duties it is looked whether somebody still waits. */
  private int tooMany = FEW;

  OpenWindow(Window window, List<AggregateCall> calls) {
    this.window = window;
    this.calls = calls;
    this.aggregates = new Aggregate[calls.size()];
    renew();
  }

  /** Takes what a window held when it closed. */
  @FunctionalInterface
  interface Closed {
    /** The duty is for all that it held, and in no hand. */
    void with(Aggregate[] aggregates, @Nullable Duty duty);
  }

  private void renew() {
    for (int i = 0; i < aggregates.length; i++) {
      aggregates[i] = calls.get(i).function().maker().get();
    }
    used = false;
  }

  /** Returns whether it is like a window that was never used. */
  boolean isEmpty() {
    return !used && counted == 0 && closesAt == null;
  }

  /**
   * Takes the event of a frame.
   *
   * @param earlier what the window before this one held, which is taken instead, or null
   * @param duty what is owed for it, in hand as long as it is not in the window
   */
  void take(
      Frame frame,
      Aggregate @Nullable [] earlier,
      @Nullable Duty duty,
      SelectCall call,
      Closed closed) {
    long measure = window.measure(frame);
    if (window.byTime()) {
      if (passes(measure)) {
        close(closed);
      }
      include(frame, earlier, duty, true, call);
    } else {
      counted += measure;
      boolean full = counted >= window.limit();
      if (full) {
        counted -= window.limit();
      }
      // Held by a window that is about to close it might be let go, with its result on the way.
      include(frame, earlier, duty, !full, call);
      if (full) {
        close(closed);
      }
    }
  }

  /** Closes the window if its time is over. */
  void tick(long nanos, Closed closed) {
    if (!window.isTimed() || closesAt == null) {
      return;
    }
    try {
      if (passes(nanos)) {
        close(closed);
      }
    } finally {
      if (!used && !window.emitsEmpty()) {
        closesAt = null;
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

  private void include(
      Frame frame,
      Aggregate @Nullable [] earlier,
      @Nullable Duty duty,
      boolean waits,
      SelectCall call) {
    used = true;
    for (int i = 0; i < aggregates.length; i++) {
      if (earlier == null) {
        calls.get(i).accumulate(aggregates[i], frame);
      } else {
        calls.get(i).merge(aggregates[i], earlier[i]);
      }
    }
    if (duty != null) {
      keep(duty, waits, call);
    }
  }

  private void keep(Duty duty, boolean waits, SelectCall call) {
    if (duties == null) {
      duties = new ArrayList<>(FEW);
      tooMany = FEW;
    }
    duties.add(duty);
    call.putDown(duty);
    if (waits) {
      duty.hold(window.isTimed());
    }
    if (duties.size() >= tooMany) {
      // Those who waited may have given up, and the window may never close.
      duties.removeIf(OpenWindow::isDone);
      // Not before there are as many new ones, so that this costs little.
      tooMany = Math.max(FEW, 2 * duties.size());
    }
  }

  private static boolean isDone(Duty duty) {
    if (duty.matters()) {
      return false;
    }
    duty.done();
    return true;
  }

  /** Forgets what it holds: there will be no result. */
  void forget() {
    List<Duty> forgotten = duties;
    duties = null;
    if (forgotten != null) {
      forgotten.forEach(Duty::done);
    }
  }

  private void close(Closed closed) {
    List<Duty> owed = duties == null ? List.of() : duties;
    duties = null;
    try {
      closed.with(aggregates, SelectCall.joined(owed));
    } finally {
      // Also when it fails: what it held has gone where failures go.
      renew();
    }
  }
}
