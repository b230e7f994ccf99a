package io.holdfast.script;

import io.holdfast.script.compile.Compiler;
import io.holdfast.script.compile.Program;
import io.holdfast.script.compile.Window;
import io.holdfast.script.compile.WindowSettings;
import io.holdfast.script.syntax.Item;
import io.holdfast.script.syntax.Name;
import io.holdfast.script.syntax.Parser;
import io.holdfast.script.syntax.Problems;
import io.holdfast.script.syntax.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Loads one query: goes over its statements in order and builds the graph. */
final class QueryLoader {
  /** The streams that every query has: its own ends. */
  static final List<String> ENDS = List.of("in", "out", "err", "metrics");

  private final Problems problems;
  private final Compiler compiler;
  private final GraphBuilder graph;
  private final List<Setting> config = new ArrayList<>();
  private final Map<String, DefinedOperator> operators = new LinkedHashMap<>();
  private final Map<String, DefinedScript> scripts = new LinkedHashMap<>();
  private final Map<String, Window> windows = new LinkedHashMap<>();

  /** The definitions that are still to come, by what they define and its name; the last counts. */
  private final Map<String, Statement> later = new LinkedHashMap<>();

  /**
   * A script that was defined.
   *
   * @param settings its arguments
   * @param program the script, without arguments
   */
  private record DefinedScript(List<Setting> settings, Program program) {}

  /**
   * An operator that was defined.
   *
   * @param statement where
   * @param settings its configuration
   * @param problems those of its file
   */
  private record DefinedOperator(
      Statement.DefineOperator statement, List<Setting> settings, Problems problems) {}

  QueryLoader(SourceFile source, ImportPath path) {
    this.problems = new Problems(source);
    this.compiler = new Compiler(problems, path, true);
    this.graph = new GraphBuilder(problems);
  }

  Query load() {
    List<Statement> statements = Parser.query(problems);
    ScriptLoader.stopAtErrors(problems);
    for (String end : ENDS) {
      graph.add(new QueryNode.Stream(end, new Span(0, 0)));
    }
    for (Statement statement : statements) {
      String key = key(statement);
      if (key != null) {
        later.put(key, statement);
      }
    }
    for (Statement statement : statements) {
      try {
        statement(statement);
      } catch (StackOverflowError e) {
        throw ScriptLoader.tooDeep(problems.source(), statement.span());
      }
    }
    graph.check();
    ScriptLoader.stopAtErrors(problems);
    return new Query(problems.source(), config, graph.nodes(), graph.edges(), problems.inOrder());
  }

  private void statement(Statement statement) {
    switch (statement) {
      case Item.Use use -> {
        compiler.define(use);
        Name alias = use.alias() == null ? use.module().getLast() : use.alias();
        definitions(alias.text(), "", compiler);
      }
      case Item.Module module -> {
        compiler.define(module);
        definitions(module.name().text(), "", compiler);
      }
      case Item.Const constant -> compiler.define(constant);
      case Item.Function function -> compiler.define(function);
      case Statement.Config line -> config.add(setting(line.setting(), compiler));
      case Statement.DefineOperator _, Statement.DefineScript _, Statement.DefineWindow _ -> {
        // What was used above is defined already.
        String key = key(statement);
        boolean known = key != null && !later.containsKey(key);
        if (!known) {
          later.remove(key, statement);
          define(statement, "", compiler);
        }
      }
      case Statement.CreateStream create -> createStream(create);
      case Statement.CreateOperator create -> createOperator(create);
      case Statement.CreateScript create -> createScript(create);
      case Statement.Select select -> select(select);
    }
  }

  /** Returns what a statement defines, with its name; null if it defines none of these. */
  private static @Nullable String key(Statement statement) {
    return switch (statement) {
      case Statement.DefineOperator define -> "operator " + define.id().text();
      case Statement.DefineScript define -> "script " + define.id().text();
      case Statement.DefineWindow define -> "window " + define.id().text();
      default -> null;
    };
  }

  /** Makes known what a module defines, and those within it, by the paths that lead to them. */
  private void definitions(String module, String prefix, Compiler outer) {
    Compiler inner = outer.within(module);
    if (inner != null) {
      String path = prefix + module + "::";
      inner.definitions().forEach(definition -> define(definition, path, inner));
      inner.modules().forEach(nested -> definitions(nested, path, inner));
    }
  }

