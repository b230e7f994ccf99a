package io.holdfast.pipeline.runtime;

import io.holdfast.pipeline.BufferCounters;
import java.util.List;

/**
 * What a deployment did so far.
 *
 * @param sources the sources
 * @param buffers the buffers
 * @param sinks the sinks
 */
public record Summary(
    List<SourceCounters> sources, List<BufferCounters> buffers, List<SinkCounters> sinks) {
  /** Copies the lists. */
  public Summary {
    sources = List.copyOf(sources);
    buffers = List.copyOf(buffers);
    sinks = List.copyOf(sinks);
  }

  /** Events that sources handed out and that were settled well: delivered, kept or filtered. */
  public long accepted() {
    return sources.stream().mapToLong(SourceCounters::acked).sum();
  }

  /** Events that sources handed out and that were lost: nobody took them. */
  public long failed() {
    return sources.stream().mapToLong(SourceCounters::failed).sum();
  }

  /** Events that sinks acked. */
  public long delivered() {
    return sinks.stream().mapToLong(SinkCounters::delivered).sum();
  }

  /** How often an event was sent again. */
  public long repeated() {
    return buffers.stream().mapToLong(BufferCounters::repeated).sum();
  }

  /** Events that were refused behind a buffer: its dead letters, once their bundle is done. */
  public long refused() {
    return buffers.stream().mapToLong(BufferCounters::refused).sum();
  }

  /** Events that buffers hold for the next run. */
  public long kept() {
    return buffers.stream().mapToLong(BufferCounters::kept).sum();
  }

  /** Those of them that nothing happens to until other events come. */
  long waiting() {
    return buffers.stream().mapToLong(BufferCounters::waiting).sum();
  }

  /**
   * {@code accepted 10, delivered 8, repeated 1, still kept 2}, and {@code refused} and {@code
   * failed} when any were.
   */
  @Override
  public String toString() {
    return "accepted "
        + accepted()
        + ", delivered "
        + delivered()
        + ", repeated "
        + repeated()
        + ", still kept "
        + kept()
        + (refused() == 0 ? "" : ", refused " + refused())
        + (failed() == 0 ? "" : ", failed " + failed());
  }
}
