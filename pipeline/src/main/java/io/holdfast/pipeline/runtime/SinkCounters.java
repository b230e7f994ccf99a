package io.holdfast.pipeline.runtime;

/**
 * What a sink did.
 *
 * @param sink its name
 * @param delivered events that it acked
 * @param failed events that it failed; a buffer upstream sends them again
 * @param refused events that it can never take
 * @param pending events that it was handed and has not settled
 * @param down whether its breaker is open
 */
public record SinkCounters(
    String sink, long delivered, long failed, long refused, long pending, boolean down) {}
