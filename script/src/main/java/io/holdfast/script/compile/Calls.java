package io.holdfast.script.compile;

import io.holdfast.script.DidYouMean;
import io.holdfast.script.JsonException;
import io.holdfast.script.Value;
import io.holdfast.script.aggregate.Aggregate;
import io.holdfast.script.aggregate.AggregateFunction;
import io.holdfast.script.aggregate.Aggregates;
import io.holdfast.script.library.Arguments;
import io.holdfast.script.library.BadArgument;
import io.holdfast.script.library.Function;
import io.holdfast.script.library.LibraryModule;
import io.holdfast.script.syntax.Expr;
import io.holdfast.script.syntax.Item;
import io.holdfast.script.syntax.Name;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles calls of functions. */
final class Calls {
  private final ExprCompiler compiler;

  Calls(ExprCompiler compiler) {
    this.compiler = compiler;
  }

  Node call(Expr.Call call) {
    if (Aggregates.modules().containsKey(Name.join(call.module()))) {
      return aggregate(call);
    }
    List<Node> arguments = compiler.compileAll(call.arguments());
    Node node =
        call.module().isEmpty()
            ? ofFile(
                call,
                compiler.names().function(call.function().text()),
                compiler.names(),
                arguments)
            : ofModule(call, arguments);
    return node == null ? new Node.Broken() : node;
  }

  Node recur(Expr.Recur recur, boolean isLast) {
    List<Node> arguments = compiler.compileAll(recur.arguments());
    Integer wanted = compiler.recursionArity();
    if (wanted == null) {
      compiler.problems().error(recur.span(), "`recur` can only stand in a function", null);
      return new Node.Broken();
    }
    if (!isLast) {
      compiler
          .problems()
          .error(
              recur.span(),
              "`recur` must be the last that a function does",
              "give what is computed so far as an argument");
      return new Node.Broken();
    }
    if (arguments.size() != wanted) {
      compiler
          .problems()
          .error(
              recur.span(),
              "this function needs " + wanted + " arguments, not " + arguments.size(),
              null);
      return new Node.Broken();
    }
    return frame -> {
      throw new UserFunction.Again(evaluate(arguments, frame));
    };
  }

  /** Compiles a call of an aggregate; outside of a select's target it fails when it is reached. */
  private Node aggregate(Expr.Call call) {
    SelectScope open = compiler.select();
    SelectScope scope =
        open == null ? new SelectScope(compiler.problems().source(), false, null) : open;
    if (scope.isInAggregate()) {
      compiler.problems().error(call.span(), "an aggregate cannot stand within another one", null);
      return new Node.Broken();
    }
    scope.setInAggregate(true);
    List<Node> arguments = compiler.compileAll(call.arguments());
    scope.setInAggregate(false);
    String module = Name.join(call.module());
    AggregateFunction function = Aggregates.find(module, call.function().text());
    if (function == null) {
      List<AggregateFunction> known = Aggregates.modules().getOrDefault(module, List.of());
      reportUnknown(call, module, known.stream().map(AggregateFunction::name).toList());
      return new Node.Broken();
    }
    if (arguments.size() < function.least() || arguments.size() > function.most()) {
      reportArity(call, function.arity(), arguments.size());
      return new Node.Broken();
    }
    if (function.warning() != null) {
      compiler.problems().warning(call.span(), function.warning(), null);
    }
    Site site = compiler.site(call.span());
    AggregateCall compiled =
        new AggregateCall(module + "::" + function.name(), function, arguments, site);
    int index = scope.add(compiled);
    return frame -> {
      Aggregate[] aggregates = frame.aggregates;
      if (aggregates == null || index >= aggregates.length) {
        throw site.failure(
            described(call) + " has no window to work on",
            "name a window behind the stream: from in[window]");
      }
      return compiled.result(aggregates[index]);
    };
  }

  private void reportArity(Expr.Call call, String wanted, int found) {
    compiler
        .problems()
        .error(call.span(), described(call) + " takes " + wanted + ", not " + found, null);
  }

