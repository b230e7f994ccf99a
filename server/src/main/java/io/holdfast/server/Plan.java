package io.holdfast.server;

import io.holdfast.pipeline.Blueprint;
import io.holdfast.pipeline.BufferPlan;
import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.Sink;
import io.holdfast.pipeline.Source;
import io.holdfast.pipeline.runtime.Deployment;
import io.holdfast.pipeline.runtime.PipelinePlan;
import java.util.List;

/**
 * What is to run: sources, pipelines and sinks by name, and how they are linked. Every dialect of
 * configuration becomes this. Immutable; nothing outside was touched to make it, and any number of
 * deployments can be made from it, one after the other.
 *
 * @param sources the sources
 * @param pipelines the pipelines
 * @param sinks the sinks
 * @param links from sources to pipelines, between pipelines, from pipelines to sinks; without a
 *     circle
 */
public record Plan(
    List<Connector<Source>> sources,
    List<Pipeline> pipelines,
    List<Connector<Sink>> sinks,
    List<Link> links) {

  /** Copies the lists. */
  public Plan {
    sources = List.copyOf(sources);
    pipelines = List.copyOf(pipelines);
    sinks = List.copyOf(sinks);
    links = List.copyOf(links);
  }

  /**
   * A source or a sink.
   *
   * @param <T> which of them
   * @param name unique in the plan; messages show it
   * @param blueprint makes it
   */
  public record Connector<T>(String name, Blueprint<T> blueprint) {}

  /**
   * A pipeline.
   *
   * @param name unique in the plan; messages show it
   * @param file where its query was written
   * @param plan its query
   */
  public record Pipeline(String name, String file, PipelinePlan plan) {}

  /**
   * A link.
   *
   * @param from the name of a source or pipeline
   * @param fromPort its output
   * @param to the name of a pipeline or sink
   * @param toPort its input
   */
  public record Link(String from, String fromPort, String to, String toPort) {}

  /** The durable buffers of all pipelines. */
  public List<BufferPlan> buffers() {
    return pipelines.stream().flatMap(pipeline -> pipeline.plan().buffers().stream()).toList();
  }

  /** Makes what runs, not started. */
  public Deployment deploy(Host host) {
    Deployment.Builder builder = Deployment.builder(host);
    sources.forEach(source -> builder.source(source.name(), source.blueprint().make()));
    pipelines.forEach(pipeline -> builder.pipeline(pipeline.name(), pipeline.plan()));
    sinks.forEach(sink -> builder.sink(sink.name(), sink.blueprint().make()));
    links.forEach(link -> builder.link(link.from(), link.fromPort(), link.to(), link.toPort()));
    return builder.build();
  }
}
