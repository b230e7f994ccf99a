package io.holdfast.script.compile;

import io.holdfast.script.ArrayValue;
import io.holdfast.script.DidYouMean;
import io.holdfast.script.JsonException;
import io.holdfast.script.Value;
import io.holdfast.script.library.Arguments;
import io.holdfast.script.library.BadArgument;
import io.holdfast.script.library.Function;
import io.holdfast.script.library.Library;
import io.holdfast.script.library.LibraryModule;
import io.holdfast.script.syntax.Item;
import io.holdfast.script.syntax.Name;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles functions of the library under other names. */
final class Intrinsics {
  private Intrinsics() {}

  /** Returns what calls the function; its arguments are in the first slots of the frame. */
  static Node body(
      List<Name> path, Name name, int arity, Item.Function written, ExprCompiler compiler) {
    Function function = find(path, name);
    if (function == null) {
      LibraryModule module = module(Name.join(path));
      compiler
          .problems()
          .error(
              name.span(),
              "the library has no function `" + Name.join(path) + "::" + name.text() + "`",
              module == null ? null : hint(name, module));
      return new Node.Broken();
    }
    if (!written.open() && !function.takes(arity)) {
      compiler
          .problems()
          .error(
              written.name().span(),
              "`" + name.text() + "` takes " + function.arity() + ", not " + arity,
              null);
      return new Node.Broken();
    }
    Site site = compiler.site(written.span());
    String described = "`" + written.name().text() + "`";
    return frame -> {
      List<Value> values = new ArrayList<>();
      for (int i = 0; i < arity; i++) {
        Value value = frame.local(i);
        values.add(value == null ? Value.NULL : value);
      }
      if (written.open() && frame.args instanceof ArrayValue more) {
        more.forEach(values::add);
      }
      if (!function.takes(values.size())) {
        throw site.failure(described + " takes " + function.arity() + ", not " + values.size());
      }
      try {
        return function.body().apply(new Arguments(values), frame);
      } catch (BadArgument | JsonException e) {
        throw site.failure(described + ": " + e.getMessage());
      }
    };
  }

  /** Returns the function of the library, or null. */
  static @Nullable Function find(List<Name> path, Name name) {
    LibraryModule module = module(Name.join(path));
    return module == null ? null : module.function(name.text());
  }

  private static @Nullable LibraryModule module(String path) {
    for (String prefix : List.of("", "std::", "core::", "tremor::")) {
      LibraryModule found = Library.module(prefix + path);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static @Nullable String hint(Name name, LibraryModule module) {
    return DidYouMean.hint(name.text(), module.functions().stream().map(Function::name).toList())
        .orElse(null);
  }
}
