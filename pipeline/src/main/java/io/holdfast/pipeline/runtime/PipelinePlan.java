package io.holdfast.pipeline.runtime;

import io.holdfast.pipeline.BufferPlan;
import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.script.Query;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

  /**
   * An instance of a query.
   *
   * @param query what was loaded
   * @param id the pipeline's id: the file's stem, or its {@code #!config id}
   * @param instance the instance, as the mapping names it
   * @param dataDirectory where buffers live whose query names no directory
   * @param workingDirectory what a directory in a query is relative to
   * @param errors gets everything that is wrong: unknown operators, ports and settings
   * @return null when something is wrong
   */
  public static @Nullable PipelinePlan of(
      Query query,
      String id,
      String instance,
      Path dataDirectory,
      Path workingDirectory,
      ConfigErrors errors) {
    return new QueryPlanner(query, id, instance, dataDirectory, workingDirectory, errors).plan();
  }

  /**
   * Checks that no two buffers share a directory, also through links. Call it with the buffers of
   * all plans that run together.
   *
   * @param errors gets an error at the later of two
   */
  public static void checkDirectories(Collection<BufferPlan> buffers, ConfigErrors errors) {
    Map<Path, BufferPlan> owners = new HashMap<>();
    for (BufferPlan buffer : buffers) {
      BufferPlan owner = owners.putIfAbsent(realPath(buffer.directory()), buffer);
      if (owner != null) {
        errors.add(
            buffer.location(),
            "the buffer "
                + buffer.name()
                + " would be in "
                + buffer.directory()
                + ", where "
                + owner.name()
                + " ("
                + owner.location()
                + ") is already; give it another 'dir', or none");
      }
    }
  }

  /** The path behind all links, as far as it exists. */
  private static Path realPath(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      Path parent = path.getParent();
      Path name = path.getFileName();
      return parent == null || name == null ? path : realPath(parent).resolve(name);
    }
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
    return graph.inlets().keySet();
  }

  /** The ports that events leave by. */
  public Set<String> outputs() {
    return graph.outlets().keySet();
  }

  /** The outputs that the query sends events to, errors apart. */
  public Set<String> usedOutputs() {
    Set<String> used = new LinkedHashSet<>();
    graph
        .outlets()
        .forEach(
            (port, node) -> {
              if (!port.equals(Graph.ERR)
                  && graph.edges().stream().anyMatch(edge -> edge.to().equals(node))) {
                used.add(port);
              }
            });
    return used;
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
