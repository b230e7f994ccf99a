package io.holdfast.engine;

import org.jspecify.annotations.Nullable;

/** The host's listener, or the system's log; what it throws disturbs nobody. */
record SafeListener(@Nullable EngineListener host) implements EngineListener {
  private static final System.Logger LOGGER = System.getLogger("io.holdfast.engine");

  @Override
  public void on(EngineEvent event) {
    try {
      if (host == null) {
        LOGGER.log(event.level(), event.message());
      } else {
        host.on(event);
      }
    } catch (RuntimeException | Error thrown) {
      tell(thrown);
    }
  }

  private static void tell(Throwable thrown) {
    try {
      LOGGER.log(System.Logger.Level.WARNING, "the engine's listener failed", thrown);
    } catch (RuntimeException | Error alsoFailed) {
      // The log is the last who could be told.
    }
  }
}
