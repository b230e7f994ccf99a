package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.Section;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code qos::backpressure}: while events are refused, fail, or take longer than {@code timeout}
 * milliseconds, lets one through every so often and sends the others to {@code overflow}; how often
 * says {@code steps}, each bad event leading one further. With {@code method = "pause"}, or {@code
 * circuit_breaker = true}, it takes none meanwhile instead.
 */
record BackpressureType(String name) implements OperatorType {
  private static final List<Long> USUAL_STEPS =
      List.of(50L, 100L, 250L, 500L, 1000L, 5000L, 10000L);
  private static final long MOST_MILLIS = Duration.ofDays(365).toMillis();

  @Override
  public @Nullable OperatorBlueprint read(OperatorSpec spec, ConfigErrors errors) {
    int before = errors.size();
    Section section = spec.section(errors);
    double timeout = section.number("timeout", 0, (double) MOST_MILLIS);
    List<Long> steps = section.integers("steps", 0, MOST_MILLIS, USUAL_STEPS);
    boolean breaks = section.flag("circuit_breaker", false);
    boolean pauses =
        section.choice("method", List.of("discard", "pause"), "discard").equals("pause");
    section.finish();
    if (errors.size() > before) {
      return null;
    }
    List<Duration> delays = steps.stream().map(Duration::ofMillis).toList();
    return new OperatorBlueprint(
        "timeout " + timeout + " ms, steps " + steps + (breaks || pauses ? ", pauses" : ""),
        Set.of("out", "err", OperatorBlueprint.OVERFLOW),
        null,
        context -> new BackpressureOperator(context, timeout, delays, breaks || pauses),
        // Nothing is ever slow there, so nothing is held back.
        OperatorBlueprint::passing);
  }
}
