package io.holdfast.script.compile;

import io.holdfast.script.ImportPath;
import io.holdfast.script.LoadException;
import io.holdfast.script.SourceFile;
import io.holdfast.script.Span;
import io.holdfast.script.library.Library;
import io.holdfast.script.library.LibraryModule;
import io.holdfast.script.syntax.Item;
import io.holdfast.script.syntax.Name;
import io.holdfast.script.syntax.Parser;
import io.holdfast.script.syntax.Problems;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The modules that are files, compiled once for one load however often they are used. */
final class Imports {
  private final ImportPath path;
  private final boolean inQuery;
  private final Map<String, Names> compiled = new HashMap<>();
  private final Set<String> open = new LinkedHashSet<>();

  /**
   * Starts with nothing read.
   *
   * @param path where files are searched
   * @param inQuery whether modules may define what queries define
   */
  Imports(ImportPath path, boolean inQuery) {
    this.path = path;
    this.inQuery = inQuery;
  }

  /**
   * Finds a module: a file, or one of the library.
   *
   * @param use where the module is used
   * @param problems gets what is wrong with the use, and with the module
   * @return the module, or null if there is none; then that is reported
   */
  Names.@Nullable Module find(Item.Use use, Problems problems) {
    String module = Name.join(use.module());
    Names known = compiled.get(module);
    if (known != null) {
      return new Names.Module.Written(known);
    }
    if (open.contains(module)) {
      List<String> circle = new ArrayList<>(open);
      circle.add(module);
      problems.error(
          use.span(), "modules use each other in a circle: " + String.join(" → ", circle), null);
      return null;
    }
    int errors = problems.inOrder().size();
    SourceFile source = read(use, problems);
    if (source != null) {
      Names names = compile(module, source, problems);
      compiled.put(module, names);
      return new Names.Module.Written(names);
    }
    LibraryModule own = Library.module(module);
    if (own != null) {
      return new Names.Module.Provided(own);
    }
    if (problems.inOrder().size() == errors) {
      Modules.reportUnusable(use, problems);
    }
    return null;
  }

  private Names compile(String module, SourceFile source, Problems problems) {
    open.add(module);
    Problems own = problems.inFile(source);
    Item.Module parsed = Parser.module(own, inQuery);
    Names names = Names.ofFile(own, this);
    Items items = new Items(names);
    parsed.items().forEach(items::define);
    names.addDefinitions(parsed.definitions());
    open.remove(module);
    return names;
  }

  private @Nullable SourceFile read(Item.Use use, Problems problems) {
    int end = use.span().end();
    Span place = new Span(end, end);
    try {
      return path.find(use.module().stream().map(Name::text).toList());
    } catch (IOException e) {
      problems.error(place, "the module cannot be read: " + e.getMessage(), null);
    } catch (InvalidPathException e) {
      problems.error(place, "no file can be called so: " + e.getMessage(), null);
    } catch (LoadException e) {
      e.diagnostics().forEach(problems::add);
    }
    return null;
  }
}
