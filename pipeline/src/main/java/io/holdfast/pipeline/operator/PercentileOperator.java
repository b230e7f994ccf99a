package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.Parcel;
import java.util.ArrayList;
import java.util.List;

/** Lets a part of the events through, by how those before them fared. */
final class PercentileOperator implements Operator {
  /** By the time of an event modulo this, which is as good as chance and the same each time. */
  private static final int GRAIN = 0xFFFF;

  private final OperatorContext context;
  private final double down;
  private final double up;
  private final Feedback feedback;
  private double part = 1;

  PercentileOperator(OperatorContext context, double timeoutMillis, double down, double up) {
    this.context = context;
    this.down = down;
    this.up = up;
    this.feedback = new Feedback(context, timeoutMillis, this::learn);
  }

  @Override
  public void process(String port, List<Parcel> parcels) {
    List<Parcel> passing = new ArrayList<>();
    List<Parcel> overflowing = new ArrayList<>();
    for (Parcel parcel : parcels) {
      double draw = (double) Math.floorMod(parcel.event().ingestNanos(), GRAIN) / GRAIN;
      if (draw > part) {
        overflowing.add(parcel);
      } else {
        passing.add(feedback.watched(parcel));
      }
    }
    context.emit("out", passing);
    context.emit(OperatorBlueprint.OVERFLOW, overflowing);
  }

  private void learn(boolean good) {
    part = Math.clamp(part + (good ? up : -down), 0.0, 1.0);
  }
}
