package io.holdfast.cli.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * What a small write with its sync costs on a disk.
 *
 * @param p50Nanos what half of them took at most
 * @param p99Nanos what 99 of 100 took at most
 */
public record SyncCost(long p50Nanos, long p99Nanos) {
  /** The size of the writes. */
  public static final int BYTES = 4096;

  private static final long SPACE_BYTES = 4L << 20;
  private static final long NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Measures in a folder. */
  public static SyncCost in(Path folder) throws IOException {
    Latencies latencies =
        RawAppend.run(
            folder.resolve("sync-cost-" + System.nanoTime()),
            RawAppend.Mode.SYNC,
            BYTES,
            SPACE_BYTES,
            NANOS);
    return new SyncCost(latencies.quantile(0.5), latencies.quantile(0.99));
  }
}
