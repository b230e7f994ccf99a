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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Loads one query: goes over its statements in order and builds the graph. */
final class QueryLoader {
  /** The streams that every query has: its own ends. */
  private static final Set<String> ENDS = Set.of("in", "out", "err");

  private final Problems problems;
  private final Compiler compiler;
  private final GraphBuilder graph;
  private final List<Setting> config = new ArrayList<>();
  private final Map<String, Statement.DefineOperator> operators = new LinkedHashMap<>();
  private final Map<String, DefinedScript> scripts = new LinkedHashMap<>();
  private final Map<String, Window> windows = new LinkedHashMap<>();

  /**
   * A script that was defined.
   *
   * @param statement where
   * @param program the script, without arguments
   */
  private record DefinedScript(Statement.DefineScript statement, Program program) {}

  QueryLoader(SourceFile source) {
    this.problems = new Problems(source);
    this.compiler = new Compiler(problems);
    this.graph = new GraphBuilder(problems);
  }

  Query load() {
    List<Statement> statements = Parser.query(problems);
    ScriptLoader.stopAtErrors(problems);
    for (String end : List.of("in", "out", "err")) {
      graph.add(new QueryNode.Stream(end, new Span(0, 0)), null);
    }
    for (Statement statement : statements) {
      try {
        statement(statement);
      } catch (StackOverflowError e) {
        throw ScriptLoader.tooDeep(problems.source(), statement.span());
      }
    }
    graph.checkForCycles();
    ScriptLoader.stopAtErrors(problems);
    return new Query(problems.source(), config, graph.nodes(), graph.edges(), problems.inOrder());
  }

  private void statement(Statement statement) {
    switch (statement) {
      case Item.Use use -> compiler.define(use);
      case Item.Module module -> {
        compiler.define(module);
        definitions(module, "", compiler);
      }
      case Item.Const constant -> compiler.define(constant);
      case Item.Function function -> compiler.define(function);
      case Statement.Config line -> config.add(setting(line.setting()));
      case Statement.DefineOperator _, Statement.DefineScript _, Statement.DefineWindow _ ->
          define(statement, "", compiler);
      case Statement.CreateStream create -> createStream(create);
      case Statement.CreateOperator create -> createOperator(create);
      case Statement.CreateScript create -> createScript(create);
      case Statement.Select select -> select(select);
    }
  }

  /** Makes known what a module defines, and those within it, by the paths that lead to them. */
  private void definitions(Item.Module module, String prefix, Compiler outer) {
    Compiler inner = outer.within(module.name().text());
    String path = prefix + module.name().text() + "::";
    module.definitions().forEach(definition -> define(definition, path, inner));
    for (Item item : module.items()) {
      if (item instanceof Item.Module nested) {
        definitions(nested, path, inner);
      }
    }
  }

  private void define(Statement statement, String prefix, Compiler within) {
    switch (statement) {
      case Statement.DefineOperator define -> {
        Object old = operators.putIfAbsent(prefix + define.id().text(), define);
        checkUnique(old, define.id(), "operator");
      }
      case Statement.DefineScript define -> {
        Program program = within.script(define.items(), define.span());
        DefinedScript defined = new DefinedScript(define, program);
        Object old = scripts.putIfAbsent(prefix + define.id().text(), defined);
        checkUnique(old, define.id(), "script");
      }
      case Statement.DefineWindow define -> {
        List<Setting> settings = settings(define.settings(), List.of());
        WindowSettings read = new WindowReader(problems, define).read(settings);
        Window window = within.window(define, read);
        Object old = windows.putIfAbsent(prefix + define.id().text(), window);
        checkUnique(old, define.id(), "window");
      }
      default -> throw new IllegalArgumentException("no definition: " + statement);
    }
  }

  private void checkUnique(@Nullable Object old, Name id, String what) {
    if (old != null) {
      problems.error(
          id.span(),
          "there is already a definition of the " + what + " `" + id.text() + "`",
          "rename one of them");
    }
  }

  private void createStream(Statement.CreateStream create) {
    // The reference lets a query create again what it has anyway.
    if (!ENDS.contains(create.id().text())) {
      graph.add(new QueryNode.Stream(create.id().text(), create.span()), create.id());
    }
  }

  private void createOperator(Statement.CreateOperator create) {
    String id = create.id().text();
    Statement.DefineOperator define = definition(create.definition(), operators, "operator");
    if (define == null) {
      // Known all the same, so that selects on it are not reported too.
      graph.add(new QueryNode.Stream(id, create.span()), create.id());
      return;
    }
    String type = define.module().text() + "::" + define.type().text();
    Span typeSpan = define.module().span().to(define.type().span());
    List<Setting> settings = settings(define.settings(), create.settings());
    graph.add(new QueryNode.Operator(id, create.span(), type, typeSpan, settings), create.id());
  }

  private void createScript(Statement.CreateScript create) {
    String id = create.id().text();
    DefinedScript defined = definition(create.definition(), scripts, "script");
    if (defined == null) {
      graph.add(new QueryNode.Stream(id, create.span()), create.id());
      return;
    }
    RecordValue.Builder arguments = RecordValue.builder();
    for (Setting setting : settings(defined.statement().settings(), create.settings())) {
      arguments.put(setting.name(), setting.value());
    }
    Script script = new Script(defined.program().with(arguments.build()), List.of());
    graph.add(new QueryNode.Scripted(id, create.span(), script), create.id());
  }

  private <T> @Nullable T definition(List<Name> path, Map<String, T> defined, String what) {
    String name = Name.join(path);
    T found = defined.get(name);
    if (found == null) {
      problems.error(
          path.getFirst().span().to(path.getLast().span()),
          "there is no definition of the " + what + " `" + name + "` above",
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
  private List<Setting> settings(List<Statement.Setting> defined, List<Statement.Setting> used) {
    Map<String, Setting> settings = new LinkedHashMap<>();
    for (List<Statement.Setting> block : List.of(defined, used)) {
      Map<String, Setting> own = new LinkedHashMap<>();
      for (Statement.Setting written : block) {
        if (own.put(written.name().text(), setting(written)) != null) {
          problems.error(
              written.name().span(), "`" + written.name().text() + "` is set twice", null);
        }
      }
      settings.putAll(own);
    }
    return List.copyOf(settings.values());
  }

  private Setting setting(Statement.Setting written) {
    return new Setting(
        written.name().text(),
        written.name().span(),
        compiler.constant(written.value()),
        written.value().span());
  }
}
