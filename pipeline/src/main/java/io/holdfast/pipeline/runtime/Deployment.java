package io.holdfast.pipeline.runtime;

import io.holdfast.pipeline.BufferCounters;
import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.Outlet;
import io.holdfast.pipeline.Sink;
import io.holdfast.pipeline.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Sources, pipelines and sinks that are linked: what a server runs. Made by a {@link #builder},
 * started once, stopped once. {@link #summary} may be called from any thread, at any time.
 */
public final class Deployment {
  /** How often it is looked whether everything in flight is settled. */
  private static final Duration POLL = Duration.ofMillis(5);

  /** How long a source or a sink may take to end after it was interrupted. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final List<SourceRunner> sources;
  private final List<Pipeline> pipelines;
  private final List<SinkRunner> sinks;

  private Deployment(Builder builder) {
    this.sources = List.copyOf(builder.sources.values());
    this.pipelines = List.copyOf(builder.pipelines.values());
    this.sinks = List.copyOf(builder.sinks.values());
  }

  /** A deployment with nothing in it. */
  public static Builder builder(Host host) {
    return new Builder(host);
  }

  /**
   * Opens the buffers, then starts sinks and pipelines, then sources.
   *
   * @throws io.holdfast.engine.HoldfastException when a buffer cannot be opened; nothing runs then
   */
  public void start() {
    List<Pipeline> started = new ArrayList<>();
    for (Pipeline pipeline : pipelines) {
      try {
        pipeline.start();
        started.add(pipeline);
      } catch (RuntimeException | Error failure) {
        started.forEach(Pipeline::close);
        throw failure;
      }
    }
    sinks.forEach(SinkRunner::start);
    sources.forEach(SourceRunner::start);
  }

  /**
   * Stops: first the sources; then waits for what is in flight, not for what buffers keep; then the
   * sinks, then the pipelines with their buffers. What is not settled by then is failed: a buffer
   * keeps it.
   *
   * @param drain how long to wait at most for what is in flight
   * @throws InterruptedException when interrupted; the deployment is in an undefined state then
   */
  public Summary stop(Duration drain) throws InterruptedException {
    long deadline = System.nanoTime() + drain.toNanos();
    sources.forEach(SourceRunner::interrupt);
    for (SourceRunner source : sources) {
      source.awaitFinished(GRACE);
    }
    pipelines.forEach(Pipeline::drain);
    while (isBusy() && System.nanoTime() < deadline) {
      Thread.sleep(POLL);
    }
    sinks.forEach(SinkRunner::interrupt);
    for (SinkRunner sink : sinks) {
      sink.awaitFinished(GRACE);
    }
    List<CompletableFuture<Void>> closing = new ArrayList<>();
    pipelines.forEach(pipeline -> closing.add(pipeline.closeAsync()));
    closing.forEach(CompletableFuture::join);
    sources.forEach(SourceRunner::flushNotices);
    return summary();
  }

  private boolean isBusy() {
    for (Pipeline pipeline : pipelines) {
      if (pipeline.pending() > 0) {
        return true;
      }
    }
    for (SinkRunner sink : sinks) {
      SinkCounters counters = sink.counters();
      if (counters.pending() > 0 && !counters.down()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether every source has ended by itself, and everything is delivered, but for what a window or
   * a batch holds until other events come or its time is over. Cheap enough to poll.
   */
  public boolean isFinished() {
    for (SourceRunner source : sources) {
      SourceCounters counters = source.counters();
      if (!counters.finished() || counters.pending() > 0) {
        return false;
      }
    }
    Summary now = summary();
    return now.kept() <= now.waiting() && !isBusy();
  }

  /**
   * Whether a source has asked to stop ({@link io.holdfast.pipeline.SourceContext#requestStop}),
   * and {@link #isFinished}: there is nothing left to do.
   */
  public boolean isStopDue() {
    return sources.stream().anyMatch(SourceRunner::isStopRequested) && isFinished();
  }

  /** The counters now. */
  public Summary summary() {
    List<SourceCounters> sourceCounters = new ArrayList<>();
    sources.forEach(source -> sourceCounters.add(source.counters()));
    List<BufferCounters> bufferCounters = new ArrayList<>();
    pipelines.forEach(pipeline -> bufferCounters.addAll(pipeline.buffers()));
    List<SinkCounters> sinkCounters = new ArrayList<>();
    sinks.forEach(sink -> sinkCounters.add(sink.counters()));
    return new Summary(sourceCounters, bufferCounters, sinkCounters);
  }

  /**
   * Collects what is deployed. Names are the caller's, as {@code /onramp/metronome/01}; they show
   * in messages. Belongs to one thread.
   */
  public static final class Builder {
    private final Host host;
    private final Map<String, SourceRunner> sources = new LinkedHashMap<>();
    private final Map<String, Pipeline> pipelines = new LinkedHashMap<>();
    private final Map<String, SinkRunner> sinks = new LinkedHashMap<>();

    private Builder(Host host) {
      this.host = host;
    }

    /** Adds a source. */
    public Builder source(String name, Source source) {
      add(sources, name, new SourceRunner(name, source, host));
      return this;
    }

    /** Adds a pipeline. */
    public Builder pipeline(String name, PipelinePlan plan) {
      add(pipelines, name, new Pipeline(plan, host));
      return this;
    }

    /** Adds a sink. */
    public Builder sink(String name, Sink sink) {
      add(sinks, name, new SinkRunner(name, sink, host));
      return this;
    }

    /**
     * Links a source or a pipeline to a pipeline or a sink.
     *
     * @param from the name of a source or pipeline
     * @param fromPort a pipeline's output; of a source it says nothing
     * @param to the name of a pipeline or sink
     * @param toPort a pipeline's input; of a sink it says nothing
     * @throws IllegalArgumentException when there is no such name or port
     */
    public Builder link(String from, String fromPort, String to, String toPort) {
      Outlet target = target(to, toPort);
      SourceRunner source = sources.get(from);
      Pipeline pipeline = pipelines.get(from);
      if (source != null) {
        source.connect(target);
      } else if (pipeline != null) {
        pipeline.connect(fromPort, target);
      } else {
        throw new IllegalArgumentException("there is no source or pipeline " + from);
      }
      return this;
    }

    /** The deployment, not started. */
    public Deployment build() {
      return new Deployment(this);
    }

    private Outlet target(String name, String port) {
      Pipeline pipeline = pipelines.get(name);
      if (pipeline != null) {
        return pipeline.inlet(port);
      }
      @Nullable SinkRunner sink = sinks.get(name);
      if (sink == null) {
        throw new IllegalArgumentException("there is no pipeline or sink " + name);
      }
      return sink;
    }

    private <T> void add(Map<String, T> all, String name, T one) {
      if (sources.containsKey(name) || pipelines.containsKey(name) || sinks.containsKey(name)) {
        throw new IllegalArgumentException("two things are called " + name);
      }
      all.put(name, one);
    }
  }
}
