package io.holdfast.pipeline.runtime;

import io.holdfast.pipeline.operator.Operator;
import io.holdfast.pipeline.operator.OperatorContext;
import io.holdfast.pipeline.operator.Passthrough;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The shape of a pipeline: nodes by name and the edges between their ports. Immutable; any number
 * of pipelines can be made from one.
 *
 * @param nodes how to make each node's operator, in the order of the query
 * @param edges in the order of the query
 * @param inlets the nodes by which events enter; each is also an input port's name
 * @param outlets the nodes by which events leave; each is also an output port's name
 */
record Graph(Map<String, Maker> nodes, List<Edge> edges, Set<String> inlets, Set<String> outlets) {

  /** The port that is meant when a query names none. */
  static final String OUT = "out";

  /** The port that events enter by when a query names none. */
  static final String IN = "in";

  /** The port of errors. */
  static final String ERR = "err";

  /** Makes an operator for a pipeline instance. */
  interface Maker extends Function<OperatorContext, Operator> {}

  /** From an output of a node to an input of another. */
  record Edge(String from, String fromPort, String to, String toPort) {}

  /** A graph that sends on what comes in. */
  static Graph passthrough() {
    return new Builder().inlet(IN).outlet(OUT).edge(IN, OUT, OUT, IN).build();
  }

  /** Collects nodes and edges. */
  static final class Builder {
    private final Map<String, Maker> nodes = new LinkedHashMap<>();
    private final List<Edge> edges = new ArrayList<>();
    private final Set<String> inlets = new LinkedHashSet<>();
    private final Set<String> outlets = new LinkedHashSet<>();

    Builder node(String name, Maker maker) {
      if (nodes.putIfAbsent(name, maker) != null) {
        throw new IllegalArgumentException("two nodes are called " + name);
      }
      return this;
    }

    /** A node that events enter by; they leave it by the port {@link #OUT}. */
    Builder inlet(String name) {
      inlets.add(name);
      return node(name, context -> new Passthrough(context, OUT));
    }

    /** A node that hands events to what the pipeline is connected to. */
    Builder outlet(String name) {
      outlets.add(name);
      return node(name, context -> new Passthrough(context, OUT));
    }

    Builder edge(String from, String fromPort, String to, String toPort) {
      edges.add(new Edge(from, fromPort, to, toPort));
      return this;
    }

    /**
     * The graph.
     *
     * @throws IllegalArgumentException when an edge leads to or from nowhere, or in a circle
     */
    Graph build() {
      for (Edge edge : edges) {
        if (!nodes.containsKey(edge.from()) || !nodes.containsKey(edge.to())) {
          throw new IllegalArgumentException(edge + " leads nowhere");
        }
      }
      Set<String> done = new LinkedHashSet<>();
      for (String node : nodes.keySet()) {
        visit(node, new LinkedHashSet<>(), done);
      }
      return new Graph(
          Collections.unmodifiableMap(new LinkedHashMap<>(nodes)),
          List.copyOf(edges),
          Collections.unmodifiableSet(new LinkedHashSet<>(inlets)),
          Collections.unmodifiableSet(new LinkedHashSet<>(outlets)));
    }

    private void visit(String node, Set<String> path, Set<String> done) {
      if (!path.add(node)) {
        throw new IllegalArgumentException(
            "events would go in a circle: " + String.join(" -> ", path) + " -> " + node);
      }
      if (done.add(node)) {
        for (Edge edge : edges) {
          if (edge.from().equals(node)) {
            visit(edge.to(), path, done);
          }
        }
      }
      path.remove(node);
    }
  }
}
