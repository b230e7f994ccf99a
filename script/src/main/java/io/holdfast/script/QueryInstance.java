package io.holdfast.script;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A query that runs in the thread of its caller, an event at a time: what leaves a node goes on
 * along its edges, each to the end. What comes out of one event is in the order of the query. For
 * one thread at a time.
 */
public final class QueryInstance {
  private static final URI NOWHERE = URI.create("none:/");

  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Node entry;

  QueryInstance(
      Query query, Environment environment, Function<QueryNode.Operator, QueryOperator> operators) {
    for (QueryNode node : query.nodes()) {
      nodes.put(node.id(), node(node, environment, operators));
    }
    for (QueryEdge edge : query.edges()) {
      boolean leaves = !edge.to().equals("in") && QueryLoader.ENDS.contains(edge.to());
      node(edge.from())
          .targets
          .computeIfAbsent(edge.fromPort(), _ -> new ArrayList<>())
          .add(new Target(leaves ? null : node(edge.to()), edge.toPort()));
    }
    entry = node("in");
  }

  /** Takes what comes out of a query. */
  public interface Output {
    /**
     * Takes an event that leaves the query.
     *
     * @param emission the event, with the output port of the query
     */
    void emitted(Emission emission);

    /**
     * Takes an error that no node of the query takes.
     *
     * @param error what went wrong, with the place
     */
    void failed(ScriptException error);
  }

  /** Something that gives events when time passes. */
  @FunctionalInterface
  private interface Ticker {
    List<Emission> tick(long nanos);
  }

  /** Where events go next: a node, or null for the outside. */
  private record Target(@Nullable Node node, String port) {}

  /** A node with what follows it. */
  private static final class Node {
    private final QueryOperator operator;
    private final Ticker ticker;
    private final @Nullable ScriptInstance script;

    /** Whether what it gives together goes on in its order: a batch is a whole. */
    private final boolean inOrder;

    private final Map<String, List<Target>> targets = new HashMap<>();

    private Node(
        QueryOperator operator, Ticker ticker, @Nullable ScriptInstance script, boolean inOrder) {
      this.operator = operator;
      this.ticker = ticker;
      this.script = script;
      this.inOrder = inOrder;
    }

    Node(QueryOperator operator) {
      this(operator, operator::tick, null, true);
    }

    Node(SelectInstance select) {
      this((_, event) -> select.apply(event), select::tick, null, false);
    }

    Node(ScriptInstance script) {
      this((_, event) -> script.run(event).stream().toList(), _ -> List.of(), script, false);
    }
  }

  private static Node node(
      QueryNode node,
      Environment environment,
      Function<QueryNode.Operator, QueryOperator> operators) {
    return switch (node) {
      case QueryNode.Stream _ ->
          new Node((_, event) -> List.of(new Emission("out", event.value(), event.meta())));
      case QueryNode.Scripted scripted -> new Node(scripted.script().start(environment));
      case QueryNode.Selected selected -> new Node(selected.select().start(environment));
      case QueryNode.Operator operator -> new Node(operators.apply(operator));
    };
  }

  private Node node(String id) {
    Node node = nodes.get(id);
    if (node == null) {
      throw new IllegalArgumentException("no node is called " + id);
    }
    return node;
  }

  /**
   * Runs the query on one event.
   *
   * @param event the event; it enters by the port {@code in}
   * @param output gets what comes out
   */
  public void run(EventContext event, Output output) {
    List<Emission> out = new ArrayList<>();
    pass(entry, new Emission("in", event.value(), event.meta()), event, out, output);
    emit(out, output);
  }

  private static void emit(List<Emission> out, Output output) {
    for (int i = out.size() - 1; i >= 0; i--) {
      output.emitted(out.get(i));
    }
  }

  /**
   * Closes windows whose time is over.
   *
   * @param nanos the time, in nanoseconds since 1970-01-01T00:00Z
   * @param output gets what comes out
   */
  public void tick(long nanos, Output output) {
    EventContext context = new EventContext(Value.NULL, RecordValue.empty(), nanos, NOWHERE);
    for (Node node : nodes.values()) {
      List<Emission> out = new ArrayList<>();
      try {
        passAll(node, node.ticker.tick(nanos), context, out, output);
      } catch (ScriptException e) {
        output.failed(e);
      }
      emit(out, output);
    }
  }

  /**
   * Passes on what a node gives, the last first, as the reference does: nodes that remember events
   * see them in that order. What leaves the query is turned round in the end.
   */
  private void passAll(
      Node from, List<Emission> emissions, EventContext origin, List<Emission> out, Output output) {
    if (from.inOrder && emissions.size() > 1) {
      List<List<Emission>> parts = new ArrayList<>();
      for (Emission each : emissions) {
        List<Emission> part = new ArrayList<>();
        pass(from, each, origin, part, output);
        parts.add(part);
      }
      parts.reversed().forEach(out::addAll);
      return;
    }
    for (int i = emissions.size() - 1; i >= 0; i--) {
      pass(from, emissions.get(i), origin, out, output);
    }
  }

  private void pass(
      Node from, Emission emission, EventContext origin, List<Emission> out, Output output) {
    List<Target> targets = from.targets.getOrDefault(emission.port(), List.of());
    for (int i = targets.size() - 1; i >= 0; i--) {
      Target target = targets.get(i);
      Node node = target.node();
      if (node == null) {
        out.add(new Emission(target.port(), emission.value(), emission.meta()));
        continue;
      }
      EventContext event =
          new EventContext(
              emission.value(), emission.meta(), origin.ingestNanos(), origin.origin());
      List<Emission> results;
      try {
        results = node.operator.apply(target.port(), event);
      } catch (ScriptException e) {
        ScriptInstance script = node.script;
        if (script == null || !node.targets.containsKey("err")) {
          output.failed(e);
          continue;
        }
        results = List.of(new Emission("err", error(e, script.event()), script.meta()));
      }
      passAll(node, results, origin, out, output);
    }
  }

  private static Value error(ScriptException error, Value event) {
    return RecordValue.of("error", Value.of(error.getMessage())).with("event", event);
  }
}
