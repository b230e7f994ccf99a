package io.holdfast.script.compile;

import io.holdfast.script.ImportPath;
import io.holdfast.script.Span;
import io.holdfast.script.Value;
import io.holdfast.script.syntax.Expr;
import io.holdfast.script.syntax.Item;
import io.holdfast.script.syntax.Problems;
import io.holdfast.script.syntax.Statement;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles what is in one source, and checks it on the way. For one thread, for one load. */
public final class Compiler {
  private final Problems problems;
  private final Names names;

  /**
   * Starts with nothing defined.
   *
   * @param problems gets what is wrong
   * @param path where files of modules are searched
   * @param inQuery whether modules may define what queries define
   */
  public Compiler(Problems problems, ImportPath path, boolean inQuery) {
    this(Names.ofFile(problems, new Imports(path, inQuery)));
  }

  private Compiler(Names names) {
    this.problems = names.problems();
    this.names = names;
  }

  /**
   * Returns what is wrong with the file that is compiled.
   *
   * @return the problems so far
   */
  public Problems problems() {
    return problems;
  }

  /**
   * Returns the modules that are known, by the names under which they are.
   *
   * @return the names
   */
  public Set<String> modules() {
    return names.moduleNames();
  }

  /**
   * Returns the scripts, operators and windows that this module defines.
   *
   * @return the definitions, in the order of the source
   */
  public List<Statement> definitions() {
    return names.definitions();
  }

  /**
   * Makes known what a statement defines for all that follow.
   *
   * @param definition a use, constant, function or module
   */
  public void define(Item definition) {
    new Items(names).define(definition);
  }

  /**
   * Compiles a script. Its {@code args} are null.
   *
   * @param items its statements
   * @param span where it is
   * @return the program; not to be run if there are errors
   */
  public Program script(List<Item> items, Span span) {
    Names own = names.inner();
    Locals locals = new Locals();
    ExprCompiler compiler = new ExprCompiler(own, locals, null);
    Node body = new Items(own).sequence(items, compiler);
    return new Program(body, locals.count(), Value.NULL, compiler.site(span));
  }

  /**
   * Compiles a select.
   *
   * @param select the statement
   * @param windows its windows; all that it names, unless there are errors
   * @return the program; not to be run if there are errors
   */
  public SelectProgram select(Statement.Select select, List<Window> windows) {
    Locals locals = new Locals();
    ExprCompiler compiler = new ExprCompiler(names, locals, null);
    Condition where = condition(select.where(), compiler);
    Site site = compiler.site(select.span());
    Statement.Grouping grouping = select.group();
    Groupings.Groups groups = null;
    if (grouping != null) {
      compiler.refuseUnknownNamesAt(grouping.span());
      groups = new Groupings(compiler).compile(grouping, site);
    }
    boolean windowed = !select.windows().isEmpty();
    SelectScope scope = new SelectScope(problems.source(), windowed, grouping);
    compiler.enter(scope);
    compiler.refuseUnknownNamesAt(select.target().span());
    Node target = compiler.compile(select.target());
    // What is selected is the event by then.
    compiler.enter(scope.forHaving());
    Condition having = condition(select.having(), compiler);
    return new SelectProgram(
        target,
        isEvent(select.target()) && grouping == null && !windowed,
        List.copyOf(windows),
        scope.calls(),
        groups,
        where,
        having,
        site,
        locals.count());
  }

  private static boolean isEvent(Expr expr) {
    return expr instanceof Expr.Path path
        && path.segments().isEmpty()
        && path.root() instanceof Expr.Root.Reserved(Expr.Scope scope)
        && scope == Expr.Scope.EVENT;
  }

  /**
   * Compiles a window.
   *
   * @param window its definition
   * @param settings what it is set to, all of known meaning
   * @return the window; not to be used if there are errors
   */
  public Window window(Statement.DefineWindow window, WindowSettings settings) {
    Locals locals = new Locals();
    ExprCompiler compiler = new ExprCompiler(names, locals, null);
    Expr script = window.script();
    Node node = script == null ? null : compiler.compile(script);
    Site site = compiler.site(script == null ? window.span() : script.span());
    return settings.window(window.id().text(), node, site, locals.count());
  }

  /**
   * Returns a compiler for what is defined within a module that this one knows.
   *
   * @param name the name of the module
   * @return a compiler that sees what is in the module, and what is around it; null for a module of
   *     the library
   */
  public @Nullable Compiler within(String name) {
    return names.ownModule(name) instanceof Names.Module.Written(Names inner)
        ? new Compiler(inner)
        : null;
  }

  /**
   * Evaluates an expression that must be the same for each event.
   *
   * @param expr the expression
   * @return its value; null, the value, if there is an error
   */
  public Value constant(Expr expr) {
    ExprCompiler compiler = new ExprCompiler(names, new Locals(), null);
    compiler.refuseUnknownNamesAt(expr.span());
    return switch (compiler.compile(expr)) {
      case Node.Constant(Value value) -> value;
      case Node.Broken _ -> Value.NULL;
      default -> {
        problems.error(expr.span(), "a value that does not change is expected here", null);
        yield Value.NULL;
      }
    };
  }

  private static @Nullable Condition condition(@Nullable Expr expr, ExprCompiler compiler) {
    if (expr == null) {
      return null;
    }
    compiler.refuseUnknownNamesAt(expr.span());
    return new Condition(compiler.compile(expr), compiler.site(expr.span()));
  }
}
