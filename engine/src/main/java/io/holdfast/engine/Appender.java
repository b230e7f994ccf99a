package io.holdfast.engine;

import io.holdfast.engine.ipc.SchemaMessages;
import io.holdfast.engine.log.Committer;
import io.holdfast.engine.log.EncodedEntry;
import io.holdfast.engine.log.PendingAppend;
import io.holdfast.engine.memory.BufferPool;
import io.holdfast.engine.tasks.WaitSet;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The way of a bundle from its caller to the committer: encoded, admitted, queued, waited for.
 * Thread-safe.
 */
final class Appender {
  /** More than this on its way to the disk makes {@link #appendAsync} wait. */
  private static final long QUEUED_BYTES = 64L << 20;

  private final String place;
  private final BufferOptions options;
  private final EngineThreads threads;
  private final BufferPool pool;
  private final SchemaMessages schemas;
  private final Room room;
  private final Committer committer;
  private final WaitSet idle;
  private final AtomicInteger appending = new AtomicInteger();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final LongAdder refused = new LongAdder();
  private volatile Runnable whenIdle = () -> {};
  private volatile boolean closed;

  // Made once: each append asks.
  private final BooleanSupplier mayQueue = this::mayQueue;
  private final BooleanSupplier fitsMemory = this::fitsMemory;
  private final BooleanSupplier hasClosed = this::hasClosed;
  private final long largestEntryBytes;

  Appender(
      String place,
      BufferOptions options,
      EngineThreads threads,
      BufferPool pool,
      SchemaMessages schemas,
      Room room,
      Committer committer) {
    this.place = place;
    this.options = options;
    this.threads = threads;
    this.pool = pool;
    this.schemas = schemas;
    this.room = room;
    this.committer = committer;
    this.idle = new WaitSet(options.tasks(), options.time());
    this.largestEntryBytes = options.largestEntryBytes();
  }

  /** Appends that were refused for want of room. */
  long refused() {
    return refused.sum();
  }

  /** As {@link DurableBuffer#append(RecordBundle, Duration)}. */
  long append(RecordBundle bundle, Duration timeout) {
    if (threads.isStepping()) {
      throw new IllegalStateException(
          "append waits for the engine's threads, and this is one of them: take appendAsync in a"
              + " callback, or a thread of your own");
    }
    enter();
    try {
      PendingAppend append = submit(bundle, timeout, Thread.currentThread(), null);
      boolean interrupted = false;
      while (!append.isDone()) {
        options.tasks().pause(Long.MAX_VALUE);
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      left(append);
      return append.result();
    } catch (BufferFullException full) {
      refused.increment();
      throw full;
    } finally {
      leave();
    }
  }

  /** As {@link DurableBuffer#appendAsync(RecordBundle, Duration)}. */
  CompletableFuture<Long> appendAsync(RecordBundle bundle, Duration timeout) {
    CompletableFuture<Long> future = new CompletableFuture<>();
    try {
      enter();
    } catch (ClosedException ended) {
      future.completeExceptionally(ended);
      return future;
    }
    try {
      if (!threads.isStepping()) {
        room.await(mayQueue, Long.MAX_VALUE);
      }
      PendingAppend append = submit(bundle, timeout, null, future);
      return future.whenComplete(
          (sequence, failure) -> {
            if (failure instanceof BufferFullException) {
              refused.increment();
            }
            left(append);
            leave();
          });
    } catch (HoldfastException refusal) {
      if (refusal instanceof BufferFullException) {
        refused.increment();
      }
      leave();
      future.completeExceptionally(refusal);
      return future;
    } catch (Throwable failure) {
      leave();
      throw failure;
    }
  }

  /** While the disk is full nothing moves on: there the timeout decides. */
  private boolean mayQueue() {
    return fitsMemory() || committer.isDiskFull();
  }

  private boolean fitsMemory() {
    return queuedBytes.get() < QUEUED_BYTES || closed;
  }

  private boolean hasClosed() {
    return closed;
  }

  private PendingAppend submit(
      RecordBundle bundle,
      Duration timeout,
      @Nullable Thread waiter,
      @Nullable CompletableFuture<Long> future) {
    long now = options.time().monotonicNanos();
    long deadline = now + WaitSet.nanos(timeout);
    // A callback that waited here would hold up what it waits for.
    long waitUntil = threads.isStepping() ? now : deadline;
    EncodedEntry entry = EncodedEntry.of(bundle, pool, schemas, largestEntryBytes);
    boolean submitted = false;
    try {
      if (waiter == null) {
        boundMemory(waitUntil);
      }
      long left = Math.max(0, waitUntil - options.time().monotonicNanos());
      if (!room.admit(entry.length(), left, hasClosed)) {
        checkOpen();
        throw room.refusal(entry.length());
      }
      PendingAppend append = new PendingAppend(entry, waiter, future, deadline);
      queuedBytes.addAndGet(append.bytes());
      committer.submit(append, waiter != null && appending.get() == 1);
      submitted = true;
      return append;
    } finally {
      if (!submitted) {
        entry.release();
      }
    }
  }

  /** The queue to the disk is in memory, so it has an end, also while the disk is full. */
  private void boundMemory(long deadline) {
    long left = Math.max(0, deadline - options.time().monotonicNanos());
    if (!room.await(fitsMemory, left)) {
      throw new BufferFullException(
          QUEUED_BYTES
              + " bytes are on their way to the disk under "
              + place
              + (committer.isDiskFull()
                  ? ", and it is full: free some space, appends then go on by themselves"
                  : ", and a callback cannot wait for it: append again later"),
          false,
          null);
    }
    checkOpen();
  }

  private void left(PendingAppend append) {
    if (queuedBytes.getAndAdd(-append.bytes()) >= QUEUED_BYTES) {
      room.roomCame();
    }
  }

  private void enter() {
    appending.incrementAndGet();
    if (closed) {
      leave();
      checkOpen();
    }
  }

  private void leave() {
    if (appending.decrementAndGet() == 0 && closed) {
      idle.signalAll();
      whenIdle.run();
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new ClosedException("the buffer in " + place + " is closed");
    }
  }

  /**
   * Takes nothing any more, and ends what waits for room.
   *
   * @param told run when nothing is under way any more, maybe more than once
   */
  void beginClose(Runnable told) {
    whenIdle = told;
    closed = true;
    room.roomCame();
    committer.endWaiting();
  }

  /** Whether nothing is under way. */
  boolean isIdle() {
    return appending.get() == 0;
  }

  /** Waits until nothing is under way. */
  void awaitIdle() {
    idle.await(this::isIdle, Long.MAX_VALUE);
  }
}
