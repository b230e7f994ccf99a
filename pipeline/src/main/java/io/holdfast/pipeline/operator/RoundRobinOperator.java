package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.Parcel;
import java.util.List;

/** Deals events out to outputs that are open. */
final class RoundRobinOperator implements Operator {
  private final OperatorContext context;
  private final List<String> outputs;
  private int next;

  RoundRobinOperator(OperatorContext context, List<String> outputs) {
    this.context = context;
    this.outputs = outputs;
  }

  @Override
  public void process(String port, List<Parcel> parcels) {
    for (Parcel parcel : parcels) {
      context.emit(output(), List.of(parcel));
    }
  }

  /**
   * Returns the next open output. What came although all are closed overflows; where nothing is
   * connected there, it is the next one's turn all the same, for each takes what still comes.
   */
  private String output() {
    for (int i = 0; i < outputs.size(); i++) {
      int candidate = (next + i) % outputs.size();
      if (context.isOpen(outputs.get(candidate))) {
        return turnOf(candidate);
      }
    }
    if (context.isConnected(OperatorBlueprint.OVERFLOW)) {
      return OperatorBlueprint.OVERFLOW;
    }
    return turnOf(next % outputs.size());
  }

  private String turnOf(int output) {
    next = output + 1;
    return outputs.get(output);
  }

  @Override
  public boolean isPassable(OperatorContext itsOwn) {
    return outputs.stream().anyMatch(itsOwn::isOpen);
  }
}
