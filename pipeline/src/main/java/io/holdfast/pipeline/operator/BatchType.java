package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.Section;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * {@code generic::batch}: holds events until there are {@code count} of them, or until {@code
 * timeout} milliseconds after the first, and passes them on together.
 */
final class BatchType implements OperatorType {
  private static final int MOST_EVENTS = 1 << 20;
  private static final long MOST_MILLIS = Duration.ofDays(365).toMillis();

  @Override
  public String name() {
    return "generic::batch";
  }

  @Override
  public @Nullable OperatorBlueprint read(OperatorSpec spec, ConfigErrors errors) {
    int before = errors.size();
    Section section = spec.section(errors);
    int count = (int) section.integer("count", 1, MOST_EVENTS);
    OptionalLong timeout = section.integerIfSet("timeout", 0, MOST_MILLIS);
    section.finish();
    if (errors.size() > before) {
      return null;
    }
    Duration longest = timeout.isPresent() ? Duration.ofMillis(timeout.getAsLong()) : null;
    return new OperatorBlueprint(
        "count " + count + (longest == null ? "" : ", timeout " + longest.toMillis() + " ms"),
        OperatorBlueprint.USUAL_OUTPUTS,
        null,
        context -> new BatchOperator(context, count, longest),
        () -> new DirectBatch(count, longest));
  }
}
