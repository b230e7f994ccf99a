package io.holdfast.engine;

import java.time.Duration;

/**
 * A bundle that was handed out. Exactly one of {@link #ack}, {@link #ackDurably}, {@link
 * #reject(String)}, {@link #reject(String, RecordBundle)}, {@link #fail} and {@link #defer}
 * resolves it; later calls do nothing. {@link #close} gives it back when none was called, and
 * always releases the memory behind {@link #bundle}. What is to be resolved much later, when
 * something made of it has arrived for instance, is put on {@link #hold} until then.
 *
 * <p><b>What survives.</b> {@link #ack} is in memory and quick. A {@link Subscriber#flush}, closing
 * the subscriber or the buffer, and {@link BufferOptions#progressInterval} make it durable; if the
 * process is killed or the power goes before, the bundle comes again. {@link #ackDurably} returns
 * when nothing brings it back.
 *
 * <p><b>What counts against a bundle.</b> {@link #fail} and {@link #reject(String)} count one
 * attempt each, which is kept over restarts. {@link #defer}, giving back, and an owner that ended
 * with the bundle out count none: an outage must not make dead letters out of good bundles.
 *
 * {@snippet :
 * try (Delivery delivery = subscriber.next(Duration.ofSeconds(5))) {
 *   if (delivery != null) {
 *     try {
 *       send(delivery.bundle());
 *       delivery.ack();
 *     } catch (ConnectException nobodyIsThere) {
 *       delivery.defer(Duration.ofSeconds(10));
 *     } catch (IllegalArgumentException itWillNeverDo) {
 *       delivery.reject(itWillNeverDo.getMessage());
 *     }
 *   }
 * }
 * }
 *
 * <p>Any thread may call any method.
 */
public interface Delivery extends AutoCloseable {

  /**
   * The bundle; valid until {@link #hold} or {@link #close}. After a {@link #hold} it is read
   * again.
   *
   * @throws StorageException when it is to be read again, and the disk refuses or it is damaged
   * @throws IllegalStateException after {@link #close}
   */
  RecordBundle bundle();

  /** Its sequence: its identity for ever. */
  long sequence();

  /** When it was appended, in nanoseconds since the epoch. */
  long ingestionEpochNanos();

  /** How many times it was handed out to this subscriber since the buffer was opened, from 1. */
  int attempt();

  /** How many attempts have failed for this subscriber, before restarts too. */
  int failures();

  /**
   * Done: this subscriber never gets it again, but after a crash that comes before the disk has it.
   */
  void ack();

  /**
   * As {@link #ack}, and returns when the disk has it. Calls that come together share a write.
   *
   * @throws StorageException when the disk refuses; it is acked, and will be made durable like
   *     another ack once the disk is well
   * @throws ClosedException when the subscriber or the buffer was closed meanwhile, and the bundle
   *     was given back with it
   */
  void ackDurably();

  /**
   * Given up: this subscriber does not get it again, unless its {@link DeadLetters} are replayed.
   * Returns when the dead letter is durable; counted, and told to the listener with the reason.
   *
   * <p>When there is no room for dead letters, or their disk refuses, this returns all the same:
   * the subscriber then gets nothing more, the listener is told, and it is tried again by {@link
   * Subscriber#next} until there is room. No other subscriber is held up by it. Of a letter that
   * was replayed, only the other letters wait; new bundles go on.
   *
   * @return whether it is given up now; false when it waits for room, or was not out any more
   */
  boolean reject(String reason);

  /**
   * As {@link #reject(String)}, when only some of the rows are given up: the dead letter holds
   * {@code rest}, and the delivery is resolved as a whole. So whoever has settled the other rows
   * does not see them again, not in a replay either.
   *
   * <p>Ownership: {@code rest} stays the caller's, who may free it as soon as this returns. It is
   * copied first of all, also for the time until there is room for it. It may share slots with
   * {@link #bundle}.
   *
   * <p>Durability: when this returns, the dead letter is durable, or the subscriber waits as {@link
   * #reject(String)} says. In a crash before, the whole bundle comes again. So it does in a crash
   * between the dead letter and the subscriber's progress: rejected again with the same rows, it is
   * known and not kept twice; with other rows, these make a letter of their own, and the first one
   * stays. Of a replayed letter, {@code rest} becomes a letter with a number of its own and all
   * attempts so far, and the old one is gone.
   *
   * @param reason why, for people
   * @param rest what is given up: any bundle that could be appended
   * @return whether it is given up now; false when it waits for room, or was not out any more
   * @throws IllegalArgumentException when {@code rest} is no bundle that can be stored; nothing has
   *     happened, and the delivery is still out
   * @throws TooLargeException when {@code rest} is larger than any entry; likewise
   */
  boolean reject(String reason, RecordBundle rest);

  /**
   * This attempt failed, and counts: the bundle comes again after a delay that {@link
   * BufferOptions#retryPolicy} makes longer with each failure, or is given up as by {@link
   * #reject(String)} when there were too many. For what may be the bundle's own fault; when it is
   * not, as with a sink that cannot be reached, {@link #defer} is the word.
   */
  void fail(String reason);

  /** Not now: it comes again after {@code delay}. Nothing counts against it. */
  void defer(Duration delay);

  /**
   * Releases the memory behind {@link #bundle} and keeps the delivery out, for as long as it takes:
   * for a consumer that has what it needs of it and resolves it when its own result is safe. Any of
   * the words above resolves it then. After a crash it comes again, as all that is out does.
   *
   * <p>It does not count for {@link BufferOptions#maxInFlight} from now on, and is not among those
   * that are suspected when the process ends. It costs some hundred bytes of memory, and its files
   * stay on the disk. Does nothing when it is not out any more.
   */
  void hold();

  /** Gives the bundle back, to come again at once, when it is not resolved; frees its memory. */
  @Override
  void close();
}
