package io.holdfast.script.compile;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import io.holdfast.script.operation.Comparison;
import io.holdfast.script.syntax.Expr;
import io.holdfast.script.syntax.Pattern;
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
   * @param rebound how many of the first locals become what the parts of the pattern made of them
   * @param body what the case does
   */
  private record Case(Matcher matcher, @Nullable Condition guard, int rebound, Node body) {
    boolean takes(Value value, Frame frame) {
      Value matched = matcher.match(value, frame);
      if (matched == null || (guard != null && !guard.holds(frame))) {
        return false;
      }
      if (matched instanceof ArrayValue parts) {
        for (int i = 0; i < Math.min(rebound, parts.size()); i++) {
          frame.setLocal(i, parts.get(i));
        }
      }
      return true;
    }
  }

  private @Nullable Condition condition(@Nullable Expr guard) {
    return guard == null
        ? null
        : new Condition(compiler.compile(guard), compiler.site(guard.span()));
  }

  Node match(Expr.Match match, ExprCompiler.Use use) {
    Node target = compiler.compile(match.target());
    Site site = compiler.site(match.span());
    warnOfDefaults(match);
    warnOfRepeated(match.cases());
    return choose(target, match.cases(), 0, site, use);
  }

  /** Compiles the cases of a function, whose parameters become what patterns make of them. */
  Node ofFunction(List<Expr.Case> written, int arity, Site site) {
    return choose(tuple(arity), written, arity, site, new ExprCompiler.Use(true, false));
  }

  private Node choose(
      Node target, List<Expr.Case> written, int rebound, Site site, ExprCompiler.Use use) {
    Patterns patterns = new Patterns(compiler, site);
    List<Case> cases = new ArrayList<>();
    for (Expr.Case each : written) {
      int entered = compiler.locals().enter();
      Matcher matcher = patterns.compile(each.pattern(), rebound > 0);
      Condition guard = condition(each.guard());
      int parts = each.pattern() instanceof Pattern.OfTuple ? rebound : 0;
      cases.add(new Case(matcher, guard, parts, compiler.sequence(each.body(), use)));
      compiler.locals().leave(entered);
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

  private void warnOfRepeated(List<Expr.Case> cases) {
    List<Value> taken = new ArrayList<>();
    for (Expr.Case each : cases) {
      if (each.pattern() instanceof Pattern.Equal(Expr.Literal literal)) {
        Value wanted = literal.value();
        if (taken.stream().anyMatch(earlier -> Comparison.equal(earlier, wanted))) {
          compiler
              .problems()
              .warning(
                  literal.span(),
                  "an earlier case takes the same value, so this one is never reached",
                  "remove one of the two cases");
        } else if (each.guard() == null) {
          taken.add(wanted);
        }
      }
    }
  }

  Node comprehension(Expr.For loop, ExprCompiler.Use use) {
    Node target = compiler.compile(loop.target());
    List<Loop> loops = loop.cases().stream().map(each -> loop(each, use.ignored())).toList();
    Site site = compiler.site(loop.span());
    return frame -> {
      Results results = new Results(site);
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
      return ArrayValue.of(results.values);
    };
  }

  /** What the turns of a comprehension give. */
  private static final class Results {
    private final List<Value> values = new ArrayList<>();
    private final Site site;

    Results(Site site) {
      this.site = site;
    }

    void add(Value value) {
      if (values.size() == ArrayValue.MAX_MADE) {
        throw site.failure("the array would have more than " + ArrayValue.MAX_MADE + " elements");
      }
      values.add(value);
    }
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

  private Loop loop(Expr.ForCase written, boolean ignored) {
    int entered = compiler.locals().enter();
    int key = compiler.locals().hide(written.key().text());
    int value = compiler.locals().hide(written.value().text());
    Condition guard = condition(written.guard());
    Node body = compiler.sequence(written.body(), new ExprCompiler.Use(false, ignored));
    compiler.locals().leave(entered);
    return new Loop(key, value, guard, body);
  }

  private static void step(List<Loop> loops, Value key, Value value, Results results, Frame frame) {
    frame.steps().take(results.site);
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
  private static Node tuple(int slots) {
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
