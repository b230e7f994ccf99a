package io.holdfast.pipeline.operator;

import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.ConfigNode;
import io.holdfast.pipeline.config.Location;
import io.holdfast.pipeline.config.Section;
import java.nio.file.Path;

/**
 * What a query says about an operator, and where its pipeline lives.
 *
 * @param pipeline the pipeline's id
 * @param instance the pipeline's instance
 * @param id the operator's id
 * @param location where it is written
 * @param settings its {@code with}
 * @param dataDirectory where buffers live whose query names no directory
 * @param workingDirectory what a directory in a query is relative to
 */
public record OperatorSpec(
    String pipeline,
    String instance,
    String id,
    Location location,
    ConfigNode.Mapping settings,
    Path dataDirectory,
    Path workingDirectory) {

  /** A reader of the settings. */
  public Section section(ConfigErrors errors) {
    return new Section(settings, "operator '" + id + "'", errors);
  }
}
