package io.holdfast.pipeline;

/**
 * What a buffer did since it was opened, and what it holds.
 *
 * @param buffer pipeline, instance and operator
 * @param stored events that became durable
 * @param delivered events that downstream acked
 * @param repeated how often an event was sent again
 * @param refused how often downstream said that an event can never be taken; such events become
 *     dead letters once the rest of their bundle is settled
 * @param kept events that are not resolved
 * @param keptBytes their bytes, as they are in the log
 * @param waiting those of them that nothing happens to until other events come: a window or a batch
 *     collects them, or others of their bundle
 */
public record BufferCounters(
    String buffer,
    long stored,
    long delivered,
    long repeated,
    long refused,
    long kept,
    long keptBytes,
    long waiting) {}
