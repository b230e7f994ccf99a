package io.holdfast.engine;

/**
 * What the engine tells its host. Called on engine threads and on callers' threads: return quickly,
 * call nothing of the buffer. What it throws is ignored.
 */
@FunctionalInterface
public interface EngineListener {
  /** Something happened. */
  void on(EngineEvent event);
}
