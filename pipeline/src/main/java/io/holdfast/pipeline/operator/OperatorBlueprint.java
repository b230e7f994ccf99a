package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.BufferPlan;
import io.holdfast.script.Emission;
import io.holdfast.script.QueryOperator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An operator whose settings are read and right.
 *
 * @param description its settings for the plan, empty when there are none
 * @param outputs the names of its outputs
 * @param buffer the buffer that it keeps, null when it keeps none
 * @param maker makes it for a running pipeline, without touching anything outside
 * @param direct makes what it is where nobody settles and nobody is slow
 */
public record OperatorBlueprint(
    String description,
    Set<String> outputs,
    @Nullable BufferPlan buffer,
    Function<OperatorContext, Operator> maker,
    Supplier<QueryOperator> direct) {

  /** Where goes what an operator cannot pass on. */
  static final String OVERFLOW = "overflow";

  /** The outputs that every operator has. */
  public static final Set<String> USUAL_OUTPUTS = Set.of("out", "err");

  /** An operator that answers each event at once, and that is the same everywhere. */
  static OperatorBlueprint of(
      String description, Set<String> outputs, Supplier<QueryOperator> operator) {
    return new OperatorBlueprint(
        description,
        outputs,
        null,
        context -> ScriptedOperators.operator(context, operator.get()),
        operator);
  }

  /** What an operator is that passes events on as they are. */
  static QueryOperator passing() {
    return (_, event) -> List.of(new Emission("out", event.value(), event.meta()));
  }
}
