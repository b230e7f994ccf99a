package io.holdfast.script;

import java.util.List;
import java.util.function.Function;

/**
 * A query: a graph of streams, operators, scripts and selects, loaded and checked. Immutable; what
 * changes while it runs belongs to the instances of its scripts and selects.
 */
public final class Query {
  private final SourceFile source;
  private final List<Setting> config;
  private final List<QueryNode> nodes;
  private final List<QueryEdge> edges;
  private final List<Diagnostic> warnings;

  Query(
      SourceFile source,
      List<Setting> config,
      List<QueryNode> nodes,
      List<QueryEdge> edges,
      List<Diagnostic> warnings) {
    this.source = source;
    this.config = List.copyOf(config);
    this.nodes = List.copyOf(nodes);
    this.edges = List.copyOf(edges);
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Loads a query. The types of its operators and their settings are not looked at: their host
   * knows them.
   *
   * @param source the text, in the language of {@code .trickle} files
   * @return the query
   * @throws LoadException with everything that is wrong in the source
   */
  public static Query load(SourceFile source) {
    return load(source, ImportPath.none());
  }

  /**
   * Loads a query that may use modules in files.
   *
   * @param source the text, in the language of {@code .trickle} files
   * @param path where the modules are searched
   * @return the query
   * @throws LoadException with everything that is wrong in the source and the modules
   */
  public static Query load(SourceFile source, ImportPath path) {
    return new QueryLoader(source, path).load();
  }

  /**
   * Makes an instance that runs in the thread of its caller.
   *
   * @param environment what functions see
   * @param operators makes the operators
   * @return the instance
   */
  public QueryInstance start(
      Environment environment, Function<QueryNode.Operator, QueryOperator> operators) {
    return new QueryInstance(this, environment, operators);
  }

  /**
   * Returns the text that was loaded, for messages about its nodes.
   *
   * @return the source
   */
  public SourceFile source() {
    return source;
  }

  /**
   * Returns what the {@code #!config} lines say, in their order.
   *
   * @return the settings
   */
  public List<Setting> config() {
    return config;
  }

  /**
   * Returns the nodes: the streams {@code in}, {@code out}, {@code err} and {@code metrics} first,
   * then in the order of the source. The graph has no cycle.
   *
   * @return the nodes
   */
  public List<QueryNode> nodes() {
    return nodes;
  }

  /**
   * Returns the edges in the order of the source. Events that leave one port of a node take its
   * edges in this order.
   *
   * @return the edges
   */
  public List<QueryEdge> edges() {
    return edges;
  }

  /**
   * Returns what is odd in the source but stops nothing.
   *
   * @return the warnings, in the order of the source
   */
  public List<Diagnostic> warnings() {
    return warnings;
  }
}
