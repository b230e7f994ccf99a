package io.holdfast.script.compile;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.JsonException;
import io.holdfast.script.RecordValue;
import io.holdfast.script.ScriptException;
import io.holdfast.script.Span;
import io.holdfast.script.Value;
import io.holdfast.script.library.Texts;
import io.holdfast.script.operation.Arithmetic;
import io.holdfast.script.operation.TooMuchWork;
import io.holdfast.script.syntax.Expr;
import io.holdfast.script.syntax.Name;
import io.holdfast.script.syntax.Problems;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compiles the expressions of one script, function or select to closures, and checks them on the
 * way. What depends on nothing is evaluated here, so its errors are found before any event comes.
 */
final class ExprCompiler {
  /** The port of an event that is emitted without naming one. */
  static final String USUAL_PORT = "out";

  private final Problems problems;
  private final Names names;
  private final Modules modules;
  private final Locals locals;
  private final @Nullable Integer recursionArity;
  private @Nullable SelectScope select;
  private @Nullable Span whole;

  /** Whether what is compiled is the last that a function does. */
  private boolean last;

  /** Whether nothing asks for the value of what is compiled. */
  private boolean ignored;

  private final Paths paths = new Paths(this);
  private final Assignments assignments = new Assignments(this);
  private final Calls calls = new Calls(this);
  private final Choices choices = new Choices(this);
  private final Patches patches = new Patches(this);
  private final BytesLiterals bytes = new BytesLiterals(this);

  /**
   * Starts without local names.
   *
   * @param names what is defined around
   * @param locals gets the local names
   * @param recursionArity how many arguments {@code recur} needs, or null outside of functions
   */
  ExprCompiler(Names names, Locals locals, @Nullable Integer recursionArity) {
    this.problems = names.problems();
    this.names = names;
    this.modules = new Modules(names);
    this.locals = locals;
    this.recursionArity = recursionArity;
  }

  /** Makes what is compiled from now on part of a select's target, or no longer, if null. */
  void enter(@Nullable SelectScope scope) {
    select = scope;
  }

  @Nullable SelectScope select() {
    return select;
  }

  /**
   * Says that what is compiled from now on stands in this expression, which may have no names of
   * its own: the reference refuses it as a whole for one that nothing gives a value.
   */
  void refuseUnknownNamesAt(Span expression) {
    whole = expression;
  }

  boolean refusesUnknownNames() {
    return whole != null;
  }

  /** Returns where to report a name that nothing gives a value. */
  Span unknown(Name name) {
    return whole == null ? name.span() : whole;
  }

  Problems problems() {
    return problems;
  }

  Names names() {
    return names;
  }

  Modules modules() {
    return modules;
  }

  Locals locals() {
    return locals;
  }

  Choices choices() {
    return choices;
  }

  Calls calls() {
    return calls;
  }

  @Nullable Integer recursionArity() {
    return recursionArity;
  }

  Site site(Span span) {
    return new Site(problems.source(), span);
  }

  /** Returns the names that a path can begin with, for suggestions. */
  Iterable<String> visibleNames() {
    Set<String> visible = new LinkedHashSet<>();
    locals.names().forEach(visible::add);
    names.constantNames().forEach(visible::add);
    for (Expr.Scope scope : Expr.Scope.values()) {
      visible.add(scope.spelling());
    }
    return visible;
  }

  Node compile(Expr expr) {
    Integer group = select == null ? null : select.group(expr);
    if (group != null) {
      return frame -> ((ArrayValue) frame.group).get(group);
    }
    boolean wasLast = last;
    boolean wasIgnored = ignored;
    last = false;
    ignored = false;
    Node node;
    if (hasEffect(expr)) {
      node = effect(expr, new Use(wasLast, wasIgnored));
    } else {
      Node value = value(expr, wasLast);
      node = wasIgnored ? new Node.Constant(Value.NULL) : value;
    }
    last = wasLast;
    ignored = wasIgnored;
    return node;
  }

  /**
   * What becomes of a value.
   *
   * @param last whether it is the last that a function computes
   * @param ignored whether nothing asks for it; then an expression without effect is not evaluated,
   *     so it cannot fail either
   */
  record Use(boolean last, boolean ignored) {}

  /** Whether evaluating does more than giving a value, or may do so. */
  private static boolean hasEffect(Expr expr) {
    return switch (expr) {
      case Expr.Match _, Expr.For _, Expr.Let _, Expr.Drop _, Expr.Emit _ -> true;
      default -> false;
    };
  }

  private Node effect(Expr expr, Use use) {
    return switch (expr) {
      case Expr.Match match -> choices.match(match, use);
      case Expr.For loop -> choices.comprehension(loop, use);
      case Expr.Let let -> assignments.let(let);
      case Expr.Drop drop -> {
        checkMayEnd("drop", drop.span());
        yield _ -> {
          throw Halt.drop();
        };
      }
      case Expr.Emit emit -> {
        checkMayEnd("emit", emit.span());
        yield emit(emit);
      }
      default -> throw new IllegalArgumentException("only a value");
    };
  }

