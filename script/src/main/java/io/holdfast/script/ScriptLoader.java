package io.holdfast.script;

import io.holdfast.script.compile.Compiler;
import io.holdfast.script.compile.Program;
import io.holdfast.script.syntax.Item;
import io.holdfast.script.syntax.Parser;
import io.holdfast.script.syntax.Problems;
import java.util.List;

/** Loads scripts that are files of their own. */
final class ScriptLoader {
  private ScriptLoader() {}

  static Script load(SourceFile source, ImportPath path) {
    Problems problems = new Problems(source);
    List<Item> items = Parser.script(problems);
    stopAtErrors(problems);
    Span whole = new Span(0, source.text().length());
    try {
      Program program = new Compiler(problems, path, false).script(items, whole);
      stopAtErrors(problems);
      return new Script(program, problems.inOrder());
    } catch (StackOverflowError e) {
      throw tooDeep(source, whole);
    }
  }

  /** Returns the error for what the parser's own limits let pass and the compiler cannot hold. */
  static LoadException tooDeep(SourceFile source, Span span) {
    return new LoadException(
        List.of(Diagnostic.error(source, span, "an expression is nested too deeply", null)));
  }

  static void stopAtErrors(Problems problems) {
    if (problems.hasErrors()) {
      throw new LoadException(problems.inOrder());
    }
  }
}
