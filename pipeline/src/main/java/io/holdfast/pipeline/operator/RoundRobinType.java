package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.Section;
import io.holdfast.script.Emission;
import io.holdfast.script.QueryOperator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code qos::roundrobin}: deals events out to {@code outputs}, one after the other, and passes
 * over those that take none now. When all are closed, so is it.
 */
final class RoundRobinType implements OperatorType {
  @Override
  public String name() {
    return "qos::roundrobin";
  }

  @Override
  public @Nullable OperatorBlueprint read(OperatorSpec spec, ConfigErrors errors) {
    int before = errors.size();
    Section section = spec.section(errors);
    List<String> outputs = section.texts("outputs");
    if (errors.size() == before && outputs.isEmpty()) {
      errors.add(
          section.locationOf("outputs"),
          "operator '" + spec.id() + "' needs 'outputs', the ports that it deals out to");
    }
    section.finish();
    if (errors.size() > before) {
      return null;
    }
    Set<String> ports = new HashSet<>(outputs);
    ports.add(OperatorBlueprint.OVERFLOW);
    ports.add("err");
    return new OperatorBlueprint(
        "outputs " + String.join(", ", outputs),
        Set.copyOf(ports),
        null,
        context -> new RoundRobinOperator(context, outputs),
        () -> dealing(outputs));
  }

  private static QueryOperator dealing(List<String> outputs) {
    int[] next = {0};
    return (_, event) -> {
      String port = outputs.get(next[0]);
      next[0] = (next[0] + 1) % outputs.size();
      return List.of(new Emission(port, event.value(), event.meta()));
    };
  }
}
