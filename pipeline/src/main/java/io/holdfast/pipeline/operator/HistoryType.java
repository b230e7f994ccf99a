package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.Section;
import io.holdfast.script.ArrayValue;
import io.holdfast.script.Emission;
import io.holdfast.script.QueryOperator;
import io.holdfast.script.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code debug::history}: notes in the array {@code name} of the metadata that an event was here,
 * as {@code evt: OP(NUMBER)}, where {@code op} says what here is and events are numbered from 0.
 */
final class HistoryType implements OperatorType {
  @Override
  public String name() {
    return "debug::history";
  }

  @Override
  public @Nullable OperatorBlueprint read(OperatorSpec spec, ConfigErrors errors) {
    int before = errors.size();
    Section section = spec.section(errors);
    String op = section.text("op");
    String name = section.text("name");
    section.finish();
    return errors.size() > before
        ? null
        : OperatorBlueprint.of(
            "op " + op + ", name " + name, OperatorBlueprint.USUAL_OUTPUTS, () -> noting(op, name));
  }

  private static QueryOperator noting(String op, String name) {
    long[] number = {0};
    return (_, event) -> {
      List<Value> history = new ArrayList<>();
      if (event.meta().get(name) instanceof ArrayValue earlier) {
        history.addAll(earlier.elements());
      }
      history.add(Value.of("evt: " + op + "(" + number[0]++ + ")"));
      return List.of(
          new Emission("out", event.value(), event.meta().with(name, ArrayValue.of(history))));
    };
  }
}
