package io.holdfast.script.compile;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import io.holdfast.script.syntax.Expr;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles {@code match} and {@code for}. */
final class Choices {
  private final ExprCompiler compiler;

  Choices(ExprCompiler compiler) {
    this.compiler = compiler;
  }

  /**
   * A compiled case of a match.
   *
   * @param matcher the pattern
   * @param guard a further condition, or null
   * @param body what the case does
   */
  private record Case(Matcher matcher, @Nullable Condition guard, Node body) {
    boolean takes(Value value, Frame frame) {
      return matcher.match(value, frame) != null && (guard == null || guard.holds(frame));
    }
  }

  private @Nullable Condition condition(@Nullable Expr guard) {
    return guard == null
        ? null
        : new Condition(compiler.compile(guard), compiler.site(guard.span()));
  }

  Node match(Expr.Match match, boolean isLast) {
    Node target = compiler.compile(match.target());
    Site site = compiler.site(match.span());
    warnOfDefaults(match);
    return choose(target, match.cases(), site, isLast);
  }

  /** Compiles cases over a value, which is not checked for a default. */
  Node choose(Node target, List<Expr.Case> written, Site site, boolean isLast) {
    Patterns patterns = new Patterns(compiler, site);
    List<Case> cases = new ArrayList<>();
    for (Expr.Case each : written) {
      Matcher matcher = patterns.compile(each.pattern());
      Condition guard = condition(each.guard());
      cases.add(new Case(matcher, guard, compiler.sequence(each.body(), isLast)));
    }
    return frame -> {
      Value value = target.eval(frame);
      for (Case each : cases) {
        if (each.takes(value, frame)) {
          return each.body().eval(frame);
        }
      }
      throw site.failure("no case matches", "add a `default` case");
    };
  }

  private void warnOfDefaults(Expr.Match match) {
    List<Expr.Case> cases = match.cases();
    for (int i = 0; i < cases.size(); i++) {
      Expr.Case each = cases.get(i);
      if (Patterns.isIrrefutable(each.pattern()) && each.guard() == null) {
        if (i + 1 < cases.size()) {
          compiler
              .problems()
              .warning(
                  each.pattern().span(),
                  "this matches everything, so no later case is ever reached",
                  "move it to the end");
        }
        return;
      }
    }
    compiler
        .problems()
        .warning(
            match.span(),
            "this match has no default: an event that no case takes ends with an error",
            "add `default => null`");
  }

  Node comprehension(Expr.For loop) {
    Node target = compiler.compile(loop.target());
    List<Loop> loops = loop.cases().stream().map(this::loop).toList();
    return frame -> {
      List<Value> results = new ArrayList<>();
      switch (target.eval(frame)) {
        case ArrayValue array -> {
          for (int i = 0; i < array.size(); i++) {
            step(loops, Value.of(i), array.get(i), results, frame);
          }
        }
        case RecordValue fields ->
            fields.forEach((key, value) -> step(loops, Value.of(key), value, results, frame));
        default -> {}
      }
      return ArrayValue.of(results);
    };
  }

  /**
   * A compiled case of a comprehension.
   *
   * @param keySlot where the key goes
   * @param valueSlot where the value goes
   * @param guard a condition, or null
   * @param body what makes the element
   */
  private record Loop(int keySlot, int valueSlot, @Nullable Condition guard, Node body) {}

  private Loop loop(Expr.ForCase written) {
    int key = compiler.locals().declare(written.key().text());
    int value = compiler.locals().declare(written.value().text());
    Condition guard = condition(written.guard());
    return new Loop(key, value, guard, compiler.sequence(written.body(), false));
  }

  private static void step(
      List<Loop> loops, Value key, Value value, List<Value> results, Frame frame) {
    for (Loop loop : loops) {
      frame.setLocal(loop.keySlot(), key);
      frame.setLocal(loop.valueSlot(), value);
      if (loop.guard() == null || loop.guard().holds(frame)) {
        results.add(loop.body().eval(frame));
        return;
      }
    }
  }

  /** Makes a tuple of local slots, for the cases of functions. */
  static Node tuple(int slots) {
    return frame -> {
      List<Value> values = new ArrayList<>();
      for (int i = 0; i < slots; i++) {
        Value value = frame.local(i);
        values.add(value == null ? Value.NULL : value);
      }
      return ArrayValue.of(values);
    };
  }
}
