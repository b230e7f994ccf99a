package io.holdfast.engine;

/**
 * Counters of one buffer since it was opened, and what it holds now.
 *
 * @param appended bundles that became durable
 * @param refused appends that were refused for want of room
 * @param groups syncs that confirmed them
 * @param delivered deliveries handed out
 * @param redelivered of these, the second and later of a bundle
 * @param acked deliveries acked
 * @param rejected deliveries rejected
 * @param deferred deliveries deferred
 * @param failed attempts that failed and counted
 * @param nextSequence the sequence that the next bundle gets
 * @param diskBytes what its files take, preallocated space included
 * @param capBytes what they may take
 */
public record BufferStatus(
    long appended,
    long refused,
    long groups,
    long delivered,
    long redelivered,
    long acked,
    long rejected,
    long deferred,
    long failed,
    long nextSequence,
    long diskBytes,
    long capBytes) {}
