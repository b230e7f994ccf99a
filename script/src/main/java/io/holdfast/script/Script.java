package io.holdfast.script;

import io.holdfast.script.compile.Program;
import java.util.List;

/** A script, loaded and checked. Immutable; what it keeps between events is in its instances. */
public final class Script {
  private final Program program;
  private final List<Diagnostic> warnings;

  Script(Program program, List<Diagnostic> warnings) {
    this.program = program;
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Loads a script.
   *
   * @param source the text, in the language of {@code .tremor} files
   * @return the script
   * @throws LoadException with everything that is wrong in the source
   */
  public static Script load(SourceFile source) {
    return load(source, ImportPath.none());
  }

  /**
   * Loads a script that may use modules in files.
   *
   * @param source the text, in the language of {@code .tremor} files
   * @param path where the modules are searched
   * @return the script
   * @throws LoadException with everything that is wrong in the source and the modules
   */
  public static Script load(SourceFile source, ImportPath path) {
    return ScriptLoader.load(source, path);
  }

  /**
   * Returns what is odd in the source but stops nothing. For a script within a query see the query.
   *
   * @return the warnings, in the order of the source
   */
  public List<Diagnostic> warnings() {
    return warnings;
  }

  /**
   * Makes an instance, with state of its own.
   *
   * @param environment what its functions see
   * @return the instance; its {@code state} is null
   */
  public ScriptInstance start(Environment environment) {
    return new ScriptInstance(program, environment);
  }
}
