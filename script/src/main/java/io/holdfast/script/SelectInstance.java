package io.holdfast.script;

import io.holdfast.script.compile.SelectProgram;
import java.util.List;

/** A select that runs. For one thread at a time. */
public final class SelectInstance {
  private final SelectProgram program;
  private final Environment environment;

  SelectInstance(SelectProgram program, Environment environment) {
    this.program = program;
    this.environment = environment;
  }

  /**
   * Applies the select to one event: {@code where}, then the expression, then {@code having}.
   *
   * @param event the event
   * @return what it selects, on port {@code out}, in order; empty if the event is filtered
   * @throws ScriptException if it fails; the instance can go on with the next event
   */
  public List<Emission> apply(EventContext event) {
    return program.apply(event, environment);
  }
}
