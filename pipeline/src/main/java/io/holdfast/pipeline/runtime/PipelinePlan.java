package io.holdfast.pipeline.runtime;

import io.holdfast.pipeline.BufferPlan;
import java.util.List;
import java.util.Set;

/**
 * A query that was read and found right, as one instance of a pipeline. Immutable; nothing outside
 * was touched to make it.
 */
public final class PipelinePlan {
  private final String id;
  private final String instance;
  private final Graph graph;
  private final List<Step> steps;
  private final List<BufferPlan> buffers;

  PipelinePlan(
      String id, String instance, Graph graph, List<Step> steps, List<BufferPlan> buffers) {
    this.id = id;
    this.instance = instance;
    this.graph = graph;
    this.steps = List.copyOf(steps);
    this.buffers = List.copyOf(buffers);
  }

  /** A pipeline that sends on what comes in. */
  public static PipelinePlan passthrough(String id, String instance) {
    return new PipelinePlan(id, instance, Graph.passthrough(), List.of(), List.of());
  }

  /** The pipeline's id. */
  public String id() {
    return id;
  }

  /** The instance, as the mapping names it. */
  public String instance() {
    return instance;
  }

  /** Id and instance with a slash between. */
  public String name() {
    return id + "/" + instance;
  }

  /** The ports that events enter by. */
  public Set<String> inputs() {
    return graph.inlets();
  }

  /** The ports that events leave by. */
  public Set<String> outputs() {
    return graph.outlets();
  }

  /** What events pass between the ports, in the order of the query, for a person. */
  public List<Step> steps() {
    return steps;
  }

  /** The durable buffers among them. */
  public List<BufferPlan> buffers() {
    return buffers;
  }

  Graph graph() {
    return graph;
  }

  /**
   * Something that events pass.
   *
   * @param name its id in the query
   * @param kind {@code select}, {@code script}, or the operator's type
   * @param description its settings, empty when there are none
   */
  public record Step(String name, String kind, String description) {}
}
