package io.holdfast.engine;

import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One reader of a buffer, with progress of its own that survives restarts. Bundles come in the
 * order of their sequences; what was given back or deferred comes again before newer ones, once it
 * is due.
 *
 * <p>Any number of threads may share one subscriber; each bundle is out once at a time.
 */
public interface Subscriber extends AutoCloseable {

  /** Its name. */
  String id();

  /**
   * The next bundle to work on, or null when none came in time. At most {@link
   * BufferOptions#maxInFlight} may be out or deferred at once, what is {@link Delivery#hold held}
   * not counted; at that limit this waits as if there was none.
   *
   * <p>An interrupt ends the wait with null and leaves the flag set.
   *
   * @param timeout how long to wait, zero not to
   * @return a delivery, to be resolved and closed by the caller
   * @throws ClosedException when this subscriber or the buffer is closed
   * @throws StorageException when the disk refuses to read; the bundle stays in line
   */
  @Nullable Delivery next(Duration timeout);

  /**
   * Installs what is to be run when {@link #next} with a timeout of zero may have something to
   * give, in place of what was installed before, and runs it once at once. It is called on engine
   * threads, must return quickly and may come too often, never too seldom.
   */
  void whenAvailable(Runnable listener);

  /**
   * What this subscriber has not resolved, in flight and deferred ones included, dead letters not,
   * whether they are replayed or not.
   */
  Backlog backlog();

  /**
   * When the first bundle that this subscriber has not resolved was appended, in nanoseconds since
   * the epoch: how far it lags behind in time. Empty when there is none, or its time is not known.
   * What other engines have put into a segment is as old as that file.
   *
   * @throws StorageException when the disk refuses
   */
  OptionalLong oldestEpochNanos();

  /** What a policy has taken from this subscriber, by reason, since it exists. */
  Backlog lost(LossReason reason);

  /** Makes this subscriber's progress durable now. */
  void flush();

  /**
   * Gives back what is out and makes progress durable; the subscription goes on to exist. Does
   * nothing the second time.
   */
  @Override
  void close();

  /**
   * An amount of bundles.
   *
   * @param bundles how many
   * @param items rows of their lowest slots
   * @param bytes as they are in the log
   */
  record Backlog(long bundles, long items, long bytes) {}
}
