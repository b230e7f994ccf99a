package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.config.ConfigErrors;
import org.jspecify.annotations.Nullable;

/** Makes the operators of one type. */
public interface OperatorType {
  /** The name as queries write it, {@code module::name}. */
  String name();

  /**
   * Reads the settings, without touching anything outside.
   *
   * @param errors gets everything that is wrong, unknown keys too
   * @return null when something is wrong
   */
  @Nullable OperatorBlueprint read(OperatorSpec spec, ConfigErrors errors);
}
