package io.holdfast.pipeline;

import io.holdfast.pipeline.config.Location;
import java.nio.file.Path;

/**
 * A durable buffer that a plan uses.
 *
 * @param pipeline the pipeline's id
 * @param instance the pipeline's instance
 * @param operator the operator's id
 * @param location where the operator is created
 * @param directory where it keeps its events, absolute and normal
 * @param inQuery whether the directory was named in the query
 * @param description its limits, for a person
 */
public record BufferPlan(
    String pipeline,
    String instance,
    String operator,
    Location location,
    Path directory,
    boolean inQuery,
    String description) {

  /** The name of the subscriber that delivers from the buffer of a pipeline. */
  public static final String SUBSCRIBER = "pipeline";

  /** {@code pipeline/instance/operator}. */
  public String name() {
    return pipeline + "/" + instance + "/" + operator;
  }
}
