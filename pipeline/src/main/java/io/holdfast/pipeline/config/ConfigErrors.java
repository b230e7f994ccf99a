package io.holdfast.pipeline.config;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong, so that all of it can be shown at once. Belongs to one thread. */
public final class ConfigErrors {
  private final List<ConfigError> errors = new ArrayList<>();

  /** An empty collection. */
  public ConfigErrors() {}

  /** Adds an error. */
  public void add(Location location, String message) {
    errors.add(new ConfigError(location, message));
  }

  /** Whether nothing is wrong so far. */
  public boolean isEmpty() {
    return errors.isEmpty();
  }

  /** How many errors there are so far. */
  public int size() {
    return errors.size();
  }

  /** The errors in the order in which they were found. */
  public List<ConfigError> list() {
    return List.copyOf(errors);
  }
}
