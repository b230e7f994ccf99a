package io.holdfast.cli.bench;

import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.Durability;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.Subscriber;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * How fast producers append when each waits for its bundle to be durable, beside the limit of the
 * disk: plain durable writes of as many bytes as one of the engine confirmed, in turn with it; and
 * beside the limit of the scheduler. A subscriber takes, decodes and acks all that is appended.
 */
public final class Appends {
  private static final long CAP_BYTES = 4L << 30;
  private static final long RAW_SPACE_BYTES = 64L << 20;

  /** The producers repeat this many different bundles. */
  private static final int DIFFERENT = 16;

  /** So long the compiler takes for the engine, where two cores share in it and the load. */
  private static final Duration WARM_UP = Duration.ofSeconds(10);

  private final Path folder;
  private final int rounds;
  private final Duration time;
  private boolean isWarm;

  /**
   * Measures.
   *
   * @param folder where to make a folder of its own, which is removed again
   * @param rounds how often the engine and the limit are measured in turn
   * @param time how long each is measured in each round
   */
  public Appends(Path folder, int rounds, Duration time) {
    this.folder = folder;
    this.rounds = rounds;
    this.time = time;
  }

  /**
   * What is appended, and how.
   *
   * @param shape of the bundles
   * @param producers threads that append, each one bundle after the other
   * @param ahead how many appends of a producer are on their way at a time; with one it waits in
   *     the append
   * @param durability what a producer waits for
   */
  public record Load(Shape shape, int producers, int ahead, Durability durability) {}

  /**
   * The median of the rounds.
   *
   * @param bundlesPerSecond appended by all producers together
   * @param spread of it: the fastest round over the slowest
   * @param bytesPerSecond into the log
   * @param bytesPerSync of the log, in the mean
   * @param share of {@code bytesPerSecond} in what plain writes reach
   * @param wakesPerSecond how often as many threads can wait and be woken, and do nothing else; 0
   *     for one producer, which waits in its own append
   * @param p50Nanos what half of the appends took at most
   * @param p99Nanos what 99 of 100 appends took at most
   * @param rawP50Nanos what half of the plain writes took at most
   * @param rawP99Nanos what 99 of 100 plain writes took at most
   */
  public record Result(
      double bundlesPerSecond,
      double spread,
      double bytesPerSecond,
      long bytesPerSync,
      double share,
      double wakesPerSecond,
      long p50Nanos,
      long p99Nanos,
      long rawP50Nanos,
      long rawP99Nanos) {}

  /** One measurement of the engine. */
  private record Round(Latencies appends, long bytes, long syncs) {
    long bytesPerSync() {
      return Math.max(1, bytes / Math.max(1, syncs));
    }

    double bytesPerSecond() {
      return appends.perSecond() * bytes / Math.max(1, appends.count());
    }
  }

  /** Measures one load. */
  public Result measure(Load load) throws IOException, InterruptedException {
    try (Scratch work = Scratch.in(folder)) {
      return measure(load, work.folder());
    }
  }

