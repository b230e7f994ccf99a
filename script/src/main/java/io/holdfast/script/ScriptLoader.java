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

  static Script load(SourceFile source) {
    Problems problems = new Problems(source);
    List<Item> items = Parser.script(problems);
    stopAtErrors(problems);
    Program program = new Compiler(problems).script(items, new Span(0, source.text().length()));
    stopAtErrors(problems);
    return new Script(program, problems.inOrder());
  }

  static void stopAtErrors(Problems problems) {
    if (problems.hasErrors()) {
      throw new LoadException(problems.inOrder());
    }
  }
}