  private void define(Statement statement, String prefix, Compiler within) {
    switch (statement) {
      case Statement.DefineOperator define -> {
        DefinedOperator defined =
            new DefinedOperator(define, settings(define.settings(), within), within.problems());
        Object old = operators.put(prefix + define.id().text(), defined);
        warnOfAnother(old, define.id(), "operator", within);
      }
      case Statement.DefineScript define -> {
        Program program = within.script(define.items(), define.span());
        DefinedScript defined = new DefinedScript(settings(define.settings(), within), program);
        Object old = scripts.put(prefix + define.id().text(), defined);
        warnOfAnother(old, define.id(), "script", within);
      }
      case Statement.DefineWindow define -> {
        List<Setting> settings = settings(define.settings(), within);
        WindowSettings read = new WindowReader(within.problems(), define).read(settings);
        Window window = within.window(define, read);
        Object old = windows.put(prefix + define.id().text(), window);
        warnOfAnother(old, define.id(), "window", within);
      }
      default -> throw new IllegalArgumentException("no definition: " + statement);
    }
  }

  private static void warnOfAnother(@Nullable Object old, Name id, String what, Compiler within) {
    if (old != null) {
      within
          .problems()
          .warning(
              id.span(),
              "the " + what + " `" + id.text() + "` is defined twice; only the last counts",
              "rename one of them");
    }
  }

  private void createStream(Statement.CreateStream create) {
    // The reference lets a query create again what it has anyway.
    if (!ENDS.contains(create.id().text())) {
      graph.add(new QueryNode.Stream(create.id().text(), create.span()));
    }
  }

  private void createOperator(Statement.CreateOperator create) {
    String id = create.id().text();
    DefinedOperator defined = definition(create.definition(), operators, "operator");
    if (defined == null) {
      // Known all the same, so that selects on it are not reported too.
      graph.add(new QueryNode.Stream(id, create.span()));
      return;
    }
    Statement.DefineOperator define = defined.statement();
    String type = define.module().text() + "::" + define.type().text();
    // Places in another file cannot be shown as those of this one.
    boolean here = defined.problems() == problems;
    Span typeSpan = here ? define.module().span().to(define.type().span()) : create.span();
    List<Setting> settings = new ArrayList<>();
    for (Setting it : merged(defined.settings(), settings(create.settings(), compiler))) {
      settings.add(here ? it : new Setting(it.name(), create.span(), it.value(), create.span()));
    }
    graph.add(new QueryNode.Operator(id, create.span(), type, typeSpan, settings));
  }

  private void createScript(Statement.CreateScript create) {
    String id = create.id().text();
    DefinedScript defined = definition(create.definition(), scripts, "script");
    if (defined == null) {
      graph.add(new QueryNode.Stream(id, create.span()));
      return;
    }
    RecordValue.Builder arguments = RecordValue.builder();
    for (Setting setting : merged(defined.settings(), settings(create.settings(), compiler))) {
      arguments.put(setting.name(), setting.value());
    }
    Script script = new Script(defined.program().with(arguments.build()), List.of());
    graph.add(new QueryNode.Scripted(id, create.span(), script));
  }

  private <T> @Nullable T definition(List<Name> path, Map<String, T> defined, String what) {
    String name = Name.join(path);
    Statement below = later.remove(what + " " + name);
    if (below != null) {
      define(below, "", compiler);
    }
    T found = defined.get(name);
    if (found == null) {
      problems.error(
          path.getFirst().span().to(path.getLast().span()),
          "there is no definition of the " + what + " `" + name + "`",
          DidYouMean.hint(name, defined.keySet()).orElse(null));
    }
    return found;
  }

  private void select(Statement.Select select) {
    List<Window> found = new ArrayList<>();
    for (List<Name> path : select.windows()) {
      Window window = definition(path, windows, "window");
      if (window != null) {
        found.add(window);
      }
    }
    Select compiled = new Select(compiler.select(select, found));
    graph.addSelect(compiled, select);
  }

  /** Puts settings of a definition and of its use together; those of the use win. */
  private static List<Setting> merged(List<Setting> defined, List<Setting> used) {
    Map<String, Setting> settings = new LinkedHashMap<>();
    defined.forEach(setting -> settings.put(setting.name(), setting));
    used.forEach(setting -> settings.put(setting.name(), setting));
    return List.copyOf(settings.values());
  }

  private static List<Setting> settings(List<Statement.Setting> block, Compiler within) {
    Map<String, Setting> settings = new LinkedHashMap<>();
    for (Statement.Setting written : block) {
      if (settings.put(written.name().text(), setting(written, within)) != null) {
        within
            .problems()
            .warning(
                written.name().span(),
                "`" + written.name().text() + "` is set twice; only the last counts",
                "take one of them away");
      }
    }
    return List.copyOf(settings.values());
  }

  private static Setting setting(Statement.Setting written, Compiler within) {
    return new Setting(
        written.name().text(),
        written.name().span(),
        within.constant(written.value()),
        written.value().span());
  }
}
