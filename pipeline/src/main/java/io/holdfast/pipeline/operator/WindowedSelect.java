package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.Parcel;
import io.holdfast.script.ScriptException;
import io.holdfast.script.SelectInstance;
import io.holdfast.script.Selected;
import io.holdfast.script.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * A select with windows. A window holds the duty for its events, and settles them as its result is
 * settled. Where nobody cares for the outcome of an event, it is done once it is in its windows.
 */
final class WindowedSelect implements Operator {
  private final OperatorContext context;
  private final SelectInstance select;
  private final Contexts contexts = new Contexts();

  WindowedSelect(OperatorContext context, SelectInstance select) {
    this.context = context;
    this.select = select;
  }

  @Override
  public void process(String port, List<Parcel> parcels) {
    List<Parcel> out = new ArrayList<>();
    try {
      for (Parcel parcel : parcels) {
        if (parcel.isCaredFor()) {
          takeWithDuty(parcel, out);
        } else {
          takeWithoutDuty(parcel, out);
        }
      }
    } finally {
      context.emit("out", out);
    }
  }

  /** Closes windows whose time is over. */
  void elapse(long now) {
    Event none = Event.of(Value.NULL, now, null, 0);
    List<Parcel> out = new ArrayList<>();
    try {
      for (Selected selected : select.elapse(now)) {
        give(selected, Share.parcel(selected.duty(), none), out);
      }
    } finally {
      context.emit("out", out);
    }
  }

  private void takeWithDuty(Parcel parcel, List<Parcel> out) {
    Event event = parcel.event();
    for (Selected selected : select.take(contexts.of(event), Share.of(parcel))) {
      give(selected, Share.parcel(selected.duty(), event), out);
    }
  }

  /** The event that closes a window fares as the result does, like those that it was with. */
  private void takeWithoutDuty(Parcel parcel, List<Parcel> out) {
    Event event = parcel.event();
    List<Selected> results = select.take(contexts.of(event), null);
    if (results.isEmpty()) {
      parcel.ack();
      return;
    }
    List<Parcel> copies = parcel.fork(results.size());
    for (int i = 0; i < copies.size(); i++) {
      Selected selected = results.get(i);
      Parcel copy = copies.get(i);
      give(
          selected,
          selected.duty() == null
              ? copy
              : Parcel.join(event, List.of(copy, Share.parcel(selected.duty(), event))),
          out);
    }
  }

  private void give(Selected selected, Parcel parcel, List<Parcel> out) {
    switch (selected) {
      case Selected.Result(var emission, _) ->
          out.add(parcel.with(parcel.event().with(emission.value(), emission.meta())));
      case Selected.Failure(ScriptException error, _) -> context.error(parcel, error.getMessage());
      case Selected.Failure(Throwable mistake, _) ->
          context.error(parcel, context.name() + ": a mistake in the program: " + mistake);
    }
  }
}
