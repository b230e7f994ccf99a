package io.holdfast.script.compile;

import io.holdfast.script.DidYouMean;
import io.holdfast.script.JsonException;
import io.holdfast.script.Value;
import io.holdfast.script.library.Arguments;
import io.holdfast.script.library.BadArgument;
import io.holdfast.script.library.Function;
import io.holdfast.script.library.LibraryModule;
import io.holdfast.script.syntax.Expr;
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

  Node recur(Expr.Recur recur) {
    List<Node> arguments = compiler.compileAll(recur.arguments());
    Integer wanted = compiler.recursionArity();
    if (wanted == null) {
      compiler.problems().error(recur.span(), "`recur` can only stand in a function", null);
      return new Node.Broken();
    }
    if (arguments.size() < wanted) {
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
    Site site = compiler.site(call.span());
    return frame -> function.call(evaluate(arguments, frame), frame, site);
  }

  private @Nullable Node ofLibrary(Expr.Call call, LibraryModule module, List<Node> arguments) {
    Function function = module.function(call.function().text());
    if (function == null) {
      List<String> known = module.functions().stream().map(Function::name).toList();
      reportUnknown(call, module.path(), known);
      return null;
    }
    if (!function.takes(arguments.size())) {
      compiler
          .problems()
          .error(
              call.span(),
              described(call) + " takes " + function.arity() + ", not " + arguments.size(),
              null);
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
