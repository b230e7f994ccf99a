package io.holdfast.pipeline;

import io.holdfast.pipeline.config.ConfigErrors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the sources or sinks of one type.
 *
 * @param <T> {@link Source} or {@link Sink}
 */
public interface ConnectorType<T> {
  /** The name of the type, as it is written in a configuration. */
  String name();

  /**
   * Reads the settings, without touching anything outside.
   *
   * @param spec what was written
   * @param errors gets everything that is wrong, unknown keys too
   * @return null when something is wrong
   */
  @Nullable Blueprint<T> read(ConnectorSpec spec, ConfigErrors errors);
}
