package io.holdfast.pipeline.operator.wal;

import io.holdfast.engine.Delivery;
import io.holdfast.pipeline.bundle.EventBundle;
import io.holdfast.pipeline.bundle.StoredEvent;
import io.holdfast.pipeline.operator.OperatorContext;
import java.nio.file.Path;
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
  private final OperatorContext context;
  private final GivenUpNotices notices;
  private final ExecutorService writer;
  private final LongAdder refused = new LongAdder();
  private long pending;

  Refusals(OperatorContext context, Path directory) {
    this.context = context;
    this.notices = new GivenUpNotices(context, directory);
    this.writer =
        Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("holdfast-refusals-" + context.name()).factory());
  }

  /** Events that were refused. */
  long refused() {
    return refused.sum();
  }

  /** Bundles that are on their way to the dead letters. */
  long pending() {
    return pending;
  }

  /** Downstream has refused an event. */
  void refused(String reason) {
    refused.increment();
    notices.refused(reason);
  }

  /**
   * Gives up what was refused of a bundle. Its other events are done.
   *
   * @param done is run on the loop once the dead letter is durable
   */
  void giveUp(Held held, Runnable done) {
    List<StoredEvent> rows = held.isAllRefused() ? List.of() : List.copyOf(held.refused());
    giveUp(held.delivery(), held.reason(), rows, done);
  }

  /** Gives up a bundle that nobody can read, as {@link #giveUp(Held, Runnable)}. */
  void giveUp(Delivery unreadable, String reason, Runnable done) {
    giveUp(unreadable, reason, List.of(), done);
  }

  private void giveUp(Delivery delivery, String reason, List<StoredEvent> rows, Runnable done) {
    pending++;
    writer.execute(
        () -> {
          // Should it fail, it comes again as a whole.
          try (delivery) {
            reject(delivery, reason, rows);
          } catch (RuntimeException e) {
            context.loop().post(() -> notices.failed(e));
          } finally {
            context
                .loop()
                .post(
                    () -> {
                      pending--;
                      done.run();
                    });
          }
        });
  }

  /**
   * Rejects a bundle.
   *
   * @param rows of it only these; none for all
   */
  private static void reject(Delivery delivery, String reason, List<StoredEvent> rows) {
    if (rows.isEmpty()) {
      delivery.reject(reason);
      return;
    }
    try (BufferAllocator allocator = new RootAllocator();
        EventBundle encoder = new EventBundle(allocator)) {
      delivery.reject(reason, encoder.encode(rows));
    }
  }

  /** Waits for what is on its way. */
  void close() {
    writer.close();
    notices.flush();
  }
}
