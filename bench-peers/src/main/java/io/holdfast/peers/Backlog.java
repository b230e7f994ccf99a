package io.holdfast.peers;

import io.holdfast.cli.bench.BlockDevice;
import io.holdfast.cli.bench.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * A store that was closed with records that nobody has taken: how long it takes from its opening to
 * the first of them, and until all are taken and acked. What was just written is in the system's
 * cache, for everybody.
 */
final class Backlog {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path folder;
  private final long syncNanos;

  /**
   * Measures.
   *
   * @param folder where each run makes a directory and removes it again
   * @param syncNanos what a small write with its sync takes there
   */
  Backlog(Path folder, long syncNanos) {
    this.folder = folder;
    this.syncNanos = syncNanos;
  }

  /**
   * Runs once.
   *
   * @param bytes of a record
   * @param count how many records there are
   */
  Map<Measure, Double> run(Peer peer, int bytes, int count)
      throws IOException, InterruptedException {
    Path directory = folder.resolve("store");
    Folders.remove(directory);
    Records records = new Records(bytes, 1);
    Map<Measure, Double> result = new EnumMap<>(Measure.class);
    try {
      try (Store store = peer.open(directory, syncNanos);
          Store.Producer producer = store.producer()) {
        for (int i = 0; i < count; i++) {
          producer.fill(records.next());
          records.appended();
        }
      }
      BlockDevice.settle();
      Tally found = new Tally();
      long started = System.nanoTime();
      long first;
      long all;
      try (Store store = peer.open(directory, syncNanos)) {
        store.take(PATIENCE, found);
        first = System.nanoTime();
        Appending.drain(store, found, count);
        all = System.nanoTime();
      }
      Appending.same(peer, records.used(), found);
      result.put(Measure.RESTART_NANOS, (double) (first - started));
      result.put(Measure.DRAINED_PER_SECOND, (count - 1) / ((all - first) / 1e9));
      result.put(Measure.WHOLE_NANOS, (double) (all - started));
    } finally {
      Folders.remove(directory);
    }
    return result;
  }
}
