package io.holdfast.script.compile;

import io.holdfast.script.RecordValue;
import io.holdfast.script.Span;
import io.holdfast.script.Value;
import io.holdfast.script.syntax.Expr;
import io.holdfast.script.syntax.Item;
import io.holdfast.script.syntax.Problems;
import io.holdfast.script.syntax.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles what is in one source, and checks it on the way. For one thread, for one load. */
public final class Compiler {
  private final Problems problems;
  private final Names names = new Names(null);

  /**
   * Starts with nothing defined.
   *
   * @param problems gets what is wrong
   */
  public Compiler(Problems problems) {
    this.problems = problems;
  }

  /**
   * Makes known what a statement defines for all that follow.
   *
   * @param definition a use, constant, function or module
   */
  public void define(Item definition) {
    new Items(problems, names).define(definition);
  }

  /**
   * Compiles a script. Its {@code args} are empty.
   *
   * @param items its statements
   * @param span where it is
   * @return the program; not to be run if there are errors
   */
  public Program script(List<Item> items, Span span) {
    Names own = new Names(names);
    Locals locals = new Locals();
    ExprCompiler compiler = new ExprCompiler(problems, own, locals, null);
    Node body = new Items(problems, own).sequence(items, compiler);
    return new Program(body, locals.count(), RecordValue.empty(), compiler.site(span));
  }

  /**
   * Compiles a select.
   *
   * @param select the statement
   * @return the program; not to be run if there are errors
   */
  public SelectProgram select(Statement.Select select) {
    if (!select.windows().isEmpty()) {
      Span first = select.windows().getFirst().getFirst().span();
      problems.error(first, "windows are not supported yet", null);
    }
    Locals locals = new Locals();
    ExprCompiler compiler = new ExprCompiler(problems, names, locals, null);
    Node where = condition(select.where(), compiler);
    Site site = compiler.site(select.span());
    Statement.Grouping grouping = select.group();
    Groupings.Groups groups =
        grouping == null ? null : new Groupings(compiler).compile(grouping, site);
    Node target = compiler.compile(select.target());
    return new SelectProgram(
        target,
        groups,
        where,
        site(select.where(), select, compiler),
        condition(select.having(), compiler),
        site(select.having(), select, compiler),
        site,
        locals.count());
  }

  /**
   * Evaluates an expression that must be the same for each event.
   *
   * @param expr the expression
   * @return its value; null, the value, if there is an error
   */
  public Value constant(Expr expr) {
    return switch (new ExprCompiler(problems, names, new Locals(), null).compile(expr)) {
      case Node.Constant(Value value) -> value;
      case Node.Broken _ -> Value.NULL;
      default -> {
        problems.error(expr.span(), "a value that does not change is expected here", null);
        yield Value.NULL;
      }
    };
  }

  private static @Nullable Node condition(@Nullable Expr expr, ExprCompiler compiler) {
    return expr == null ? null : compiler.compile(expr);
  }

  private static Site site(@Nullable Expr expr, Statement.Select select, ExprCompiler compiler) {
    return compiler.site(expr == null ? select.span() : expr.span());
  }
}
