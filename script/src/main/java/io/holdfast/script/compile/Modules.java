package io.holdfast.script.compile;

import io.holdfast.script.DidYouMean;
import io.holdfast.script.Span;
import io.holdfast.script.Value;
import io.holdfast.script.library.Library;
import io.holdfast.script.library.LibraryModule;
import io.holdfast.script.syntax.Item;
import io.holdfast.script.syntax.Name;
import io.holdfast.script.syntax.Problems;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds modules, and what is in them, by the paths that a source writes. */
final class Modules {
  /** The namespace in which the library's modules can be called without `use`. */
  private static final String CORE = "core";

  private final Names names;
  private final Problems problems;

  Modules(Names names) {
    this.names = names;
    this.problems = names.problems();
  }

  /** Returns the module that a path leads to, or null. */
  Names.@Nullable Module find(List<Name> path) {
    String first = path.getFirst().text();
    Names.Module found = names.module(first);
    if (found == null) {
      LibraryModule core = first.equals(CORE) ? Library.core(Name.join(path)) : null;
      return core == null ? null : new Names.Module.Provided(core);
    }
    for (Name name : path.subList(1, path.size())) {
      found =
          switch (found) {
            case Names.Module.Written(Names inner) -> inner.ownModule(name.text());
            case Names.Module.Provided(LibraryModule outer) -> {
              LibraryModule inner = Library.module(outer.path() + "::" + name.text());
              yield inner == null ? null : new Names.Module.Provided(inner);
            }
          };
      if (found == null) {
        return null;
      }
    }
    return found;
  }

  @Nullable Value constant(List<Name> path, Name name) {
    return switch (find(path)) {
      case null -> null;
      case Names.Module.Written(Names inner) -> inner.ownConstant(name.text());
      case Names.Module.Provided(LibraryModule module) -> module.constants().get(name.text());
    };
  }

  void reportUnknownConstant(List<Name> path, Name name) {
    Span whole = path.getFirst().span().to(name.span());
    switch (find(path)) {
      case null -> reportUnknownModule(path);
      case Names.Module.Written(Names inner) ->
          problems.error(
              whole,
              "the module `" + Name.join(path) + "` has no constant `" + name.text() + "`",
              DidYouMean.hint(name.text(), inner.constantNames()).orElse(null));
      case Names.Module.Provided(LibraryModule module) ->
          problems.error(
              whole,
              "the module `" + module.path() + "` has no constant `" + name.text() + "`",
              DidYouMean.hint(name.text(), module.constants().keySet()).orElse(null));
    }
  }

  void reportUnknownModule(List<Name> path) {
    String first = path.getFirst().text();
    if (names.isMissingModule(first)) {
      return;
    }
    String hint =
        Library.modules().stream()
            .map(LibraryModule::path)
            .filter(known -> known.endsWith("::" + first))
            .findFirst()
            .map(known -> "add a line before: use " + known + ";")
            .or(() -> DidYouMean.hint(first, names.moduleNames()))
            .orElse(null);
    problems.error(
        path.getFirst().span().to(path.getLast().span()),
        "there is no module `" + Name.join(path) + "` here",
        hint);
  }

  /** Reports a `use` of a module that does not exist. */
  static void reportUnusable(Item.Use use, Problems problems) {
    String path = Name.join(use.module());
    String last = use.module().getLast().text();
    String hint =
        Library.modules().stream()
            .map(LibraryModule::path)
            .filter(known -> DidYouMean.closest(last, List.of(lastName(known))).isPresent())
            .findFirst()
            .map(known -> "did you mean `" + known + "`?")
            .orElse(null);
    // The reference names the place after the statement.
    int end = use.span().end();
    problems.error(new Span(end, end), "there is no module `" + path + "`", hint);
  }

  private static String lastName(String path) {
    return path.substring(path.lastIndexOf(':') + 1);
  }
}
