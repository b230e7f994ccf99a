package io.holdfast.script.compile;

import io.holdfast.script.Value;
import io.holdfast.script.library.Library;
import io.holdfast.script.library.LibraryModule;
import io.holdfast.script.syntax.Item;
import io.holdfast.script.syntax.Name;
import io.holdfast.script.syntax.Problems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Compiles the statements of scripts and modules. */
final class Items {
  private final Problems problems;
  private final Names names;

  Items(Problems problems, Names names) {
    this.problems = problems;
    this.names = names;
  }

  /** Compiles statements into one node, in which definitions have no part. */
  Node sequence(List<Item> items, ExprCompiler compiler) {
    List<Node> nodes = new ArrayList<>();
    for (Item item : items) {
      if (item instanceof Item.Evaluate evaluate) {
        nodes.add(compiler.compile(evaluate.expr()));
      } else {
        define(item);
      }
    }
    return nodes.isEmpty() ? new Node.Constant(Value.NULL) : ExprCompiler.inSequence(nodes);
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
    LibraryModule module = Library.module(Name.join(use.module()));
    if (module == null) {
      new Modules(names, problems).reportUnusable(use);
      return;
    }
    Name alias = use.alias() == null ? use.module().getLast() : use.alias();
    if (!names.addModule(alias.text(), new Names.Module.Provided(module))) {
      reportTwice(alias, "module");
    }
  }

  private void constant(Item.Const constant) {
    Node node = new ExprCompiler(problems, names, new Locals(), null).compile(constant.value());
    switch (node) {
      case Node.Constant(Value value) -> {
        if (!names.addConstant(constant.name().text(), value)) {
          reportTwice(constant.name(), "constant");
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
    ExprCompiler compiler = new ExprCompiler(problems, names, locals, arity);
    Node body =
        switch (function.body()) {
          case Item.Body.Sequence(List<Item> items) -> sequence(items, compiler);
          case Item.Body.Cases(var cases) ->
              compiler
                  .choices()
                  .choose(Choices.tuple(arity), cases, compiler.site(function.span()));
          case Item.Body.Intrinsic _ -> {
            problems.error(function.span(), "`intrinsic` is for the library alone", null);
            yield new Node.Broken();
          }
        };
    UserFunction compiled = new UserFunction(arity, function.open(), locals.count(), body);
    if (!names.addFunction(function.name().text(), compiled)) {
      reportTwice(function.name(), "function");
    }
  }

  private void module(Item.Module module) {
    Names inner = new Names(names);
    Items items = new Items(problems, inner);
    module.items().forEach(items::define);
    if (!names.addModule(module.name().text(), new Names.Module.Written(inner))) {
      reportTwice(module.name(), "module");
    }
  }

  private void reportTwice(Name name, String what) {
    problems.error(
        name.span(), "there is already a " + what + " `" + name.text() + "`", "rename one of them");
  }
}
