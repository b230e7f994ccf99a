package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.Parcel;
import java.util.List;

/** Sends on what comes in. */
public final class Passthrough implements Operator {
  private final OperatorContext context;
  private final String port;

  /**
   * A node that sends on.
   *
   * @param port the output that everything leaves by
   */
  public Passthrough(OperatorContext context, String port) {
    this.context = context;
    this.port = port;
  }

  @Override
  public void process(String input, List<Parcel> parcels) {
    context.emit(port, parcels);
  }
}
