package io.holdfast.script;

import io.holdfast.script.compile.SelectProgram;

/** What a select does to an event, loaded and checked. Immutable. */
public final class Select {
  private final SelectProgram program;

  Select(SelectProgram program) {
    this.program = program;
  }

  /**
   * Makes an instance.
   *
   * @param environment what its functions see
   * @return the instance
   */
  public SelectInstance start(Environment environment) {
    return new SelectInstance(program, environment);
  }
}
