package io.holdfast.pipeline.direct;

import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.DidYouMean;
import io.holdfast.pipeline.operator.OperatorBlueprint;
import io.holdfast.pipeline.operator.OperatorSettings;
import io.holdfast.pipeline.operator.OperatorSpec;
import io.holdfast.pipeline.operator.OperatorType;
import io.holdfast.pipeline.operator.Operators;
import io.holdfast.script.Query;
import io.holdfast.script.QueryNode;
import io.holdfast.script.QueryOperator;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The operators of queries that run directly: those of pipelines, as they are here. */
final class DirectOperators {
  private DirectOperators() {}

  /** Makes an operator, or returns null where something is wrong with it. */
  static @Nullable QueryOperator make(
      Query query, QueryNode.Operator operator, ConfigErrors errors) {
    OperatorType type = Operators.find(operator.type()).orElse(null);
    if (type == null) {
      errors.add(
          OperatorSettings.at(query, operator.typeSpan()),
          "unknown operator type '"
              + operator.type()
              + "'; "
              + DidYouMean.hint(operator.type(), Operators.names()));
      return null;
    }
    Path nowhere = Path.of("");
    OperatorSpec spec =
        new OperatorSpec(
            "query",
            "run",
            operator.id(),
            OperatorSettings.at(query, operator.span()),
            OperatorSettings.of(query, operator),
            nowhere,
            nowhere);
    OperatorBlueprint blueprint = type.read(spec, errors);
    return blueprint == null ? null : blueprint.direct().get();
  }
}
