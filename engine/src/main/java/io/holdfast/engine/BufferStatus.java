package io.holdfast.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Counters of one buffer since it was opened, and what it holds now. Taken without stopping
 * anything: counters that belong together may differ by what happens meanwhile.
 *
 * @param appended bundles whose append has completed
 * @param synced of these, bundles that a power cut cannot take any more
 * @param refused appends that were refused for want of room
 * @param groups how many bundles were confirmed at once
 * @param syncNanos how long the syncs of the log took that confirmed them, in nanoseconds
 * @param delivered deliveries handed out
 * @param redelivered of these, the second and later of a bundle
 * @param acked deliveries acked
 * @param rejected deliveries rejected
 * @param deferred deliveries deferred
 * @param failed attempts that failed and counted
 * @param nextSequence the sequence that the next bundle gets
 * @param epochNanos when this was taken, in nanoseconds since the epoch
 * @param oldestEpochNanos when the oldest bundle was appended that some subscriber has not
 *     resolved, or that is kept when there is no subscriber; empty when there is none, or its time
 *     is not known
 * @param open what is in the log and in no segment
 * @param disk what its files take
 * @param reservedBytes what it keeps free for a segment and its largest entry; 0 when there is no
 *     such room, and it delivers only
 * @param capBytes what its files may take
 */
public record BufferStatus(
    long appended,
    long synced,
    long refused,
    Histogram groups,
    Histogram syncNanos,
    long delivered,
    long redelivered,
    long acked,
    long rejected,
    long deferred,
    long failed,
    long nextSequence,
    long epochNanos,
    OptionalLong oldestEpochNanos,
    OpenRange open,
    DiskUse disk,
    long reservedBytes,
    long capBytes) {

  /**
   * The part of the log that somebody may still need.
   *
   * @param firstSequence everything below is in a segment, or resolved by all subscribers
   * @param bytes of the entries from there on
   */
  public record OpenRange(long firstSequence, long bytes) {}

  /**
   * Bytes by what they are for.
   *
   * @param log log files, preallocated space and what is on its way included
   * @param segments segments
   * @param deadLetters all that belongs to dead letters
   * @param quarantine copies of damaged bytes
   * @param metadata what is set apart for the small files and the reserve
   * @param foreign files that are not the engine's
   */
  public record DiskUse(
      long log, long segments, long deadLetters, long quarantine, long metadata, long foreign) {
    /** All together. */
    public long total() {
      return log + segments + deadLetters + quarantine + metadata + foreign;
    }
  }

  /** How old the oldest bundle is that is still needed, by the buffer's clock. */
  public Optional<Duration> oldestAge() {
    return oldestEpochNanos.isEmpty()
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(Math.max(0, epochNanos - oldestEpochNanos.getAsLong())));
  }

  /** What its files take, in bytes, preallocated space included. */
  public long diskBytes() {
    return disk.total();
  }
}
