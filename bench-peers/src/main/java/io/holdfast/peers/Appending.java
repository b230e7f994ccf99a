package io.holdfast.peers;

import io.holdfast.cli.bench.BlockDevice;
import io.holdfast.cli.bench.Folders;
import io.holdfast.cli.bench.Latencies;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Producers that append for a time, each waiting until its record is durable; without a subscriber
 * that takes anything, or with one that takes and acks all.
 */
final class Appending {
  private static final Duration PATIENCE = Duration.ofMillis(20);
  private static final Duration ALL = Duration.ofSeconds(30);

  private final Path folder;
  private final long syncNanos;
  private final boolean subscriber;

  /**
   * Measures.
   *
   * @param folder where each run makes a directory and removes it again
   * @param syncNanos what a small write with its sync takes there
   * @param subscriber whether one takes what is appended
   */
  Appending(Path folder, long syncNanos, boolean subscriber) {
    this.folder = folder;
    this.syncNanos = syncNanos;
    this.subscriber = subscriber;
  }

  private record Produced(Latencies latencies, Tally tally) {}

  /** Runs once. */
  Map<Measure, Double> run(Peer peer, Load load, Duration time)
      throws IOException, InterruptedException {
    Path directory = folder.resolve("store");
    Folders.remove(directory);
    Optional<BlockDevice> device = BlockDevice.of(folder);
    long before = device.isPresent() ? device.get().bytesWritten() : 0;
    Map<Measure, Double> result = new EnumMap<>(Measure.class);
    try {
      Produced all = run(peer, load, time, directory, result);
      if (device.isPresent()) {
        double written = device.get().bytesWritten() - before;
        result.put(Measure.WRITTEN_PER_BYTE, written / (all.tally.count() * (double) load.bytes()));
      }
      if (!subscriber) {
        check(peer, directory, all.tally);
      }
    } finally {
      Folders.remove(directory);
    }
    return result;
  }

  private Produced run(
      Peer peer, Load load, Duration time, Path directory, Map<Measure, Double> result)
      throws IOException, InterruptedException {
    Produced all = new Produced(new Latencies(), new Tally());
    try (Store store = peer.open(directory, syncNanos);
        ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Records> records = new ArrayList<>();
      for (int i = 0; i < load.producers(); i++) {
        records.add(new Records(load.bytes(), i));
      }
      long started = System.nanoTime();
      long end = started + time.toNanos();
      List<Future<Produced>> producers = new ArrayList<>();
      for (Records own : records) {
        producers.add(threads.submit(() -> produce(store, own, end)));
      }
      Tally delivered = new Tally();
      if (subscriber) {
        while (System.nanoTime() < end) {
          store.take(PATIENCE, delivered);
        }
      }
      for (Future<Produced> producer : producers) {
        Produced own = producer.get();
        all.latencies.add(own.latencies);
        all.tally.add(own.tally);
      }
      if (subscriber) {
        drain(store, delivered, all.tally.count());
        same(peer, all.tally, delivered);
      }
      all.latencies.took(System.nanoTime() - started);
    } catch (ExecutionException e) {
      throw new IOException(peer.title() + ": an append failed: " + e.getCause(), e.getCause());
    }
    result.put(Measure.PER_SECOND, all.latencies.perSecond());
    result.put(Measure.P50_NANOS, (double) all.latencies.quantile(0.5));
    result.put(Measure.P99_NANOS, (double) all.latencies.quantile(0.99));
    return all;
  }

  private static Produced produce(Store store, Records records, long end) throws IOException {
    Latencies latencies = new Latencies();
    try (Store.Producer producer = store.producer()) {
      long now = System.nanoTime();
      do {
        producer.append(records.next());
        records.appended();
        long done = System.nanoTime();
        latencies.add(done - now);
        now = done;
      } while (now < end);
    }
    return new Produced(latencies, records.used());
  }

  /** Reads all that is in a store. */
  private void check(Peer peer, Path directory, Tally appended)
      throws IOException, InterruptedException {
    Tally found = new Tally();
    try (Store store = peer.open(directory, syncNanos)) {
      drain(store, found, appended.count());
    }
    same(peer, appended, found);
  }

  /** Takes until there are so many, or until nothing comes any more. */
  static void drain(Store store, Tally found, long count) throws IOException, InterruptedException {
    boolean more = true;
    while (more && found.count() < count) {
      more = store.take(ALL, found);
    }
  }

  /** A store that has other records than it took is not measured. */
  static void same(Peer peer, Tally appended, Tally found) throws IOException {
    if (!appended.isSameAs(found)) {
      throw new IOException(peer.title() + ": " + appended + " were appended, but found " + found);
    }
  }
}
