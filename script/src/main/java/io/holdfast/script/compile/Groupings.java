package io.holdfast.script.compile;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.JsonException;
import io.holdfast.script.Value;
import io.holdfast.script.operation.SortedJson;
import io.holdfast.script.syntax.Expr;
import io.holdfast.script.syntax.Statement;
import java.util.ArrayList;
import java.util.List;

/** Compiles {@code group by}. */
final class Groupings {
  /** How many groups one event may belong to; combinations of arrays grow fast. */
  private static final int MAX_GROUPS = 1 << 16;

  private final ExprCompiler compiler;

  Groupings(ExprCompiler compiler) {
    this.compiler = compiler;
  }

  /** A compiled grouping. */
  @FunctionalInterface
  interface Groups {
    /** Returns the groups of the event, each by its values. */
    List<List<Value>> of(Frame frame);
  }

  /** Returns what {@code group} is in a select: the values, and all of them as a string. */
  static Value group(List<Value> values, Site site) {
    List<Value> group = new ArrayList<>(values);
    try {
      group.add(Value.of(SortedJson.write(ArrayValue.of(values))));
    } catch (JsonException e) {
      throw site.failure(String.valueOf(e.getMessage()));
    }
    return ArrayValue.of(group);
  }

  /** Compiles a grouping; the site is that of the select. */
  Groups compile(Statement.Grouping grouping, Site site) {
    return switch (grouping) {
      case Statement.Grouping.By(Expr value) -> {
        Node node = compiler.compile(value);
        yield frame -> List.of(List.of(node.eval(frame)));
      }
      case Statement.Grouping.Each(Expr array, _) -> each(array);
      case Statement.Grouping.Together(List<Statement.Grouping> parts, _) ->
          together(parts.stream().map(part -> compile(part, site)).toList(), site);
    };
  }

  private Groups each(Expr expr) {
    Node node = compiler.compile(expr);
    Site site = compiler.site(expr.span());
    return frame -> {
      if (!(node.eval(frame) instanceof ArrayValue array)) {
        throw site.failure("`each` needs an array");
      }
      checkCount(array.size(), site);
      return array.elements().stream().map(List::of).toList();
    };
  }

  private static Groups together(List<Groups> parts, Site site) {
    return frame -> {
      List<List<Value>> combined = List.of();
      for (Groups part : parts) {
        List<List<Value>> groups = part.of(frame);
        if (combined.isEmpty()) {
          // Also after a part without any group, as in the reference.
          combined = groups;
          continue;
        }
        checkCount((long) combined.size() * groups.size(), site);
        List<List<Value>> longer = new ArrayList<>();
        for (List<Value> left : combined) {
          for (List<Value> right : groups) {
            List<Value> both = new ArrayList<>(left);
            both.addAll(right);
            longer.add(both);
          }
        }
        combined = longer;
      }
      return combined;
    };
  }

  private static void checkCount(long groups, Site site) {
    if (groups > MAX_GROUPS) {
      throw site.failure("an event can be in " + MAX_GROUPS + " groups at most");
    }
  }
}
