package io.holdfast.script;

import java.util.List;

/** A node of a query's graph. Immutable. */
public sealed interface QueryNode {
  /**
   * Returns the name of the node, which is unique in its query.
   *
   * @return the id
   */
  String id();

  /**
   * Returns the place of the source that makes the node, for messages.
   *
   * @return the place
   */
  Span span();

  /**
   * Passes events on as they are. {@code in}, {@code out}, {@code err} and {@code metrics} are the
   * ends of the query.
   *
   * @param id its name
   * @param span the place
   */
  record Stream(String id, Span span) implements QueryNode {}

  /**
   * Something that the host of the query provides, such as {@code qos::wal}.
   *
   * @param id its name
   * @param span the place
   * @param type the name of its type, {@code module::name}
   * @param typeSpan where the type is written
   * @param settings its configuration, in the order of the source; names are unique
   */
  record Operator(String id, Span span, String type, Span typeSpan, List<Setting> settings)
      implements QueryNode {}

  /**
   * Runs a script on each event.
   *
   * @param id its name
   * @param span the place
   * @param script the script
   */
  record Scripted(String id, Span span, Script script) implements QueryNode {}

  /**
   * Selects.
   *
   * @param id its name, made up: selects have none
   * @param span the place
   * @param select the select
   */
  record Selected(String id, Span span, Select select) implements QueryNode {}
}