  /** Compiles an expression that does nothing but give a value. */
  private Node value(Expr expr, boolean isLast) {
    return switch (expr) {
      case Expr.Literal literal -> new Node.Constant(literal.value());
      case Expr.Interpolation interpolation -> interpolation(interpolation);
      case Expr.ArrayLiteral array -> array(array);
      case Expr.RecordLiteral fields -> fields(fields);
      case Expr.BytesLiteral literal -> bytes.compile(literal);
      case Expr.Path path -> paths.read(path);
      case Expr.Presence presence -> paths.presence(presence);
      case Expr.Unary unary -> {
        Node operand = compile(unary.operand());
        // What is wrong is the operand, unless the whole is known at load.
        Span wrong = (operand instanceof Node.Constant ? unary : unary.operand()).span();
        Node node = Operators.unary(unary.operator(), operand, site(wrong));
        yield foldedIfConstant(node, List.of(operand));
      }
      case Expr.Binary binary -> {
        Node left = compile(binary.left());
        Node right = compile(binary.right());
        Node node = Operators.binary(binary.operator(), left, right, site(binary.span()));
        yield foldedIfConstant(node, List.of(left, right));
      }
      case Expr.Call call -> calls.call(call);
      case Expr.Recur recur -> calls.recur(recur, isLast);
      case Expr.Patch patch -> patches.patch(patch);
      case Expr.Merge merge -> patches.merge(merge);
      case Expr.Match _, Expr.For _, Expr.Let _, Expr.Drop _, Expr.Emit _ ->
          throw new IllegalArgumentException("not only a value");
    };
  }

  List<Node> compileAll(List<Expr> exprs) {
    List<Node> nodes = new ArrayList<>(exprs.size());
    for (Expr expr : exprs) {
      nodes.add(compile(expr));
    }
    return nodes;
  }

  /** A function gives its value to its caller: it cannot end the event. */
  private void checkMayEnd(String what, Span span) {
    if (recursionArity != null) {
      problems.error(
          span,
          "`" + what + "` cannot stand in a function",
          "return a value and " + what + " later");
    }
  }

  /**
   * Compiles expressions that are evaluated one after the other; the last gives the value.
   *
   * @param use what becomes of it
   */
  Node sequence(List<Expr> exprs, Use use) {
    List<Node> nodes = new ArrayList<>();
    for (Expr expr : exprs.subList(0, exprs.size() - 1)) {
      nodes.add(compileIgnored(expr));
    }
    nodes.add(compileAs(exprs.getLast(), use));
    return inSequence(nodes);
  }

  /** Compiles an expression whose value nothing asks for. */
  Node compileIgnored(Expr expr) {
    return compileAs(expr, new Use(false, true));
  }

  /** Compiles an expression that may be the last that a function does. */
  Node compileLast(Expr expr, boolean isLast) {
    return compileAs(expr, new Use(isLast, false));
  }

  private Node compileAs(Expr expr, Use use) {
    boolean wasLast = last;
    boolean wasIgnored = ignored;
    last = use.last();
    ignored = use.ignored();
    Node node = compile(expr);
    last = wasLast;
    ignored = wasIgnored;
    return node;
  }

  static Node inSequence(List<Node> nodes) {
    if (nodes.size() == 1) {
      return nodes.getFirst();
    }
    return frame -> {
      Value last = Value.NULL;
      for (Node node : nodes) {
        last = node.eval(frame);
      }
      return last;
    };
  }

  /** Evaluates a node at load if all that it is made of is known at load. */
  Node foldedIfConstant(Node node, List<Node> operands) {
    return operands.stream().allMatch(it -> it instanceof Node.Constant) ? folded(node) : node;
  }

  /** Evaluates a node that looks at nothing. */
  Node folded(Node node) {
    try {
      return new Node.Constant(node.eval(Frame.forConstants()));
    } catch (ScriptException e) {
      problems.add(e.diagnostic());
      return new Node.Broken();
    } catch (TooMuchWork e) {
      // It fails when an event gets there.
      return node;
    }
  }

  private Node interpolation(Expr.Interpolation interpolation) {
    List<Node> parts = compileAll(interpolation.parts());
    Site site = site(interpolation.span());
    Node node =
        frame -> {
          StringBuilder text = new StringBuilder();
          for (Node part : parts) {
            String more = text(part.eval(frame), site);
            if ((long) text.length() + more.length() > Arithmetic.MAX_STRING) {
              throw site.failure(
                  "the string would have more than " + Arithmetic.MAX_STRING + " chars");
            }
            text.append(more);
          }
          return Value.of(text.toString());
        };
    return foldedIfConstant(node, parts);
  }

  private static String text(Value value, Site site) {
    try {
      return Texts.of(value);
    } catch (JsonException e) {
      throw site.failure(String.valueOf(e.getMessage()));
    }
  }

  private Node array(Expr.ArrayLiteral array) {
    List<Node> elements = compileAll(array.elements());
    Node node =
        frame -> {
          List<Value> values = new ArrayList<>(elements.size());
          for (Node element : elements) {
            values.add(element.eval(frame));
          }
          return ArrayValue.of(values);
        };
    return foldedIfConstant(node, elements);
  }

  private Node fields(Expr.RecordLiteral literal) {
    List<Node> keys = compileAll(literal.fields().stream().map(Expr.Field::key).toList());
    List<Node> values = compileAll(literal.fields().stream().map(Expr.Field::value).toList());
    Node node =
        frame -> {
          RecordValue.Builder builder = RecordValue.builder();
          for (int i = 0; i < keys.size(); i++) {
            Value value = values.get(i).eval(frame);
            builder.put(Texts.of(keys.get(i).eval(frame)), value);
          }
          return builder.build();
        };
    List<Node> operands = new ArrayList<>(keys);
    operands.addAll(values);
    return foldedIfConstant(node, operands);
  }

  private Node emit(Expr.Emit emit) {
    Expr valueExpr = emit.value();
    Expr portExpr = emit.port();
    Node value = valueExpr == null ? frame -> frame.event : compile(valueExpr);
    Node port = portExpr == null ? new Node.Constant(Value.of(USUAL_PORT)) : compile(portExpr);
    return frame -> {
      Value emitted = value.eval(frame);
      throw Halt.emit(Texts.of(port.eval(frame)), emitted);
    };
  }
}
