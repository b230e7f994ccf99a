package io.holdfast.pipeline.direct;

import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.DidYouMean;
import io.holdfast.pipeline.config.Section;
import io.holdfast.pipeline.operator.BucketOperator;
import io.holdfast.pipeline.operator.CounterOperator;
import io.holdfast.pipeline.operator.OperatorSettings;
import io.holdfast.pipeline.operator.OperatorSpec;
import io.holdfast.pipeline.operator.OperatorType;
import io.holdfast.pipeline.operator.Operators;
import io.holdfast.script.Emission;
import io.holdfast.script.Query;
import io.holdfast.script.QueryNode;
import io.holdfast.script.QueryOperator;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The operators of queries that run directly, by the names that queries use. */
final class DirectOperators {
  private static final Map<String, Function<Section, QueryOperator>> MAKERS =
      Map.of(
          "passthrough", _ -> pass(),
          "generic::passthrough", _ -> pass(),
          "generic::counter", _ -> new CounterOperator(),
          "generic::batch", DirectOperators::batch,
          "generic::backpressure", DirectOperators::backpressure,
          "grouper::bucket", _ -> new BucketOperator(),
          "qos::backpressure", DirectOperators::backpressure,
          "qos::percentile", DirectOperators::percentile,
          "qos::roundrobin", DirectOperators::roundRobin);

  private DirectOperators() {}

  /** Makes an operator, or returns null where something is wrong with it. */
  static @Nullable QueryOperator make(
      Query query, QueryNode.Operator operator, ConfigErrors errors) {
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
    Function<Section, QueryOperator> maker = MAKERS.get(operator.type());
    if (maker != null) {
      Section section = spec.section(errors);
      QueryOperator made = maker.apply(section);
      section.finish();
      return made;
    }
    OperatorType type = Operators.find(operator.type()).orElse(null);
    if (type != null) {
      // A buffer gives nothing before somebody downstream says that it takes it.
      return type.read(spec, errors) == null ? null : (_, _) -> List.of();
    }
    TreeSet<String> known = new TreeSet<>(MAKERS.keySet());
    known.addAll(Operators.names());
    errors.add(
        OperatorSettings.at(query, operator.typeSpan()),
        "unknown operator type '"
            + operator.type()
            + "'; "
            + DidYouMean.hint(operator.type(), known));
    return null;
  }

  private static QueryOperator pass() {
    return (_, event) -> List.of(new Emission("out", event.value(), event.meta()));
  }

  /** Nothing is ever slow here, so nothing is held back. */
  private static QueryOperator backpressure(Section section) {
    long _ = section.integer("timeout", 0, Long.MAX_VALUE);
    Object _ = section.node("steps");
    Object _ = section.node("method");
    boolean _ = section.flag("circuit_breaker", false);
    return pass();
  }

  private static QueryOperator percentile(Section section) {
    long _ = section.integer("timeout", 0, Long.MAX_VALUE);
    Object _ = section.node("step_down");
    Object _ = section.node("step_up");
    return pass();
  }

  private static QueryOperator batch(Section section) {
    int count = (int) section.integer("count", 1, 1 << 20);
    long _ = section.integer("timeout", 0, Long.MAX_VALUE, 0);
    return new DirectBatch(count);
  }

  private static QueryOperator roundRobin(Section section) {
    List<String> written = section.texts("outputs");
    List<String> outputs = written.isEmpty() ? List.of("out") : written;
    int[] next = {0};
    return (_, event) -> {
      String port = outputs.get(next[0]);
      next[0] = (next[0] + 1) % outputs.size();
      return List.of(new Emission(port, event.value(), event.meta()));
    };
  }
}
