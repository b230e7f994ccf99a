package io.holdfast.peers;

import io.holdfast.cli.bench.Deliveries;
import io.holdfast.cli.bench.Folders;
import io.holdfast.cli.bench.Latencies;
import io.holdfast.cli.bench.Shape;
import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.Subscriber;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.zip.CRC32;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Ours, synced, with the bundles of rows that the Rust engine is measured with. */
final class Bundles {
  private static final long CAP_BYTES = 16L << 30;
  private static final int DIFFERENT = 32;
  private static final Duration PATIENCE = Duration.ofMillis(20);
  private static final Duration ALL = Duration.ofSeconds(30);

  private final Path directory;
  private final boolean subscriber;
  private final Duration time;
  private final long most;

  /**
   * Measures.
   *
   * @param folder where each run makes a directory and removes it again
   * @param subscriber whether one takes and acks what is appended
   * @param time how long a run appends
   * @param most how many bundles it appends at most
   */
  Bundles(Path folder, boolean subscriber, Duration time, long most) {
    this.directory = folder.resolve("buffer");
    this.subscriber = subscriber;
    this.time = time;
    this.most = most;
  }

  private record Produced(Latencies latencies, Tally tally) {}

  /** Runs once. */
  Map<Measure, Double> run(int rows, int producers) throws IOException, InterruptedException {
    Folders.remove(directory);
    BufferOptions options = BufferOptions.defaults().withCapBytes(CAP_BYTES);
    Shape shape = new Shape.Rows(rows);
    Produced all = new Produced(new Latencies(), new Tally());
    try (BufferAllocator allocator = new RootAllocator()) {
      List<Shape.Built> bundles =
          LongStream.range(0, DIFFERENT).mapToObj(n -> shape.build(allocator, n)).toList();
      try (DurableBuffer buffer = DurableBuffer.open(directory, options);
          ExecutorService threads = Executors.newCachedThreadPool()) {
        long[] checksums =
            bundles.stream().mapToLong(built -> checksum(built.batches().getFirst())).toArray();
        Subscriber taker = subscriber ? buffer.subscribe("bench") : null;
        long started = System.nanoTime();
        long end = started + time.toNanos();
        AtomicLong left = new AtomicLong(most);
        List<Future<Produced>> running = new ArrayList<>();
        for (int i = 0; i < producers; i++) {
          int first = i;
          running.add(threads.submit(() -> produce(buffer, bundles, checksums, first, end, left)));
        }
        Tally taken = new Tally();
        while (taker != null && System.nanoTime() < end && taken.count() < most) {
          take(taker, PATIENCE, taken);
        }
        for (Future<Produced> one : running) {
          all.latencies.add(one.get().latencies);
          all.tally.add(one.get().tally);
        }
        while (taker != null && taken.count() < all.tally.count()) {
          take(taker, ALL, taken);
        }
        all.latencies.took(System.nanoTime() - started);
        if (taker != null) {
          Appending.same(Peer.HOLDFAST, all.tally, taken);
        }
      } finally {
        bundles.forEach(Shape.Built::close);
      }
      if (!subscriber) {
        check(options, all.tally);
      }
    } catch (ExecutionException e) {
      throw new IOException("an append failed: " + e.getCause(), e.getCause());
    } finally {
      Folders.remove(directory);
    }
    Map<Measure, Double> result = new EnumMap<>(Measure.class);
    result.put(Measure.PER_SECOND, all.latencies.perSecond());
    result.put(Measure.P50_NANOS, (double) all.latencies.quantile(0.5));
    result.put(Measure.P99_NANOS, (double) all.latencies.quantile(0.99));
    return result;
  }

  /** Opens a log with so many bundles, which nobody has taken. */
  static Map<Measure, Double> open(Path folder, int rows, int count) throws IOException {
    Path directory = folder.resolve("buffer");
    Folders.remove(directory);
    BufferOptions options = BufferOptions.defaults().withCapBytes(CAP_BYTES);
    try (BufferAllocator allocator = new RootAllocator();
        Shape.Built built = new Shape.Rows(rows).build(allocator, 1)) {
      try (DurableBuffer buffer = DurableBuffer.open(directory, options)) {
        buffer.subscribe("bench");
        List<CompletableFuture<Long>> pending = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          pending.add(buffer.appendAsync(built.bundle()));
        }
        pending.forEach(CompletableFuture::join);
      }
      long started = System.nanoTime();
      try (DurableBuffer buffer = DurableBuffer.open(directory, options)) {
        long nanos = System.nanoTime() - started;
        if (buffer.status().nextSequence() < count) {
          throw new IOException("the buffer did not find all");
        }
        Map<Measure, Double> result = new EnumMap<>(Measure.class);
        result.put(Measure.RESTART_NANOS, (double) nanos);
        return result;
      }
    } finally {
      Folders.remove(directory);
    }
  }

  /** From the append of a bundle until a subscriber has its rows, one after the other. */
  static Map<Measure, Double> deliver(Path folder, int rows, int count)
      throws IOException, InterruptedException {
    Deliveries.Result times = new Deliveries(folder).measure(new Shape.Rows(rows), count);
    Map<Measure, Double> result = new EnumMap<>(Measure.class);
    result.put(Measure.P50_NANOS, (double) times.deliveryP50());
    result.put(Measure.P99_NANOS, (double) times.deliveryP99());
    return result;
  }

  private static Produced produce(
      DurableBuffer buffer,
      List<Shape.Built> bundles,
      long[] checksums,
      int first,
      long end,
      AtomicLong left) {
    Produced own = new Produced(new Latencies(), new Tally());
    int next = first % bundles.size();
    long now = System.nanoTime();
    while (now < end && left.getAndDecrement() > 0) {
      buffer.append(bundles.get(next).bundle());
      own.tally.add(checksums[next]);
      next = (next + 1) % bundles.size();
      long done = System.nanoTime();
      own.latencies.add(done - now);
      now = done;
    }
    return own;
  }

  /**
   * The rows are decoded, as the Rust engine does, and their checksums compared with the others.
   */
  private static void take(Subscriber subscriber, Duration patience, Tally taken)
      throws IOException, InterruptedException {
    try (Delivery delivery = subscriber.next(patience)) {
      if (delivery != null) {
        taken.add(checksum(delivery.bundle().slots().getFirst().root()));
        delivery.ack();
      } else if (patience.equals(ALL)) {
        throw new IOException("not all that was appended came");
      }
    }
  }

  private void check(BufferOptions options, Tally appended)
      throws IOException, InterruptedException {
    Tally found = new Tally();
    try (DurableBuffer buffer = DurableBuffer.open(directory, options)) {
      Subscriber reader = buffer.subscribe("check");
      while (found.count() < appended.count()) {
        try (Delivery delivery = reader.next(ALL)) {
          if (delivery == null) {
            break;
          }
          found.add(checksum(delivery.bundle().slots().getFirst().root()));
          delivery.ack();
        }
      }
    }
    Appending.same(Peer.HOLDFAST, appended, found);
  }

  private static long checksum(VectorSchemaRoot rows) {
    CRC32 crc = new CRC32();
    for (FieldVector column : rows.getFieldVectors()) {
      // Offsets of a text, and all values, without the bits that say which there are.
      for (int i = 1; i < column.getFieldBuffers().size(); i++) {
        crc.update(column.getFieldBuffers().get(i).nioBuffer());
      }
    }
    return crc.getValue();
  }
}
