package io.holdfast.pipeline;

import java.util.List;

/** What takes the events that leave a pipeline: a sink, or another pipeline. */
public interface Outlet {
  /**
   * Takes events, and with them the duty to settle each. Called on the pipeline's loop; never waits
   * and never throws. Takes them also while {@link #valve} is closed, since the two may cross.
   *
   * @param parcels in order, one or more
   */
  void deliver(List<Parcel> parcels);

  /** Whether it takes events now. */
  Valve valve();
}
