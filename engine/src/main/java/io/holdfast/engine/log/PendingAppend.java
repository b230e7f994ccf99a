package io.holdfast.engine.log;

import io.holdfast.engine.HoldfastException;
import io.holdfast.engine.memory.PooledBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An append on its way through the committer. The caller makes it, the committer gives it a
 * sequence and an outcome, the waker tells the caller.
 */
public final class PendingAppend {
  private final EncodedEntry entry;
  private final @Nullable Thread waiter;
  private final @Nullable CompletableFuture<Long> future;
  private final long deadline;

  /** The one that came before, while both are in the incoming stack. */
  @Nullable PendingAppend before;

  private long sequence = -1;
  private long time;
  private @Nullable HoldfastException failure;
  private boolean entryTaken;
  private volatile boolean done;

  /**
   * An append that somebody waits for.
   *
   * @param entry belongs to the committer from now on
   * @param waiter the thread to unpark, if one waits
   * @param future to complete, if there is one
   * @param deadline until when it waits for space on a full disk, in monotonic nanoseconds
   */
  public PendingAppend(
      EncodedEntry entry,
      @Nullable Thread waiter,
      @Nullable CompletableFuture<Long> future,
      long deadline) {
    this.entry = entry;
    this.waiter = waiter;
    this.future = future;
    this.deadline = deadline;
  }

  EncodedEntry entry() {
    return entry;
  }

  int length() {
    return entry.length();
  }

  int items() {
    return entry.items();
  }

  /** How long it may still wait for space on the disk; not above zero when no longer. */
  long patience(long now) {
    return deadline - now;
  }

  long sequence() {
    return sequence;
  }

  /** Its ingestion time, once stamped. */
  long time() {
    return time;
  }

  void stamp(long newTime, long newSequence) {
    sequence = newSequence;
    time = Math.max(0, newTime);
    entry.stamp(newTime, newSequence);
  }

  /** Notes why it failed; each append gets an exception of its own. */
  void fail(HoldfastException reason) {
    failure = reason;
  }

  /** Whether somebody else's code may run when this is completed. */
  boolean hasFuture() {
    return future != null;
  }

  /** The memory of its entry, which the caller releases from now on. */
  PooledBuffer takeMemory() {
    entryTaken = true;
    entry.bytes();
    return entry.memory();
  }

  /** Frees the memory and tells the caller. */
  void complete() {
    if (!entryTaken) {
      entry.release();
    }
    done = true;
    if (waiter != null && !waiter.equals(Thread.currentThread())) {
      LockSupport.unpark(waiter);
    }
    if (future != null) {
      HoldfastException reason = failure;
      if (reason == null) {
        future.complete(sequence);
      } else {
        future.completeExceptionally(reason);
      }
    }
  }

  /** The bytes of its entry. */
  public int bytes() {
    return entry.length();
  }

  /** Whether {@link #result} may be asked. */
  public boolean isDone() {
    return done;
  }

  /** The sequence, once done. */
  public long result() {
    HoldfastException reason = failure;
    if (reason != null) {
      throw reason;
    }
    return sequence;
  }
}
