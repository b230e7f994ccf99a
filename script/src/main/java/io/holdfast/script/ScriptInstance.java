package io.holdfast.script;

import io.holdfast.script.compile.Program;
import java.util.Optional;

/** A script that runs, with its state. For one thread at a time. */
public final class ScriptInstance {
  private final Program program;
  private final Environment environment;
  private Value state = Value.NULL;
  private Value event = Value.NULL;
  private RecordValue meta = RecordValue.empty();

  ScriptInstance(Program program, Environment environment) {
    this.program = program;
    this.environment = environment;
  }

  /**
   * Runs the script on one event. What it did to its state stays, also when it drops or fails.
   *
   * @param context the event
   * @return what it emits, or nothing if it drops the event
   * @throws ScriptException if it fails; the instance can go on with the next event
   */
  public Optional<Emission> run(EventContext context) {
    return program.run(context, environment, state, this::keep);
  }

  private void keep(Value leftState, Value leftEvent, RecordValue leftMeta) {
    state = leftState;
    event = leftEvent;
    meta = leftMeta;
  }

  /**
   * Returns the event of the last run with what the script changed of it, also if it failed then.
   *
   * @return the event; null, the value, before the first run
   */
  public Value event() {
    return event;
  }

  /**
   * Returns the metadata of the last run with what the script changed of it, also if it failed.
   *
   * @return the metadata; empty before the first run
   */
  public RecordValue meta() {
    return meta;
  }
}
