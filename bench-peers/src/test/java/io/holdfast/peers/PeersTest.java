package io.holdfast.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class PeersTest {
  private static final long SYNC_NANOS = 100_000;

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(Peer.class)
  void everyStoreGivesBackWhatItTook(Peer peer) throws IOException, InterruptedException {
    if (!peer.isThere()) {
      return;
    }
    Load load = new Load(1024, 3);
    Duration time = Duration.ofMillis(50);
    for (boolean subscriber : new boolean[] {false, true}) {
      Map<Measure, Double> figures =
          new Appending(folder, SYNC_NANOS, subscriber).run(peer, load, time);
      assertThat(figures.get(Measure.PER_SECOND)).isPositive();
      assertThat(figures.get(Measure.P50_NANOS)).isPositive();
    }
    Map<Measure, Double> figures = new Backlog(folder, SYNC_NANOS).run(peer, 1024, 500);
    assertThat(figures.get(Measure.RESTART_NANOS)).isPositive();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void oursKeepsBundlesOfRows() throws IOException, InterruptedException {
    for (boolean subscriber : new boolean[] {false, true}) {
      Bundles bundles = new Bundles(folder, subscriber, Duration.ofMillis(50), Long.MAX_VALUE);
      assertThat(bundles.run(10, 2).get(Measure.PER_SECOND)).isPositive();
    }
    new Bundles(folder, true, Duration.ofMinutes(1), 200).run(10, 2);
    assertThat(Bundles.deliver(folder, 10, 20).get(Measure.P50_NANOS)).isPositive();
    assertThat(Bundles.open(folder, 10, 20).get(Measure.RESTART_NANOS)).isPositive();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void callsThatSyncAreCountedOnceEach() throws IOException {
    Path calls = folder.resolve("calls");
    Files.write(
        calls,
        List.of(
            "11 openat(AT_FDCWD, \"/d/log\", O_RDWR|O_CREAT|O_DSYNC|O_DIRECT, 0666) = 7</d/log>",
            "11 openat(AT_FDCWD, \"/d/other\", O_RDWR|O_CREAT, 0666 <unfinished ...>",
            "12 fdatasync(8</d/other> <unfinished ...>",
            "11 <... openat resumed>) = 8</d/other>",
            "12 <... fdatasync resumed>)          = 0",
            "11 pwrite64(7</d/log>, \"\"..., 4096, 0) = 4096",
            "11 pwrite64(8</d/other>, \"\"..., 4096, 0) = 4096",
            "13 msync(0x7f, 4096, MS_ASYNC)       = 0",
            "13 msync(0x7f, 4096, MS_SYNC)        = 0",
            "13 fsync(8</d/other>)                = 0"));
    assertThat(SyncCount.count(calls))
        .isEqualTo(
            Map.of(
                Measure.SYNCED_WRITE, 1, Measure.FDATASYNC, 1, Measure.MSYNC, 1, Measure.FSYNC, 1));
  }
}
