package io.holdfast.pipeline.runtime;

import io.holdfast.pipeline.BufferPlan;
import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.DidYouMean;
import io.holdfast.pipeline.config.Location;
import io.holdfast.pipeline.operator.OperatorBlueprint;
import io.holdfast.pipeline.operator.OperatorSettings;
import io.holdfast.pipeline.operator.OperatorSpec;
import io.holdfast.pipeline.operator.OperatorType;
import io.holdfast.pipeline.operator.Operators;
import io.holdfast.pipeline.operator.Passthrough;
import io.holdfast.pipeline.operator.ScriptedOperators;
import io.holdfast.script.Query;
import io.holdfast.script.QueryEdge;
import io.holdfast.script.QueryNode;
import io.holdfast.script.Script;
import io.holdfast.script.Select;
import io.holdfast.script.Span;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the graph of a query, and finds what is wrong with its operators. Used once. */
final class QueryPlanner {
  private final Query query;
  private final String id;
  private final String instance;
  private final Path dataDirectory;
  private final Path workingDirectory;
  private final ConfigErrors errors;

  private final Graph.Builder graph = new Graph.Builder();
  private final List<PipelinePlan.Step> steps = new ArrayList<>();
  private final List<BufferPlan> buffers = new ArrayList<>();
  private final Map<String, OperatorBlueprint> operators = new HashMap<>();

  QueryPlanner(
      Query query,
      String id,
      String instance,
      Path dataDirectory,
      Path workingDirectory,
      ConfigErrors errors) {
    this.query = query;
    this.id = id;
    this.instance = instance;
    this.dataDirectory = dataDirectory;
    this.workingDirectory = workingDirectory;
    this.errors = errors;
  }

  @Nullable PipelinePlan plan() {
    int before = errors.size();
    graph.inlet(Graph.IN).outlet(Graph.OUT).outlet(Graph.ERR);
    for (QueryNode node : query.nodes()) {
      add(node);
    }
    for (QueryEdge edge : query.edges()) {
      connect(edge, before);
    }
    return errors.size() > before
        ? null
        : new PipelinePlan(id, instance, graph.build(), steps, buffers);
  }

  private void add(QueryNode node) {
    switch (node) {
      case QueryNode.Stream stream -> {
        if (!isEnd(stream.id())) {
          graph.node(stream.id(), context -> new Passthrough(context, Graph.OUT));
        }
      }
      case QueryNode.Selected(String name, Span span, Select select) -> {
        graph.node(name, context -> ScriptedOperators.select(context, select));
        steps.add(new PipelinePlan.Step(name, "select", at(span).toString()));
      }
      case QueryNode.Scripted(String name, Span span, Script script) -> {
        graph.node(name, context -> ScriptedOperators.script(context, script));
        steps.add(new PipelinePlan.Step(name, "script", at(span).toString()));
      }
      case QueryNode.Operator operator -> addOperator(operator);
    }
  }

  private void addOperator(QueryNode.Operator operator) {
    OperatorType type = Operators.find(operator.type()).orElse(null);
    if (type == null) {
      errors.add(
          at(operator.typeSpan()),
          "unknown operator type '"
              + operator.type()
              + "'; "
              + DidYouMean.hint(operator.type(), Operators.names()));
      return;
    }
    OperatorSpec spec =
        new OperatorSpec(
            id,
            instance,
            operator.id(),
            at(operator.span()),
            OperatorSettings.of(query, operator),
            dataDirectory,
            workingDirectory);
    OperatorBlueprint blueprint = type.read(spec, errors);
    if (blueprint == null) {
      return;
    }
    operators.put(operator.id(), blueprint);
    graph.node(operator.id(), blueprint.maker()::apply);
    steps.add(new PipelinePlan.Step(operator.id(), type.name(), blueprint.description()));
    if (blueprint.buffer() != null) {
      buffers.add(blueprint.buffer());
    }
  }

  private void connect(QueryEdge edge, int before) {
    OperatorBlueprint from = operators.get(edge.from());
    if (from != null && !from.outputs().contains(edge.fromPort())) {
      badPort(edge, edge.from(), "output", edge.fromPort(), from.outputs());
    }
    if (operators.containsKey(edge.to()) && !edge.toPort().equals(Graph.IN)) {
      badPort(edge, edge.to(), "input", edge.toPort(), List.of(Graph.IN));
    }
    // Nothing comes back from where events leave.
    boolean flows = edge.from().equals(Graph.IN) || !isEnd(edge.from());
    if (errors.size() == before && flows) {
      boolean enters = edge.from().equals(Graph.IN);
      boolean leaves = isEnd(edge.to());
      graph.edge(
          enters ? inlet(edge.fromPort()) : edge.from(),
          enters ? Graph.OUT : edge.fromPort(),
          leaves ? outlet(edge.toPort()) : edge.to(),
          leaves ? Graph.IN : edge.toPort());
    }
  }

  private void badPort(
      QueryEdge edge, String node, String kind, String port, Collection<String> known) {
    errors.add(
        at(edge.span()),
        "operator '"
            + node
            + "' has no "
            + kind
            + " '"
            + port
            + "'; "
            + DidYouMean.hint(port, known.stream().sorted().toList()));
  }

  /** The node of an input port; names with a slash cannot be those of a query's own nodes. */
  private String inlet(String port) {
    if (port.equals(Graph.IN)) {
      return Graph.IN;
    }
    String node = Graph.IN + "/" + port;
    if (!graph.hasInlet(port)) {
      graph.inlet(port, node);
    }
    return node;
  }

  private String outlet(String port) {
    if (port.equals(Graph.OUT) || port.equals(Graph.ERR)) {
      return port;
    }
    String node = Graph.OUT + "/" + port;
    if (!graph.hasOutlet(port)) {
      graph.outlet(port, node);
    }
    return node;
  }

  private static boolean isEnd(String node) {
    return switch (node) {
      case Graph.IN, Graph.OUT, Graph.ERR, Graph.METRICS -> true;
      default -> false;
    };
  }

  private Location at(Span span) {
    return OperatorSettings.at(query, span);
  }
}
