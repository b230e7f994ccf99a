package io.holdfast.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** A process that appends a number of records to a store, for {@link SyncCount}. */
public final class SyncedAppends {
  private SyncedAppends() {}

  /**
   * Appends.
   *
   * @param arguments the store, bytes of a record, producers, the directory, what a small write
   *     with its sync takes there in nanoseconds, and how many records
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Peer peer = Peer.valueOf(arguments[0]);
    int bytes = Integer.parseInt(arguments[1]);
    int producers = Integer.parseInt(arguments[2]);
    AtomicInteger left = new AtomicInteger(Integer.parseInt(arguments[5]));
    try (Store store = peer.open(Path.of(arguments[3]), Long.parseLong(arguments[4]));
        ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < producers; i++) {
        Records records = new Records(bytes, i);
        all.add(
            threads.submit(
                () -> {
                  try (Store.Producer producer = store.producer()) {
                    while (left.getAndDecrement() > 0) {
                      producer.append(records.next());
                      records.appended();
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("an append failed: " + e.getCause(), e.getCause());
    }
    System.exit(0);
  }
}
