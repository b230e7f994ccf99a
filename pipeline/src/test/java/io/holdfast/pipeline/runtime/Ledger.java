package io.holdfast.pipeline.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.Outcome;
import io.holdfast.pipeline.Parcel;
import io.holdfast.script.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Hands events out and checks that each is settled exactly once. */
final class Ledger {
  final Map<Long, List<Outcome>> outcomes = new LinkedHashMap<>();

  List<Parcel> handOut(int count) {
    List<Parcel> parcels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long id = outcomes.size();
      List<Outcome> told = new ArrayList<>();
      outcomes.put(id, told);
      parcels.add(Parcel.of(Event.of(Value.of(id), 0, null, id), told::add));
    }
    return parcels;
  }

  void checkNoneTwice() {
    outcomes.forEach(
        (id, told) -> assertThat(told).as("outcomes of event " + id).hasSizeLessThan(2));
  }

  void checkEachOnce() {
    outcomes.forEach((id, told) -> assertThat(told).as("outcomes of event " + id).hasSize(1));
  }

  long settled() {
    return outcomes.values().stream().filter(told -> !told.isEmpty()).count();
  }
}
