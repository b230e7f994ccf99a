package io.holdfast.pipeline;

import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.ConfigNode;
import io.holdfast.pipeline.config.Location;
import io.holdfast.pipeline.config.Section;
import org.jspecify.annotations.Nullable;

/**
 * What a person wrote about a source or a sink.
 *
 * @param id its name
 * @param location where it is defined
 * @param codec the name of its codec, null for the connector's own choice
 * @param config its settings; empty when nothing was written
 */
public record ConnectorSpec(
    String id, Location location, ConfigNode.@Nullable Scalar codec, ConfigNode.Mapping config) {

  /**
   * A reader of the settings.
   *
   * @param kind {@code source} or {@code sink}, for messages
   */
  public Section section(String kind, ConfigErrors errors) {
    return new Section(config, kind + " '" + id + "'", errors);
  }
}
