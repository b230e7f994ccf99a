package io.holdfast.script.compile;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.DidYouMean;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import io.holdfast.script.extract.BadPattern;
import io.holdfast.script.extract.Extractor;
import io.holdfast.script.extract.Extractors;
import io.holdfast.script.operation.Comparison;
import io.holdfast.script.syntax.BinaryOperator;
import io.holdfast.script.syntax.Expr;
import io.holdfast.script.syntax.Name;
import io.holdfast.script.syntax.Pattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compiles the patterns of one match. */
final class Patterns {
  private final ExprCompiler compiler;

  /** Where a comparison fails that is not defined: the reference names the whole match. */
  private final Site site;

  Patterns(ExprCompiler compiler, Site site) {
    this.compiler = compiler;
    this.site = site;
  }

  /** Returns whether a pattern matches everything. */
  static boolean isIrrefutable(Pattern pattern) {
    return switch (pattern) {
      case Pattern.Default _, Pattern.Anything _ -> true;
      case Pattern.Assign assign -> isIrrefutable(assign.pattern());
      default -> false;
    };
  }

  Matcher compile(Pattern pattern) {
    return compile(pattern, false);
  }

  /** Compiles a pattern whose result gets a name, or is thrown away. */
  Matcher compile(Pattern pattern, boolean bound) {
    return switch (pattern) {
      case Pattern.Default _, Pattern.Anything _ -> (value, _) -> value;
      case Pattern.Equal equal -> {
        Node wanted = compiler.compile(equal.value());
        // What is bound is the value of the pattern: 1.0 also where 1 was found.
        yield (value, frame) -> {
          Value own = wanted.eval(frame);
          return Comparison.equal(value, own) ? own : null;
        };
      }
      case Pattern.Assign assign -> assign(assign);
      case Pattern.OfRecord record -> ofRecord(record, bound);
      case Pattern.OfArray array -> ofArray(array, bound);
      case Pattern.OfTuple tuple -> ofTuple(tuple, bound);
      case Pattern.Extract extract -> extract(extract, bound);
    };
  }

  private Matcher extract(Pattern.Extract pattern, boolean bound) {
    String name = pattern.extractor().text();
    try {
      Extractor extractor = Extractors.make(name, pattern.text(), bound);
      if (extractor != null) {
        return (value, frame) ->
            value instanceof Value.Text text
                ? extractor.extract(text.value(), frame.ingestNanos())
                : null;
      }
      compiler
          .problems()
          .error(
              pattern.span(),
              "there is no extractor `" + name + "`",
              DidYouMean.hint(name, Extractors.names()).orElse(null));
    } catch (BadPattern e) {
      compiler.problems().error(pattern.span(), "`" + name + "`: " + e.getMessage(), null);
    }
    return (_, _) -> null;
  }

  private Matcher assign(Pattern.Assign assign) {
    Matcher inner = compile(assign.pattern(), true);
    int slot = compiler.locals().hide(assign.name().text());
    return (value, frame) -> {
      Value result = inner.match(value, frame);
      if (result != null) {
        frame.setLocal(slot, result);
      }
      return result;
    };
  }

  /** A test of a record; what it finds goes into the result. */
  @FunctionalInterface
  private interface FieldTest {
    boolean passes(RecordValue fields, RecordValue.Builder result, Frame frame);
  }

  private Matcher ofRecord(Pattern.OfRecord pattern, boolean bound) {
    warnOfRedundantTests(pattern);
    warnOfContradictions(pattern);
    List<FieldTest> tests = pattern.tests().stream().map(test -> fieldTest(test, bound)).toList();
    return (value, frame) -> {
      if (!(value instanceof RecordValue fields)) {
        return null;
      }
      RecordValue.Builder result = RecordValue.builder();
      for (FieldTest test : tests) {
        if (!test.passes(fields, result, frame)) {
          return null;
        }
      }
      return result.build();
    };
  }

