package io.holdfast.script;

import io.holdfast.script.compile.Program;
import java.util.Optional;

/** A script that runs, with its state. For one thread at a time. */
public final class ScriptInstance {
  private final Program program;
  private final Environment environment;
  private Value state = Value.NULL;

  ScriptInstance(Program program, Environment environment) {
    this.program = program;
    this.environment = environment;
  }

  /**
   * Runs the script on one event. What it did to its state stays, also when it drops or fails.
   *
   * @param event the event
   * @return what it emits, or nothing if it drops the event
   * @throws ScriptException if it fails; the instance can go on with the next event
   */
  public Optional<Emission> run(EventContext event) {
    return program.run(event, environment, state, newState -> state = newState);
  }
}
