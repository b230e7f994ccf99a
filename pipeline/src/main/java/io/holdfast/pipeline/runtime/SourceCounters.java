package io.holdfast.pipeline.runtime;

/**
 * What a source did.
 *
 * @param source its name
 * @param emitted events that it handed out
 * @param acked events that were settled well
 * @param failed events that were failed or refused
 * @param pending events that are not settled yet, but for those that a window or a batch holds
 * @param finished whether it has ended
 */
public record SourceCounters(
    String source, long emitted, long acked, long failed, long pending, boolean finished) {}
