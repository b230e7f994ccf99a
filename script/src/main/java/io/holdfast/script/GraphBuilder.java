package io.holdfast.script;

import io.holdfast.script.syntax.Name;
import io.holdfast.script.syntax.Problems;
import io.holdfast.script.syntax.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts the graph of a query together and checks that it is one. */
final class GraphBuilder {
  private final Problems problems;
  private final Map<String, QueryNode> nodes = new LinkedHashMap<>();
  private final List<QueryEdge> edges = new ArrayList<>();
  private final List<Name> targets = new ArrayList<>();
  private int selects;

  GraphBuilder(Problems problems) {
    this.problems = problems;
  }

  List<QueryNode> nodes() {
    return List.copyOf(nodes.values());
  }

  List<QueryEdge> edges() {
    return edges;
  }

  /** Adds a node. */
  void add(QueryNode node) {
    QueryNode old = nodes.putIfAbsent(node.id(), node);
    // To create a stream that is there already changes nothing.
    if (old != null && !(node instanceof QueryNode.Stream)) {
      problems.error(
          node.span(),
          "there is already a stream, operator or script `" + node.id() + "`",
          "rename one of them");
    }
  }

  /** Adds a select and its two edges. What it goes into may still be to come. */
  void addSelect(Select select, Statement.Select statement) {
    // No name that a query can write.
    String id = "select#" + ++selects;
    targets.add(statement.into().node());
    if (!nodes.containsKey(statement.from().node().text())) {
      reportUnknown(statement.from().node(), " above");
      return;
    }
    add(new QueryNode.Selected(id, statement.span(), select));
    Statement.Port from = statement.from();
    Statement.Port into = statement.into();
    edges.add(new QueryEdge(from.node().text(), output(from), id, "in", span(from)));
    edges.add(new QueryEdge(id, "out", into.node().text(), input(into), span(into)));
  }

  /** Reports what selects go into and nothing creates, and that events would go in a circle. */
  void check() {
    List<Name> unknown =
        targets.stream().filter(target -> !nodes.containsKey(target.text())).toList();
    unknown.forEach(target -> reportUnknown(target, ""));
    if (unknown.isEmpty()) {
      checkForCycles();
    }
  }

  private void reportUnknown(Name node, String where) {
    List<String> known = nodes.keySet().stream().filter(id -> !id.contains("#")).toList();
    problems.error(
        node.span(),
        "there is no stream, operator or script `" + node.text() + "`" + where,
        DidYouMean.hint(node.text(), known).orElse("create it: create stream …"));
  }

  private static String output(Statement.Port from) {
    String node = from.node().text();
    String port = written(from, "out");
    // At an end of the query the usual port is called as the end is.
    return port.equals("out") && QueryLoader.ENDS.contains(node) ? node : port;
  }

  /** Returns the input that a select gives to; of the query's ends only {@code out} has several. */
  private static String input(Statement.Port into) {
    String node = into.node().text();
    String port = written(into, "in");
    return switch (node) {
      case "out" -> port.equals("in") ? node : port;
      case "err", "metrics" -> node;
      default -> port;
    };
  }

  private static String written(Statement.Port port, String usual) {
    Name written = port.port();
    return written == null ? usual : written.text();
  }

  private static Span span(Statement.Port port) {
    Name written = port.port();
    Span node = port.node().span();
    return written == null ? node : node.to(written.span());
  }

  private void checkForCycles() {
    // Nodes into which nothing leads any more are taken away until none is left, or a circle is.
    Map<String, List<QueryEdge>> outgoing = new HashMap<>();
    Map<String, Integer> incoming = new HashMap<>();
    for (QueryEdge edge : edges) {
      outgoing.computeIfAbsent(edge.from(), _ -> new ArrayList<>()).add(edge);
      incoming.merge(edge.to(), 1, Integer::sum);
    }
    Deque<String> free = new ArrayDeque<>(nodes.keySet());
    free.removeIf(incoming::containsKey);
    while (!free.isEmpty()) {
      for (QueryEdge edge : outgoing.getOrDefault(free.remove(), List.of())) {
        if (incoming.merge(edge.to(), -1, Integer::sum) == 0) {
          incoming.remove(edge.to());
          free.add(edge.to());
        }
      }
    }
    edges.stream()
        .filter(edge -> incoming.containsKey(edge.from()) && incoming.containsKey(edge.to()))
        .findFirst()
        .ifPresent(edge -> problems.error(edge.span(), "events would go in a circle here", null));
  }
}
