package io.holdfast.script.compile;

import io.holdfast.script.SourceFile;
import io.holdfast.script.syntax.Expr;
import io.holdfast.script.syntax.Spelling;
import io.holdfast.script.syntax.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the target of a select may use: aggregates, and, where it has windows, the event only within
 * those. An expression by which the select groups stands for the group. Belongs to one compilation.
 */
final class SelectScope {
  private final SourceFile source;
  private final boolean windowed;
  private final Map<String, Integer> groups = new HashMap<>();

  /** How many parts the grouping has; one that is there twice counts twice. */
  private int grouped;

  private final List<AggregateCall> calls;
  private boolean inAggregate;

  SelectScope(SourceFile source, boolean windowed, Statement.@Nullable Grouping grouping) {
    this(source, windowed, new ArrayList<>());
    if (windowed && grouping != null) {
      addGroups(grouping);
    }
  }

  private SelectScope(SourceFile source, boolean windowed, List<AggregateCall> calls) {
    this.source = source;
    this.windowed = windowed;
    this.calls = calls;
  }

  /** Returns the scope of {@code having}, which sees what was selected and the same aggregates. */
  SelectScope forHaving() {
    return new SelectScope(source, false, calls);
  }

  private void addGroups(Statement.Grouping grouping) {
    switch (grouping) {
      case Statement.Grouping.By(Expr value) -> groups.putIfAbsent(words(value), grouped++);
      case Statement.Grouping.Each(Expr array, _) -> groups.putIfAbsent(words(array), grouped++);
      case Statement.Grouping.Together(var parts, _) -> parts.forEach(this::addGroups);
    }
  }

  private String words(Expr expr) {
    return Spelling.of(source.text(expr.span()));
  }

  /** Returns the place of the group that an expression stands for, or null. */
  @Nullable Integer group(Expr expr) {
    return groups.isEmpty() || inAggregate ? null : groups.get(words(expr));
  }

  /** Returns whether the event cannot be looked at here. */
  boolean isBeyondEvents() {
    return windowed && !inAggregate;
  }

  boolean isInAggregate() {
    return inAggregate;
  }

  void setInAggregate(boolean now) {
    inAggregate = now;
  }

  /** Adds a call, and returns its place. */
  int add(AggregateCall call) {
    calls.add(call);
    return calls.size() - 1;
  }

  List<AggregateCall> calls() {
    return calls;
  }
}
