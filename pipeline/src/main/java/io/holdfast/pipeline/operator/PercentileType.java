package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.Section;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code qos::percentile}: lets a part of the events through, at first all, and sends the others to
 * {@code overflow}. The part shrinks by {@code step_down} with each event that is refused, fails,
 * or takes longer than {@code timeout} milliseconds, and grows by {@code step_up} with each other.
 */
final class PercentileType implements OperatorType {
  private static final double USUAL_STEP_DOWN = 0.05;
  private static final double USUAL_STEP_UP = 0.001;

  @Override
  public String name() {
    return "qos::percentile";
  }

  @Override
  public @Nullable OperatorBlueprint read(OperatorSpec spec, ConfigErrors errors) {
    int before = errors.size();
    Section section = spec.section(errors);
    double timeout = section.number("timeout", 0, Double.MAX_VALUE);
    double down = section.number("step_down", 0, 1, USUAL_STEP_DOWN);
    double up = section.number("step_up", 0, 1, USUAL_STEP_UP);
    section.finish();
    if (errors.size() > before) {
      return null;
    }
    return new OperatorBlueprint(
        "timeout " + timeout + " ms, step_down " + down + ", step_up " + up,
        Set.of("out", "err", OperatorBlueprint.OVERFLOW),
        null,
        context -> new PercentileOperator(context, timeout, down, up),
        // Nothing is ever slow there, so all of it passes.
        OperatorBlueprint::passing);
  }
}