  private FieldTest fieldTest(Pattern.FieldTest test, boolean bound) {
    String key = test.field().text();
    return switch (test) {
      case Pattern.FieldTest.Presence(Name _, boolean present) ->
          present ? present(key) : (fields, _, _) -> !fields.has(key);
      case Pattern.FieldTest.Compare(Name _, BinaryOperator operator, var wanted) -> {
        Node node = compiler.compile(wanted);
        yield (fields, _, frame) -> {
          Value found = fields.get(key);
          return found != null
              && Operators.apply(operator, found, node.eval(frame), site).equals(Value.TRUE);
        };
      }
      case Pattern.FieldTest.Matches(Name _, Pattern pattern) -> {
        Matcher matcher = compile(pattern, bound);
        yield (fields, result, frame) -> {
          Value found = fields.get(key);
          Value matched = found == null ? null : matcher.match(found, frame);
          if (matched != null) {
            result.put(key, matched);
          }
          return matched != null;
        };
      }
    };
  }

  private static FieldTest present(String key) {
    return (fields, result, _) -> {
      Value found = fields.get(key);
      if (found != null) {
        result.put(key, found);
      }
      return found != null;
    };
  }

  private void warnOfRedundantTests(Pattern.OfRecord pattern) {
    for (Pattern.FieldTest test : pattern.tests()) {
      if (test instanceof Pattern.FieldTest.Presence(Name field, boolean present)
          && pattern.tests().stream().anyMatch(it -> isOtherTest(it, field, present))) {
        compiler
            .problems()
            .warning(
                field.span(),
                present
                    ? "`" + field.text() + "` has another test, which says that it is present"
                    : "`" + field.text() + "` has another test, so this can never match",
                "remove one of the two tests");
      }
    }
  }

  private void warnOfContradictions(Pattern.OfRecord pattern) {
    Map<String, Value> wanted = new HashMap<>();
    for (Pattern.FieldTest test : pattern.tests()) {
      if (test
              instanceof
              Pattern.FieldTest.Compare(Name field, BinaryOperator operator, Expr.Literal literal)
          && operator == BinaryOperator.EQUAL) {
        Value first = wanted.putIfAbsent(field.text(), literal.value());
        if (first != null && !Comparison.equal(first, literal.value())) {
          compiler
              .problems()
              .warning(
                  field.span(),
                  "`" + field.text() + "` cannot equal two values, so this can never match",
                  "remove one of the two tests");
        }
      }
    }
  }

  private static boolean isOtherTest(Pattern.FieldTest test, Name field, boolean present) {
    boolean same = test instanceof Pattern.FieldTest.Presence it && it.present() == present;
    return !same && test.field().text().equals(field.text());
  }

  private Matcher ofArray(Pattern.OfArray pattern, boolean bound) {
    List<Pattern> patterns = pattern.patterns();
    List<Matcher> matchers = patterns.stream().map(each -> compile(each, bound)).toList();
    return (value, frame) -> {
      if (!(value instanceof ArrayValue array)) {
        return null;
      }
      List<Value> result = new ArrayList<>();
      for (int i = 0; i < matchers.size(); i++) {
        boolean kept = !(patterns.get(i) instanceof Pattern.Anything);
        if (!matchesAny(matchers.get(i), array, kept ? result : null, frame)) {
          return null;
        }
      }
      return ArrayValue.of(result);
    };
  }

  private static boolean matchesAny(
      Matcher matcher, ArrayValue array, @Nullable List<Value> result, Frame frame) {
    boolean any = false;
    for (int i = 0; i < array.size(); i++) {
      Value matched = matcher.match(array.get(i), frame);
      if (matched != null) {
        any = true;
        if (result != null) {
          result.add(ArrayValue.of(Value.of(i), matched));
        }
      }
    }
    return any;
  }

  private Matcher ofTuple(Pattern.OfTuple pattern, boolean bound) {
    List<Pattern> patterns = pattern.patterns();
    List<Matcher> matchers = patterns.stream().map(each -> compile(each, bound)).toList();
    return (value, frame) -> {
      if (!(value instanceof ArrayValue array)
          || array.size() < matchers.size()
          || (array.size() > matchers.size() && !pattern.open())) {
        return null;
      }
      List<Value> result = new ArrayList<>();
      for (int i = 0; i < matchers.size(); i++) {
        Value matched = matchers.get(i).match(array.get(i), frame);
        if (matched == null) {
          return null;
        }
        result.add(matched);
      }
      return ArrayValue.of(result);
    };
  }
}
