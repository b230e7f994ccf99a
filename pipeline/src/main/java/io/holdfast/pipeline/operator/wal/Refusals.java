package io.holdfast.pipeline.operator.wal;

import io.holdfast.engine.Delivery;
import io.holdfast.pipeline.Backoff;
import io.holdfast.pipeline.bundle.EventBundle;
import io.holdfast.pipeline.bundle.StoredEvent;
import io.holdfast.pipeline.operator.OperatorContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * Moves what downstream will never take to the dead letters. That waits for the disk, and so runs
 * on a thread of its own, one bundle after another; what is said here is said on the loop.
 */
final class Refusals {
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
  private static final int MOST_PENDING = 16;

  private final OperatorContext context;
  private final GivenUpNotices notices;
  private final ExecutorService writer;

  /** Of the writer. */
  private final Backoff backoff;

  private final LongAdder refused = new LongAdder();
  private long pending;
  private volatile boolean closing;

  /**
   * A bundle that is given up.
   *
   * @param rows of it only these, by their place in it; none for all
   * @param events how many were refused; 0 when nobody can read it
   */
  private record Letter(Delivery delivery, String reason, BitSet rows, long events) {}

  Refusals(OperatorContext context, Path directory) {
    this.context = context;
    this.notices = new GivenUpNotices(context, directory);
    this.backoff = new Backoff(FIRST_WAIT, LONGEST_WAIT, context.host().random());
    this.writer =
        Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("holdfast-refusals-" + context.name()).factory());
  }

  /** Events that were refused, and are dead letters or wait for room to be. */
  long refused() {
    return refused.sum();
  }

  /** Whether more bundles may be given up now: each is in memory until its letter is durable. */
  boolean hasRoom() {
    return pending < MOST_PENDING;
  }

  /** Bundles that are on their way to the dead letters. */
  long pending() {
    return pending;
  }

  /**
   * Gives up what was refused of a bundle. Its other events are done.
   *
   * @param done is run on the loop once the dead letter is durable, or is not to be for now
   */
  void giveUp(Held held, Runnable done) {
    BitSet refusedRows = held.refused();
    int events = refusedRows.cardinality();
    BitSet rows = events == held.size() ? new BitSet() : refusedRows;
    giveUp(new Letter(held.delivery(), held.reason(), rows, events), done);
  }

  /** Gives up a bundle that nobody can read, as {@link #giveUp(Held, Runnable)}. */
  void giveUp(Delivery unreadable, String reason, Runnable done) {
    giveUp(new Letter(unreadable, reason, new BitSet(), 0), done);
  }

  private void giveUp(Letter letter, Runnable done) {
    pending++;
    writer.execute(
        () -> {
          Runnable told = keep(letter);
          context
              .loop()
              .post(
                  () -> {
                    pending--;
                    told.run();
                    done.run();
                  });
        });
  }

  /** Keeps a letter, and gives what is to be said of it on the loop. */
  private Runnable keep(Letter letter) {
    try (Delivery delivery = letter.delivery()) {
      if (closing) {
        // It comes again as a whole, in the next run.
        return () -> {};
      }
      try {
        boolean durable = reject(letter);
        backoff.reset();
        refused.add(letter.events());
        return () -> notices.givenUp(letter.reason(), letter.events(), durable);
      } catch (Throwable failure) {
        // It comes again as a whole, and would fail again at once.
        delivery.defer(backoff.next());
        return () -> notices.failed(failure);
      }
    }
  }

  private static boolean reject(Letter letter) {
    if (letter.rows().isEmpty()) {
      return letter.delivery().reject(letter.reason());
    }
    // It may have been on hold, and is read again then.
    List<StoredEvent> all = EventBundle.decode(letter.delivery().bundle());
    List<StoredEvent> rows = letter.rows().stream().mapToObj(all::get).toList();
    try (BufferAllocator allocator = new RootAllocator();
        EventBundle encoder = new EventBundle(allocator)) {
      return letter.delivery().reject(letter.reason(), encoder.encode(rows));
    }
  }

  /** Whether nothing more is written. */
  boolean isClosing() {
    return closing;
  }

  /** Waits for the one that is being written; those behind it come again in the next run. */
  void close() {
    closing = true;
    writer.close();
    notices.flush();
  }
}
