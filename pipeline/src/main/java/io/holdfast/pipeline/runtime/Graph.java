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
 * @param inlets the nodes by which events enter, by the names of input ports
 * @param outlets the nodes by which events leave, by the names of output ports
 */
record Graph(
    Map<String, Maker> nodes,
    List<Edge> edges,
    Map<String, String> inlets,
    Map<String, String> outlets) {

  /** The port that is meant when a query names none. */
  static final String OUT = "out";

  /** The port that events enter by when a query names none. */
  static final String IN = "in";

  /** The port of errors. */
  static final String ERR = "err";

  /** The port of what a query measures. */
  static final String METRICS = "metrics";

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
    private final Map<String, String> inlets = new LinkedHashMap<>();
    private final Map<String, String> outlets = new LinkedHashMap<>();

    Builder node(String name, Maker maker) {
      if (nodes.putIfAbsent(name, maker) != null) {
        throw new IllegalArgumentException("two nodes are called " + name);
      }
      return this;
    }

    /** A node that events enter by; they leave it by the port {@link #OUT}. */
    Builder inlet(String port) {
      return inlet(port, port);
    }

    /** An inlet whose node is called otherwise. */
    Builder inlet(String port, String node) {
      inlets.put(port, node);
      return node(node, context -> new Passthrough(context, OUT));
    }

    /** A node that hands events to what the pipeline is connected to. */
    Builder outlet(String port) {
      return outlet(port, port);
    }

    /** An outlet whose node is called otherwise. */
    Builder outlet(String port, String node) {
      outlets.put(port, node);
      return node(node, context -> new Passthrough(context, OUT));
    }

    boolean hasInlet(String port) {
      return inlets.containsKey(port);
    }

    boolean hasOutlet(String port) {
      return outlets.containsKey(port);
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
          Collections.unmodifiableMap(new LinkedHashMap<>(inlets)),
          Collections.unmodifiableMap(new LinkedHashMap<>(outlets)));
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
