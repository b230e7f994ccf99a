package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.config.ConfigNode;
import io.holdfast.pipeline.config.Location;
import io.holdfast.script.ArrayValue;
import io.holdfast.script.Query;
import io.holdfast.script.QueryNode;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Setting;
import io.holdfast.script.Span;
import io.holdfast.script.Value;
import java.util.ArrayList;
import java.util.List;

/** What a query says of an operator, as configuration. */
public final class OperatorSettings {
  private OperatorSettings() {}

  /** The settings of an operator, each with its place in the query. */
  public static ConfigNode.Mapping of(Query query, QueryNode.Operator operator) {
    List<ConfigNode.Entry> entries = new ArrayList<>();
    for (Setting setting : operator.settings()) {
      entries.add(
          new ConfigNode.Entry(
              at(query, setting.nameSpan()),
              setting.name(),
              node(at(query, setting.valueSpan()), setting.value())));
    }
    return new ConfigNode.Mapping(at(query, operator.span()), entries);
  }

  /** The place of a span of a query. */
  public static Location at(Query query, Span span) {
    return new Location(
        query.source().name(),
        query.source().line(span.start()),
        query.source().column(span.start()));
  }

  /** A value of the language as configuration; all of it is at the place of the whole. */
  private static ConfigNode node(Location at, Value value) {
    return switch (value) {
      case ArrayValue array -> {
        List<ConfigNode> items = new ArrayList<>();
        array.forEach(item -> items.add(node(at, item)));
        yield new ConfigNode.Sequence(at, items);
      }
      case RecordValue fields -> {
        List<ConfigNode.Entry> entries = new ArrayList<>();
        fields.forEach((key, field) -> entries.add(new ConfigNode.Entry(at, key, node(at, field))));
        yield new ConfigNode.Mapping(at, entries);
      }
      default -> new ConfigNode.Scalar(at, value);
    };
  }
}
