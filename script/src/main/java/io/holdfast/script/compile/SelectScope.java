package io.holdfast.script.compile;

import io.holdfast.script.SourceFile;
import io.holdfast.script.Span;
import io.holdfast.script.syntax.Expr;
import io.holdfast.script.syntax.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the target of a select may use: aggregates, and, where it has windows, the event only within
 * those. An expression by which the select groups stands for the group. Belongs to one compilation.
 */
final class SelectScope {
  /**
   * Strings and names in backticks; then blanks that keep two words or a minus apart; then others.
   */
  private static final Pattern BLANKS =
      Pattern.compile(
          "(\"(?:\\\\.|[^\"\\\\])*+\"|`[^`]*+`)|(?<=[\\w-])(\\s++)(?=[\\w-])|\\s++",
          Pattern.DOTALL);

  private final SourceFile source;
  private final boolean windowed;
  private final Map<String, Integer> groups = new HashMap<>();
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
      case Statement.Grouping.By(Expr value) -> groups.putIfAbsent(text(value), groups.size());
      case Statement.Grouping.Each(Expr array, _) -> groups.putIfAbsent(text(array), groups.size());
      case Statement.Grouping.Together(var parts, _) -> parts.forEach(this::addGroups);
    }
  }

  /** Returns the text of an expression, with blanks only where they mean something. */
  private String text(Expr expr) {
    Span span = expr.span();
    return BLANKS
        .matcher(source.text(span))
        .replaceAll(
            found ->
                found.group(1) != null
                    ? Matcher.quoteReplacement(found.group(1))
                    : found.group(2) != null ? " " : "");
  }

  /** Returns the place of the group that an expression stands for, or null. */
  @Nullable Integer group(Expr expr) {
    return groups.isEmpty() || inAggregate ? null : groups.get(text(expr));
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
