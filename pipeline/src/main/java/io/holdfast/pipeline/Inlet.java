package io.holdfast.pipeline;

/** Where events enter a pipeline. Any number of threads may deliver; the order of each is kept. */
public interface Inlet extends Outlet {
  /** The port's name, {@code in} for most. */
  String port();
}