  private @Nullable Node ofModule(Expr.Call call, List<Node> arguments) {
    return switch (compiler.modules().find(call.module())) {
      case null -> {
        compiler.modules().reportUnknownModule(call.module());
        yield null;
      }
      case Names.Module.Written(Names inner) ->
          ofFile(call, inner.ownFunction(call.function().text()), inner, arguments);
      case Names.Module.Provided(LibraryModule module) -> ofLibrary(call, module, arguments);
    };
  }

  private @Nullable Node ofFile(
      Expr.Call call, @Nullable UserFunction function, Names where, List<Node> arguments) {
    if (function == null) {
      String module = call.module().isEmpty() ? null : Name.join(call.module());
      reportUnknown(call, module, where.functionNames());
      return null;
    }
    if (arguments.size() < function.parameters()) {
      compiler
          .problems()
          .error(
              call.span(),
              described(call)
                  + " needs "
                  + function.parameters()
                  + " arguments, not "
                  + arguments.size(),
              null);
      return null;
    }
    if (function.alias() != null) {
      return ofLibrary(call, function.alias(), arguments);
    }
    Site site = compiler.site(call.span());
    return frame -> function.call(evaluate(arguments, frame), frame, site);
  }

  /**
   * Returns the function of the library to which a function with this body hands all its arguments
   * on as they are, or null. In the reference a call of the one is a call of the other, so that is
   * where its errors are.
   */
  @Nullable Function alias(List<Item> body, List<Name> parameters) {
    if (body.size() != 1
        || !(body.getFirst() instanceof Item.Evaluate(Expr.Call call))
        || call.arguments().size() != parameters.size()) {
      return null;
    }
    for (int i = 0; i < parameters.size(); i++) {
      boolean asItIs =
          call.arguments().get(i) instanceof Expr.Path path
              && path.segments().isEmpty()
              && path.root() instanceof Expr.Root.Local(Name name)
              && name.text().equals(parameters.get(i).text());
      if (!asItIs) {
        return null;
      }
    }
    String name = call.function().text();
    if (call.module().isEmpty()) {
      return aliasOf(compiler.names().function(name));
    }
    return switch (compiler.modules().find(call.module())) {
      case null -> null;
      case Names.Module.Written(Names inner) -> aliasOf(inner.ownFunction(name));
      case Names.Module.Provided(LibraryModule module) -> module.function(name);
    };
  }

  private static @Nullable Function aliasOf(@Nullable UserFunction function) {
    return function == null ? null : function.alias();
  }

  private @Nullable Node ofLibrary(Expr.Call call, LibraryModule module, List<Node> arguments) {
    Function function = module.function(call.function().text());
    if (function == null) {
      List<String> known = module.functions().stream().map(Function::name).toList();
      reportUnknown(call, module.path(), known);
      return null;
    }
    return ofLibrary(call, function, arguments);
  }

  private @Nullable Node ofLibrary(Expr.Call call, Function function, List<Node> arguments) {
    if (!function.takes(arguments.size())) {
      reportArity(call, function.arity(), arguments.size());
      return null;
    }
    Site site = compiler.site(call.span());
    Node node =
        frame -> {
          try {
            return function.body().apply(new Arguments(evaluate(arguments, frame)), frame);
          } catch (BadArgument | JsonException e) {
            throw site.failure(described(call) + ": " + e.getMessage());
          }
        };
    return function.constant() ? compiler.foldedIfConstant(node, arguments) : node;
  }

  private void reportUnknown(Expr.Call call, @Nullable String module, Iterable<String> known) {
    String name = call.function().text();
    String where = module == null ? "" : " in the module `" + module + "`";
    compiler
        .problems()
        .error(
            call.span(),
            "there is no function `" + name + "`" + where,
            DidYouMean.hint(name, known).orElse(null));
  }

  private static String described(Expr.Call call) {
    String path = call.module().isEmpty() ? "" : Name.join(call.module()) + "::";
    return "`" + path + call.function().text() + "`";
  }

  private static List<Value> evaluate(List<Node> nodes, Frame frame) {
    List<Value> values = new ArrayList<>(nodes.size());
    for (Node node : nodes) {
      values.add(node.eval(frame));
    }
    return values;
  }
}
