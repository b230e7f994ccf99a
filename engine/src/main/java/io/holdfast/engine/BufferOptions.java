package io.holdfast.engine;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How a buffer works. A value: each {@code with…} gives another one. Sizes are in bytes.
 *
 * @param capBytes the most that the directory may take, everything counted; at least {@link
 *     #MIN_CAP_BYTES}
 * @param durability what an append survives when it completes
 * @param appendTimeout how long {@link DurableBuffer#append(RecordBundle)} waits for room
 * @param maxInFlight how many bundles of one subscriber may be out or deferred at once
 * @param progressInterval after how long at most what was resolved is durable
 * @param time where time comes from
 * @param tasks what runs the background work
 * @param random for what must differ between processes, jitter for instance
 * @param listener what is told of events, called on engine threads; null: {@link System.Logger}
 */
public record BufferOptions(
    long capBytes,
    Durability durability,
    Duration appendTimeout,
    int maxInFlight,
    Duration progressInterval,
    TimeSource time,
    TaskExecutor tasks,
    RandomGenerator random,
    @Nullable EngineListener listener) {

  /** The smallest cap: 16 MiB. */
  public static final long MIN_CAP_BYTES = 16L << 20;

  /** No entry is larger than this, whatever the cap: 256 MiB. */
  static final long MAX_ENTRY_BYTES = 256L << 20;

  /** Checks the ranges. */
  public BufferOptions {
    if (capBytes < MIN_CAP_BYTES) {
      throw new IllegalArgumentException(
          "capBytes is " + capBytes + ", but a buffer needs at least " + MIN_CAP_BYTES);
    }
    if (maxInFlight < 1) {
      throw new IllegalArgumentException(
          "maxInFlight is " + maxInFlight + ", but must be 1 or more");
    }
    if (appendTimeout.isNegative()) {
      throw new IllegalArgumentException("appendTimeout is negative: " + appendTimeout);
    }
    if (progressInterval.isNegative() || progressInterval.isZero()) {
      throw new IllegalArgumentException(
          "progressInterval must be above zero, not " + progressInterval);
    }
  }

  /** A cap of 10 GiB, synced appends, 30 s for room, 1,000 in flight, progress within 1 s. */
  public static BufferOptions defaults() {
    return new BufferOptions(
        10L << 30,
        Durability.sync(),
        Duration.ofSeconds(30),
        1000,
        Duration.ofSeconds(1),
        TimeSource.system(),
        TaskExecutor.threads(),
        RandomGenerator.getDefault(),
        null);
  }

  /** With another {@link #capBytes}. */
  public BufferOptions withCapBytes(long value) {
    return new BufferOptions(
        value,
        durability,
        appendTimeout,
        maxInFlight,
        progressInterval,
        time,
        tasks,
        random,
        listener);
  }

  /** With another {@link #durability}. */
  public BufferOptions withDurability(Durability value) {
    return new BufferOptions(
        capBytes,
        value,
        appendTimeout,
        maxInFlight,
        progressInterval,
        time,
        tasks,
        random,
        listener);
  }

  /** With another {@link #appendTimeout}. */
  public BufferOptions withAppendTimeout(Duration value) {
    return new BufferOptions(
        capBytes, durability, value, maxInFlight, progressInterval, time, tasks, random, listener);
  }

  /** With another {@link #maxInFlight}. */
  public BufferOptions withMaxInFlight(int value) {
    return new BufferOptions(
        capBytes,
        durability,
        appendTimeout,
        value,
        progressInterval,
        time,
        tasks,
        random,
        listener);
  }

  /** With another {@link #progressInterval}. */
  public BufferOptions withProgressInterval(Duration value) {
    return new BufferOptions(
        capBytes, durability, appendTimeout, maxInFlight, value, time, tasks, random, listener);
  }

  /** With another {@link #time}. */
  public BufferOptions withTime(TimeSource value) {
    return new BufferOptions(
        capBytes,
        durability,
        appendTimeout,
        maxInFlight,
        progressInterval,
        value,
        tasks,
        random,
        listener);
  }

  /** With another {@link #tasks}. */
  public BufferOptions withTasks(TaskExecutor value) {
    return new BufferOptions(
        capBytes,
        durability,
        appendTimeout,
        maxInFlight,
        progressInterval,
        time,
        value,
        random,
        listener);
  }

  /** With another {@link #random}. */
  public BufferOptions withRandom(RandomGenerator value) {
    return new BufferOptions(
        capBytes,
        durability,
        appendTimeout,
        maxInFlight,
        progressInterval,
        time,
        tasks,
        value,
        listener);
  }

  /** With another {@link #listener}. */
  public BufferOptions withListener(EngineListener value) {
    return new BufferOptions(
        capBytes,
        durability,
        appendTimeout,
        maxInFlight,
        progressInterval,
        time,
        tasks,
        random,
        value);
  }

  /** The largest entry of the log, head and checksum included: an eighth of the cap. */
  public long largestEntryBytes() {
    return Math.min(MAX_ENTRY_BYTES, capBytes / 8);
  }
}
