package io.holdfast.script;

/**
 * A way of events from one node of a query to another.
 *
 * <p>The usual output port is {@code out}, the usual input port {@code in}. At the ends of the
 * query, {@code in}, {@code out}, {@code err} and {@code metrics}, a port is one of the query
 * itself and is called as the stream where none is written: {@code into out/late} leaves the query
 * at its port {@code late}.
 *
 * @param from the id of the node that gives
 * @param fromPort its output port
 * @param to the id of the node that takes
 * @param toPort its input port
 * @param span where the query says so
 */
public record QueryEdge(String from, String fromPort, String to, String toPort, Span span) {}
