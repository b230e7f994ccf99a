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
import org.jspecify.annotations.Nullable;

/** Puts the graph of a query together and checks that it is one. */
final class GraphBuilder {
  private final Problems problems;
  private final Map<String, QueryNode> nodes = new LinkedHashMap<>();
  private final List<QueryEdge> edges = new ArrayList<>();
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

  /** Adds a node; where its name is written, or null if it is not. */
  void add(QueryNode node, @Nullable Name written) {
    QueryNode old = nodes.putIfAbsent(node.id(), node);
    // To create a stream again changes nothing.
    boolean same = old instanceof QueryNode.Stream && node instanceof QueryNode.Stream;
    if (old != null && !same && written != null) {
      problems.error(
          written.span(),
          "there is already a stream, operator or script `" + node.id() + "`",
          "rename one of them");
    }
  }

  /** Adds a select and its two edges. */
  void addSelect(Select select, Statement.Select statement) {
    // No name that a query can write.
    String id = "select#" + ++selects;
    boolean known = isKnown(statement.from().node());
    known = isKnown(statement.into().node()) && known;
    if (!known) {
      return;
    }
    add(new QueryNode.Selected(id, statement.span(), select), null);
    Statement.Port from = statement.from();
    Statement.Port into = statement.into();
    String output = port(from, "out");
    String input = port(into, "in");
    edges.add(new QueryEdge(from.node().text(), output, id, "in", span(from)));
    edges.add(new QueryEdge(id, "out", into.node().text(), input, span(into)));
  }

  private boolean isKnown(Name node) {
    if (nodes.containsKey(node.text())) {
      return true;
    }
    List<String> known = nodes.keySet().stream().filter(id -> !id.contains("#")).toList();
    problems.error(
        node.span(),
        "there is no stream, operator or script `" + node.text() + "` above",
        DidYouMean.hint(node.text(), known).orElse("create it first: create stream …"));
    return false;
  }

  private static String port(Statement.Port port, String usual) {
    Name written = port.port();
    if (written != null) {
      return written.text();
    }
    return switch (port.node().text()) {
      case "in", "out", "err" -> port.node().text();
      default -> usual;
    };
  }

  private static Span span(Statement.Port port) {
    Name written = port.port();
    Span node = port.node().span();
    return written == null ? node : node.to(written.span());
  }

  /** Reports that events would go in a circle. */
  void checkForCycles() {
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
