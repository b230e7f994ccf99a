package io.holdfast.engine;

import io.holdfast.engine.capacity.Admission;
import io.holdfast.engine.capacity.Limits;
import io.holdfast.engine.capacity.SharedSpace;
import org.jspecify.annotations.Nullable;

/**
 * A cap over the directories of all open buffers that share it: log, segments, copies of damaged
 * bytes, preallocated and temporary files, all counted. Each buffer keeps the room for a segment
 * and its largest entry free for itself; one for which there is no such room opens, and delivers
 * only. Room that one buffer sets free lets appends of the others go on at once.
 *
 * <p>A budget may also keep space free on the filesystem for other programs. That is looked at from
 * time to time, not with each append: between two looks at most a quarter of what was spare is
 * used.
 *
 * {@snippet :
 * DiskBudget budget = DiskBudget.of(10L << 30, 1L << 30);
 * BufferOptions options = BufferOptions.defaults().withBudget(budget);
 * try (DurableBuffer logs = DurableBuffer.open(Path.of("logs"), options);
 *     DurableBuffer traces = DurableBuffer.open(Path.of("traces"), options)) {
 *   logs.append(bundle);
 * }
 * }
 *
 * <p>Thread-safe. Two budgets are never equal; pass the same one to share it.
 */
public final class DiskBudget {
  private final SharedSpace space;

  /** In whose folder the buffers are, and whose room they take; null for the usual ones. */
  private final @Nullable Admission host;

  private final long handedOver;

  private DiskBudget(SharedSpace space, @Nullable Admission host, long handedOver) {
    this.space = space;
    this.host = host;
    this.handedOver = handedOver;
  }

  /**
   * What dead letters share with the buffer that they are of.
   *
   * @param handedOver see {@link Admission#within}
   */
  static DiskBudget within(Admission host, long handedOver) {
    return new DiskBudget(host.space(), host, handedOver);
  }

  /**
   * A budget that looks at its own files only.
   *
   * @param capBytes the most that the directories together may take
   * @throws IllegalArgumentException when it is below {@link BufferOptions#MIN_CAP_BYTES}
   */
  public static DiskBudget of(long capBytes) {
    return of(capBytes, 0);
  }

  /**
   * A budget that also leaves space on the filesystem.
   *
   * @param capBytes the most that the directories together may take
   * @param keepFreeBytes appends are refused while less than this is free
   * @throws IllegalArgumentException when the cap is below {@link BufferOptions#MIN_CAP_BYTES}, or
   *     what is to stay free below zero
   */
  public static DiskBudget of(long capBytes, long keepFreeBytes) {
    if (capBytes < BufferOptions.MIN_CAP_BYTES) {
      throw new IllegalArgumentException(
          "the budget's cap is "
              + capBytes
              + ", but a single buffer needs at least "
              + BufferOptions.MIN_CAP_BYTES);
    }
    if (keepFreeBytes < 0) {
      throw new IllegalArgumentException(
          "keepFreeBytes is " + keepFreeBytes + "; take 0 to leave nothing free");
    }
    return new DiskBudget(new SharedSpace(capBytes, keepFreeBytes), null, 0);
  }

  /** The most that the directories together may take, in bytes. */
  public long capBytes() {
    return space.cap();
  }

  /** What stays free on the filesystem, in bytes; 0 when nothing has to. */
  public long keepFreeBytes() {
    return space.keepFree();
  }

  /** What the directories of all open buffers take now, in bytes. */
  public long usedBytes() {
    return space.used();
  }

  /** What those buffers keep free for a segment and the largest entry of each, in bytes. */
  public long reservedBytes() {
    return space.reserved();
  }

  Admission account(Limits limits) {
    return host == null ? new Admission(space, limits) : Admission.within(host, limits, handedOver);
  }
}
