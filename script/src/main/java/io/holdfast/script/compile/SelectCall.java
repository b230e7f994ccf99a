package io.holdfast.script.compile;

import io.holdfast.script.Duty;
import io.holdfast.script.Emission;
import io.holdfast.script.Selected;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call of a select: what it has given so far, and the duties that it has in hand, which are in
 * no window and were not given out. If the call fails, these go with the failure; if a part of it
 * does, those that it took in hand. A duty that is null is one that nobody waits for.
 */
final class SelectCall {
  private final List<Emission> emissions = new ArrayList<>();

  /** The duty of each emission; null when nobody asks for them. */
  private final @Nullable List<@Nullable Duty> duties;

  private final List<Duty> inHand = new ArrayList<>();

  /** What went wrong that has not ended the call. */
  private final List<Selected> failures = new ArrayList<>();

  /**
   * A call.
   *
   * @param keepsDuties whether it is to say of which events the results are
   */
  SelectCall(boolean keepsDuties) {
    this.duties = keepsDuties ? new ArrayList<>() : null;
  }

  /** Whether it says of which events the results are, and what went wrong beside them. */
  boolean keepsDuties() {
    return duties != null;
  }

  /** Takes a duty in hand. */
  void pickUp(@Nullable Duty duty) {
    if (duty != null) {
      inHand.add(duty);
    }
  }

  /** Gives a duty out of hand. */
  void putDown(@Nullable Duty duty) {
    // The last ones come and go; there are as many others as the event has groups to come.
    for (int i = inHand.size() - 1; i >= 0; i--) {
      if (inHand.get(i).equals(duty)) {
        inHand.remove(i);
        return;
      }
    }
  }

  /** Passes a duty in hand on to so many in hand. */
  List<? extends @Nullable Duty> split(@Nullable Duty duty, int parts) {
    if (parts == 1) {
      return Collections.singletonList(duty);
    }
    if (duty == null) {
      return Collections.nCopies(parts, null);
    }
    List<? extends Duty> split = duty.split(parts);
    putDown(duty);
    // The first is needed first.
    inHand.addAll(split.reversed());
    return split;
  }

  /** Nothing comes of a duty in hand. */
  void drop(@Nullable Duty duty) {
    if (duty != null) {
      putDown(duty);
      duty.done();
    }
  }

  /** Gives a result, and the duty in hand for it. */
  void give(Emission emission, @Nullable Duty duty) {
    emissions.add(emission);
    if (duties != null) {
      putDown(duty);
      duties.add(duty);
    } else {
      drop(duty);
    }
  }

  /** How many duties are in hand. */
  int inHand() {
    return inHand.size();
  }

  /**
   * A part of the call has failed, and the rest goes on, where it is asked what went wrong.
   *
   * @param before how many duties were in hand before that part
   */
  void fail(Throwable error, int before) {
    if (duties == null) {
      switch (error) {
        case RuntimeException exception -> throw exception;
        case Error mistake -> throw mistake;
        default -> throw new IllegalStateException(error);
      }
    }
    List<Duty> own = inHand.subList(before, inHand.size());
    failures.add(new Selected.Failure(error, joined(own)));
    own.clear();
  }

  /** What was given, without the duties. */
  List<Emission> emissions() {
    return emissions;
  }

  /** What was given, and then what went wrong. */
  List<Selected> results() {
    List<Selected> results = new ArrayList<>(emissions.size() + failures.size() + 1);
    for (int i = 0; i < emissions.size(); i++) {
      Duty duty = duties == null ? null : duties.get(i);
      results.add(new Selected.Result(emissions.get(i), duty));
    }
    results.addAll(failures);
    return results;
  }

  /** What was given before the call failed, and the failure. */
  List<Selected> failed(Throwable error) {
    List<Selected> results = results();
    results.add(new Selected.Failure(error, joined(inHand)));
    return results;
  }

  /** One duty for several, null for none. */
  static @Nullable Duty joined(List<Duty> duties) {
    return duties.isEmpty() ? null : duties.getFirst().join(duties.subList(1, duties.size()));
  }
}
