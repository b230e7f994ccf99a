package io.holdfast.script;

import io.holdfast.script.compile.SelectProgram;

/** What a select does to an event, loaded and checked. Immutable. */
public final class Select {
  private final SelectProgram program;

  Select(SelectProgram program) {
    this.program = program;
  }

  /**
   * Returns whether the select gives results when time passes, without an event: it has a window
   * that closes after some time.
   *
   * @return whether its instances are to be told the time
   */
  public boolean isTimed() {
    return program.isTimed();
  }

  /**
   * Returns whether the select collects events in windows.
   *
   * @return whether a result may be of several events
   */
  public boolean hasWindows() {
    return !program.windows().isEmpty();
  }

  /**
   * Makes an instance.
   *
   * @param environment what its functions see
   * @return the instance
   */
  public SelectInstance start(Environment environment) {
    return new SelectInstance(program.start(environment));
  }
}
