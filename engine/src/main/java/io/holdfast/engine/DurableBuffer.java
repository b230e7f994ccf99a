package io.holdfast.engine;

import io.holdfast.engine.storage.FileStorage;
import io.holdfast.engine.storage.Storage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A durable buffer of Arrow record bundles in a directory of its own: what {@link #append} has
 * accepted survives a killed process and a power cut, and reaches every subscriber at least once.
 *
 * {@snippet :
 * try (var buffer = DurableBuffer.open(Path.of("data"))) {
 *   buffer.append(bundle);                                  // returns when it is on the disk
 *   try (var subscriber = buffer.subscribe("exporter");
 *        var delivery = subscriber.next(Duration.ofSeconds(5))) {
 *     send(delivery.bundle());
 *     delivery.ack();
 *   }
 * }
 * }
 *
 * <p><b>Ownership.</b> The directory belongs to one open buffer at a time, on this machine. A
 * bundle that is appended stays the caller's; its bytes have been copied when the call returns,
 * also from {@link #appendAsync}.
 *
 * <p><b>Threads.</b> Any number of threads, platform or virtual, may call any method. An interrupt
 * never disturbs the log: a blocked call goes on to its outcome and leaves the flag set.
 *
 * <p><b>Errors.</b> All are {@link HoldfastException}s, by what the caller can do.
 */
public interface DurableBuffer extends AutoCloseable {

  /**
   * Opens the buffer in {@code directory}, with default options; creates it when there is none.
   *
   * @throws LockedException when another process, or another buffer of this one, has it open
   * @throws UnsupportedVersionException when its files are of a version that this engine does not
   *     know; nothing was touched
   * @throws StorageException when the disk refuses; a log that it refuses to read is as it was
   */
  static DurableBuffer open(Path directory) {
    return open(directory, BufferOptions.defaults());
  }

  /** As {@link #open(Path)}, with options. */
  static DurableBuffer open(Path directory, BufferOptions options) {
    return open(FileStorage.at(directory), options);
  }

  /** As {@link #open(Path)}, on any storage. The storage stays the caller's. */
  static DurableBuffer open(Storage storage, BufferOptions options) {
    return WalBuffer.open(storage, options);
  }

  /**
   * Appends a bundle and returns when it is durable, as {@link BufferOptions#durability} says.
   * While there is no room, waits up to {@link BufferOptions#appendTimeout}.
   *
   * @return its sequence
   * @throws BufferFullException when there was no room in time; nothing was kept
   * @throws TooLargeException when it can never fit
   * @throws IllegalArgumentException when a batch of it cannot be stored: its columns differ in
   *     length, its memory was released, or Arrow IPC cannot carry its schema
   * @throws OutcomeUnknownException when the disk failed in a way that leaves open whether it was
   *     kept; it may be delivered later
   * @throws ClosedException when the buffer is closed
   * @throws IllegalStateException when it is called from a callback on an engine thread, for which
   *     it would wait; {@link #appendAsync} does not
   */
  long append(RecordBundle bundle);

  /**
   * As {@link #append(RecordBundle)}, with its own timeout.
   *
   * @param timeout how long to wait for room; zero to be told <em>full</em> at once. The wait for
   *     the disk itself is not bounded by it.
   */
  long append(RecordBundle bundle, Duration timeout);

  /**
   * Appends a bundle without waiting for the disk: the future completes with its sequence once it
   * is durable, or fails with what {@link #append(RecordBundle, Duration)} with a timeout of zero
   * would throw. Completed on an engine thread: dependents that block belong on an executor of
   * their own.
   *
   * <p>While 64 MiB are on their way to the disk this waits for it, so that a producer cannot fill
   * the memory; on a full disk, and in a callback on an engine thread, it refuses then.
   */
  CompletableFuture<Long> appendAsync(RecordBundle bundle);

  /**
   * As {@link #appendAsync(RecordBundle)}, but waits for room, so that appends of one thread keep
   * their order over a buffer that is full for a while. For room under the cap the call itself
   * waits; for space on a full disk the bundle waits, in its place, and the call returns. In a
   * callback on an engine thread the call never waits.
   *
   * @param timeout how long to wait for room, both together
   */
  CompletableFuture<Long> appendAsync(RecordBundle bundle, Duration timeout);

  /**
   * Resumes the subscriber {@code id}, or makes a new one that starts with the earliest bundle that
   * is kept. It exists durably when this returns, and from then on bundles are kept for it.
   *
   * @param id 1 to 64 characters of {@code [A-Za-z0-9_-]}
   * @throws IllegalArgumentException when the id is not legal
   * @throws IllegalStateException when this id is subscribed already
   */
  Subscriber subscribe(String id);

  /** As {@link #subscribe(String)}; {@code start} counts for a new subscriber only. */
  Subscriber subscribe(String id, StartAt start);

  /**
   * Forgets the subscriber, durably, and what it has not resolved with it; does nothing when there
   * is none. Its dead letters stay until they are purged.
   *
   * @throws IllegalStateException while it is subscribed
   */
  void unsubscribe(String id);

  /** The subscribers that bundles are kept for, connected or not. */
  Set<String> subscribers();

  /**
   * What a subscriber has given up, connected or not, unsubscribed or not. Opens a buffer in a
   * folder of its own once there is something in it.
   *
   * @throws IllegalArgumentException when the id is not legal
   * @throws StorageException when the disk refuses
   */
  DeadLetters deadLetters(String id);

  /** What opening found. */
  RecoveryReport recovery();

  /** The counters now. */
  BufferStatus status();

  /**
   * Makes the progress of all subscribers durable, and deletes what all have resolved.
   *
   * @throws StorageException when the disk refuses; nothing is lost by it
   */
  void flush();

  /**
   * Waits for the appends that are under way, makes progress durable and gives the directory back.
   * Deliveries that are out become invalid to resolve; their bundles stay readable until they are
   * closed. Appends that wait for room end with {@link ClosedException}.
   *
   * <p>May be called at any time, from any thread and again: whoever calls it while another closes
   * waits until that is done. Only from a callback that runs on an engine thread (a dependent of
   * {@link #appendAsync}, a listener) it returns at once, because the engine could not end while it
   * waits there; the buffer is then closed as soon as nothing is under way.
   *
   * @throws StorageException when the disk refuses; the directory is given back all the same, what
   *     was appended is kept, and some deliveries may be repeated
   */
  @Override
  void close();
}
