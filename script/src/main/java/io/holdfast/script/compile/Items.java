package io.holdfast.script.compile;

import io.holdfast.script.Span;
import io.holdfast.script.Value;
import io.holdfast.script.library.Function;
import io.holdfast.script.syntax.Expr;
import io.holdfast.script.syntax.Item;
import io.holdfast.script.syntax.Name;
import io.holdfast.script.syntax.Problems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles the statements of scripts and modules. */
final class Items {
  private final Problems problems;
  private final Names names;

  Items(Names names) {
    this.problems = names.problems();
    this.names = names;
  }

  /**
   * Compiles statements into one node. A constant gives its value if it comes last; where nothing
   * gives one, the event passes.
   */
  Node sequence(List<Item> items, ExprCompiler compiler) {
    List<Node> nodes = new ArrayList<>();
    int last = lastWithValue(items);
    for (int i = 0; i < items.size(); i++) {
      switch (items.get(i)) {
        case Item.Evaluate(Expr expr) ->
            nodes.add(
                i == last
                    ? compiler.compileLast(expr, compiler.recursionArity() != null)
                    : compiler.compileIgnored(expr));
        case Item.Const constant -> {
          define(constant);
          Value value = names.ownConstant(constant.name().text());
          if (i == last && value != null) {
            nodes.add(new Node.Constant(value));
          }
        }
        case Item other -> define(other);
      }
    }
    // What is wrong may be the very use.
    for (int i = 0; i < items.size() && !problems.hasErrors(); i++) {
      warnIfUnused(items.get(i), i + 1 == items.size(), compiler.locals());
    }
    return nodes.isEmpty() ? frame -> frame.event : ExprCompiler.inSequence(nodes);
  }

  private static int lastWithValue(List<Item> items) {
    int at = items.size() - 1;
    if (!items.isEmpty() && items.getLast() instanceof Item.Const) {
      return at;
    }
    while (at >= 0 && !(items.get(at) instanceof Item.Evaluate)) {
      at--;
    }
    return at;
  }

  /** Warns of a name that nothing asks for. What comes last is a result, so it has a use. */
  private void warnIfUnused(Item item, boolean isLast, Locals locals) {
    Name unused =
        switch (item) {
          case Item.Evaluate(Expr.Let(Expr.Path target, _, _))
              when !isLast
                  && target.segments().isEmpty()
                  && target.root() instanceof Expr.Root.Local(Name local) ->
              locals.isRead(local.text()) ? null : local;
          case Item.Use use -> unused(use.alias() == null ? use.module().getLast() : use.alias());
          case Item.Const constant -> isLast ? null : unused(constant.name());
          case Item.Function function -> unused(function.name());
          default -> null;
        };
    if (unused != null && !unused.text().startsWith("_")) {
      problems.warning(
          unused.span(), "`" + unused.text() + "` is never used", "remove it, or use it below");
    }
  }

  private @Nullable Name unused(Name name) {
    return names.isUsed(name.text()) || names.isMissingModule(name.text()) ? null : name;
  }

  /** Makes known what a statement defines. */
  void define(Item item) {
    switch (item) {
      case Item.Use use -> use(use);
      case Item.Const constant -> constant(constant);
      case Item.Function function -> function(function);
      case Item.Module module -> module(module);
      case Item.Evaluate _ -> throw new IllegalArgumentException("an expression defines nothing");
    }
  }

  private void use(Item.Use use) {
    Names.Module module = names.imports().find(use, problems);
    Name alias = use.alias() == null ? use.module().getLast() : use.alias();
    if (module == null) {
      names.addMissingModule(alias.text());
      return;
    }
    if (!names.addModule(alias.text(), module)) {
      reportTwice(alias, "module");
    }
  }

  private void constant(Item.Const constant) {
    Node node = new ExprCompiler(names, new Locals(), null).compile(constant.value());
    switch (node) {
      case Node.Constant(Value value) -> {
        if (!names.addConstant(constant.name().text(), value)) {
          reportTwice(constant.name(), constant.span(), "constant");
        }
      }
      case Node.Broken _ -> names.addConstant(constant.name().text(), Value.NULL);
      default -> {
        problems.error(
            constant.value().span(),
            "the value of a constant must not depend on anything",
            "use `let` for what changes from event to event");
        names.addConstant(constant.name().text(), Value.NULL);
      }
    }
  }

  private void function(Item.Function function) {
    Locals locals = new Locals();
    Set<String> seen = new HashSet<>();
    for (Name parameter : function.parameters()) {
      if (!seen.add(parameter.text())) {
        reportTwice(parameter, "parameter");
      }
      locals.declare(parameter.text());
    }
    int arity = function.parameters().size();
    ExprCompiler compiler = new ExprCompiler(names, locals, arity);
    Node body =
        switch (function.body()) {
          case Item.Body.Sequence(List<Item> items) -> sequence(items, compiler);
          case Item.Body.Cases(var cases) ->
              compiler.choices().ofFunction(cases, arity, compiler.site(function.span()));
          case Item.Body.Intrinsic(var module, Name name) ->
              Intrinsics.body(module, name, arity, function, compiler);
        };
    Function alias =
        switch (function.body()) {
          case Item.Body.Sequence(List<Item> items) ->
              compiler.calls().alias(items, function.parameters());
          case Item.Body.Intrinsic(var module, Name name) -> Intrinsics.find(module, name);
          case Item.Body.Cases _ -> null;
        };
    if (alias != null && !function.open() && !alias.takes(arity)) {
      // It hands on too few or too many: it is wrong itself, and not each of its calls.
      alias = null;
    }
    UserFunction compiled = new UserFunction(arity, locals.count(), body, alias);
    if (!names.addFunction(function.name().text(), compiled)) {
      reportTwice(function.name(), "function");
    }
  }

  private void module(Item.Module module) {
    Names inner = names.inner();
    Items items = new Items(inner);
    module.items().forEach(items::define);
    inner.addDefinitions(module.definitions());
    if (!names.addModule(module.name().text(), new Names.Module.Written(inner))) {
      reportTwice(module.name(), "module");
    }
  }

  private void reportTwice(Name name, String what) {
    reportTwice(name, name.span(), what);
  }

  private void reportTwice(Name name, Span where, String what) {
    problems.error(
        where, "there is already a " + what + " `" + name.text() + "`", "rename one of them");
  }
}
