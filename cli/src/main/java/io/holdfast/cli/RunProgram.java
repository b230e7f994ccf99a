package io.holdfast.cli;

import io.holdfast.pipeline.direct.DirectQuery;
import io.holdfast.script.EventContext;
import io.holdfast.script.QueryInstance;
import io.holdfast.script.ScriptException;
import io.holdfast.script.ScriptInstance;

/** A script or a query that runs. */
interface RunProgram {
  /** Runs it on one event. */
  void run(EventContext event, QueryInstance.Output output);

  /** Tells it the time. */
  void tick(long nanos, QueryInstance.Output output);

  /** A script. */
  static RunProgram of(ScriptInstance script) {
    return new RunProgram() {
      @Override
      public void run(EventContext event, QueryInstance.Output output) {
        try {
          script.run(event).ifPresent(output::emitted);
        } catch (ScriptException e) {
          output.failed(e);
        }
      }

      @Override
      public void tick(long nanos, QueryInstance.Output output) {}
    };
  }

  /** A query. */
  static RunProgram of(DirectQuery query) {
    return new RunProgram() {
      @Override
      public void run(EventContext event, QueryInstance.Output output) {
        query.run(event, output);
      }

      @Override
      public void tick(long nanos, QueryInstance.Output output) {
        query.tick(nanos, output);
      }
    };
  }
}
