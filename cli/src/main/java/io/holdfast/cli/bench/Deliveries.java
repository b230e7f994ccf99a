package io.holdfast.cli.bench;

import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.Subscriber;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * How long a bundle takes from its append to a subscriber that waits for it. One producer appends
 * the next one when the one before has arrived, so that nothing stands in line.
 */
public final class Deliveries {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What comes before the measurement, for the compiler. */
  private static final int WARM_UP = 2_000;

  private final Path folder;

  /** Measures in a folder, where a folder of its own is made and removed again. */
  public Deliveries(Path folder) {
    this.folder = folder;
  }

  /**
   * Times of the same bundles, in nanoseconds.
   *
   * @param count how many there were
   * @param appendP50 of the append until it was durable, what half of them took at most
   * @param appendP99 what 99 of 100 took at most
   * @param deliveryP50 from the start of the append until the subscriber had the rows
   * @param deliveryP99 as above
   * @param behindP50 from the end of the append until the subscriber had the rows; below zero when
   *     it had them before
   * @param behindP99 as above
   */
  public record Result(
      int count,
      long appendP50,
      long appendP99,
      long deliveryP50,
      long deliveryP99,
      long behindP50,
      long behindP99) {}

  /** Measures with one shape. */
  public Result measure(Shape shape, int count) throws IOException, InterruptedException {
    try (Scratch work = Scratch.in(folder);
        BufferAllocator allocator = new RootAllocator();
        DurableBuffer buffer =
            DurableBuffer.open(work.folder().resolve("buffer"), BufferOptions.defaults());
        Shape.Built built = shape.build(allocator, 1);
        ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Subscriber subscriber = buffer.subscribe("bench");
      Latencies appends = new Latencies();
      Latencies deliveries = new Latencies();
      Latencies behind = new Latencies();
      for (int i = -WARM_UP; i < count; i++) {
        Future<Long> taken = thread.submit(() -> take(subscriber));
        long started = System.nanoTime();
        buffer.append(built.bundle());
        long durable = System.nanoTime();
        long arrived = taken.get();
        if (i >= 0) {
          appends.add(durable - started);
          deliveries.add(arrived - started);
          behind.add(arrived - durable);
        }
      }
      return new Result(
          count,
          appends.quantile(0.5),
          appends.quantile(0.99),
          deliveries.quantile(0.5),
          deliveries.quantile(0.99),
          behind.quantile(0.5),
          behind.quantile(0.99));
    } catch (ExecutionException e) {
      throw new IOException("a delivery failed: " + e.getCause(), e.getCause());
    }
  }

  private static long take(Subscriber subscriber) throws IOException {
    try (Delivery delivery = subscriber.next(PATIENCE)) {
      if (delivery == null) {
        throw new IOException("nothing came for " + PATIENCE.toSeconds() + " seconds");
      }
      delivery.bundle().slots().forEach(RecordBundle.Slot::root);
      long arrived = System.nanoTime();
      delivery.ack();
      return arrived;
    }
  }
}