  private Result measure(Load load, Path work) throws IOException, InterruptedException {
    // A first one that does not count.
    Duration first = isWarm ? time : Collections.min(List.of(WARM_UP, time.multipliedBy(10)));
    long bytesPerSync = own(load, work, first).bytesPerSync();
    isWarm = true;
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      int size = (int) Math.min(Integer.MAX_VALUE, bytesPerSync);
      Latencies raw =
          RawAppend.best(
              work.resolve("raw"), size, Math.max(RAW_SPACE_BYTES, size), time.toNanos());
      Round own = own(load, work, time);
      double wakes = load.producers == 1 ? 0 : Waking.perSecond(load.producers, time.toNanos());
      results.add(
          new Result(
              own.appends.perSecond(),
              1,
              own.bytesPerSecond(),
              size,
              own.bytesPerSecond() / (raw.perSecond() * size),
              wakes,
              own.appends.quantile(0.5),
              own.appends.quantile(0.99),
              raw.quantile(0.5),
              raw.quantile(0.99)));
      bytesPerSync = own.bytesPerSync();
    }
    return median(results);
  }

  private static Result median(List<Result> results) {
    Spread speed = spread(results, Result::bundlesPerSecond);
    return new Result(
        speed.median(),
        speed.factor(),
        spread(results, Result::bytesPerSecond).median(),
        (long) spread(results, Result::bytesPerSync).median(),
        spread(results, Result::share).median(),
        spread(results, Result::wakesPerSecond).median(),
        (long) spread(results, Result::p50Nanos).median(),
        (long) spread(results, Result::p99Nanos).median(),
        (long) spread(results, Result::rawP50Nanos).median(),
        (long) spread(results, Result::rawP99Nanos).median());
  }

  private static Spread spread(List<Result> results, ToDoubleFunction<Result> figure) {
    return Spread.of(results.stream().mapToDouble(figure).toArray());
  }

  private Round own(Load load, Path work, Duration duration)
      throws IOException, InterruptedException {
    Path directory = work.resolve("buffer");
    BufferOptions options =
        BufferOptions.defaults().withCapBytes(CAP_BYTES).withDurability(load.durability);
    try (BufferAllocator allocator = new RootAllocator();
        DurableBuffer buffer = DurableBuffer.open(directory, options);
        Bundles bundles = Bundles.of(load.shape, allocator);
        ExecutorService threads = Executors.newCachedThreadPool()) {
      long bytes = bytesOfABundle(buffer, bundles);
      Subscriber subscriber = buffer.subscribe("bench");
      long syncsBefore = buffer.status().syncNanos().count();
      long started = System.nanoTime();
      long end = started + duration.toNanos();
      List<Future<Latencies>> producers = new ArrayList<>();
      for (int i = 0; i < load.producers; i++) {
        int first = i % DIFFERENT;
        producers.add(
            threads.submit(
                () ->
                    load.ahead == 1
                        ? produce(buffer, bundles, first, end)
                        : produce(buffer, bundles, first, end, load.ahead)));
      }
      Acker acker = new Acker(subscriber);
      Future<?> consumer = threads.submit(acker);
      Latencies all = new Latencies();
      long syncs;
      try {
        for (Future<Latencies> producer : producers) {
          all.add(producer.get());
        }
        all.took(System.nanoTime() - started);
        syncs = buffer.status().syncNanos().count() - syncsBefore;
      } finally {
        acker.end();
      }
      consumer.get();
      return new Round(all, bytes * all.count(), syncs);
    } catch (ExecutionException e) {
      throw new IOException("an append failed: " + e.getCause(), e.getCause());
    } finally {
      Folders.remove(directory);
    }
  }

  /** Built before the clock starts, and shared by the producers: an append only reads them. */
  private record Bundles(List<Shape.Built> all) implements AutoCloseable {
    static Bundles of(Shape shape, BufferAllocator allocator) {
      return new Bundles(
          LongStream.range(0, DIFFERENT)
              .mapToObj(number -> shape.build(allocator, number))
              .toList());
    }

    @Override
    public void close() {
      all.forEach(Shape.Built::close);
    }
  }

  /** What a bundle takes in the log, in the mean. The buffer is empty. */
  private static long bytesOfABundle(DurableBuffer buffer, Bundles bundles) {
    bundles.all.forEach(built -> buffer.append(built.bundle()));
    return buffer.status().open().bytes() / DIFFERENT;
  }

  private static Latencies produce(DurableBuffer buffer, Bundles bundles, int first, long end) {
    Latencies latencies = new Latencies();
    int next = first;
    for (long now = System.nanoTime(); now < end; ) {
      buffer.append(bundles.all.get(next).bundle());
      next = (next + 1) % DIFFERENT;
      long done = System.nanoTime();
      latencies.add(done - now);
      now = done;
    }
    return latencies;
  }

  /** Without a wait for each: an append counts until its future is done. */
  private static Latencies produce(
      DurableBuffer buffer, Bundles bundles, int first, long end, int ahead) {
    Latencies latencies = new Latencies();
    ArrayDeque<CompletableFuture<Long>> pending = new ArrayDeque<>(ahead + 1);
    int next = first;
    for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
      long started = now;
      pending.add(
          buffer
              .appendAsync(bundles.all.get(next).bundle())
              .thenApply(_ -> System.nanoTime() - started));
      next = (next + 1) % DIFFERENT;
      if (pending.size() >= ahead) {
        latencies.add(pending.remove().join());
      }
    }
    pending.forEach(one -> latencies.add(one.join()));
    return latencies;
  }
}
