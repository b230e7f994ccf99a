package io.holdfast.pipeline.runtime;

import io.holdfast.pipeline.Outlet;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.Valve;
import java.util.ArrayList;
import java.util.List;

/** Keeps what it is given until the test settles it. */
final class TestOutlet implements Outlet {
  final List<Parcel> waiting = new ArrayList<>();
  final List<Long> seen = new ArrayList<>();
  private final Valve valve = new Valve();

  @Override
  public void deliver(List<Parcel> parcels) {
    for (Parcel parcel : parcels) {
      waiting.add(parcel);
      seen.add(parcel.event().id());
    }
  }

  @Override
  public Valve valve() {
    return valve;
  }

  List<Parcel> take() {
    List<Parcel> taken = List.copyOf(waiting);
    waiting.clear();
    return taken;
  }
}
