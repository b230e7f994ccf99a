package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.bench.BlockDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The measurements of logs, memory, subscribers and of what reaches the disk. */
@Timeout(120)
class BenchDiskTest {
  @TempDir private Path directory;

  private final Screen screen = new Screen();

  @Test
  void aLogIsScannedBesideAPlainRead() {
    String place = directory.resolve("log").toString();
    String[] command = {"bench", "replay", "--shapes", "100,1KiB", "--size", "1MiB", place};
    assertThat(screen.run(command)).isZero();
    assertThat(screen.out().lines()).hasSize(3);
    assertThat(screen.out()).contains("scan", "plain read", "share");
    assertThat(screen.run("bench", "replay", "--shapes", "10", "--size", "64KiB", "--json", place))
        .isZero();
    assertThat(screen.out()).contains("\"scan_bytes_per_second\":", "\"bundles\":");
    assertThat(directory.resolve("log")).isEmptyDirectory();
  }

  @Test
  void whatReachesTheDiskIsCountedForWhatIsTakenAndWhatIsKept()
      throws IOException, InterruptedException {
    Assumptions.assumeTrue(BlockDevice.of(directory).isPresent(), "no block device is known here");
    String place = directory.resolve("new").toString();
    String[] command = {
      "bench", "written", "--shapes", "64KiB", "--producers", "2", "--size", "1MiB", place
    };
    assertThat(screen.run(command)).isZero();
    assertThat(screen.out().lines()).hasSize(3);
    assertThat(screen.out()).contains("taken", "kept", "written per byte");
    assertThat(directory.resolve("new")).isEmptyDirectory();
  }

  @Test
  void anotherProcessTellsWhatItAllocatedAndHowLongItWasStopped() {
    String place = directory.resolve("heap").toString();
    String[] command = {
      "bench", "heap", "--shapes", "10x4", "--producers", "2", "--time", "200ms", place
    };
    assertThat(screen.run(command)).isZero();
    assertThat(screen.out()).contains("10x4", "bytes", "longest");
    assertThat(directory.resolve("heap")).isEmptyDirectory();
    assertThat(screen.run("bench", "heap", "--shapes", "none", place)).isEqualTo(2);
    assertThat(screen.err()).contains("'none' is no shape");
  }

  @Test
  void manySubscribersAreMeasuredAndDrawn() throws IOException {
    Path plot = directory.resolve("plots/subscribers.svg");
    String place = directory.resolve("new").toString();
    String[] command = {
      "bench",
      "subscribers",
      "--shapes",
      "10",
      "--subscribers",
      "1,3",
      "--count",
      "50",
      "--plot",
      plot.toString(),
      place
    };
    assertThat(screen.run(command)).isZero();
    assertThat(screen.out().lines()).hasSize(3);
    assertThat(Files.readString(plot)).contains("prefers-color-scheme: dark", "10 rows");
  }
}
