package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.campaign.Campaign;
import io.holdfast.campaign.Subject;
import io.holdfast.engine.storage.FileStorage;
import io.holdfast.engine.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many threads at one buffer, which do all there is to do, at once. What they choose follows from a
 * seed, when they come to it does not: a failure may need many repetitions of its seed.
 */
@Timeout(value = 36_000, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StressTest {
  private static final Duration USUAL = Duration.ofSeconds(3);

  @TempDir Path directory;

  /** {@code -Dholdfast.minutes=N} for as long; {@code -Dholdfast.seed=N} the first seed. */
  @ParameterizedTest
  @EnumSource(Disk.class)
  void whatIsPromisedHoldsWhateverManyThreadsDoAtOnce(Disk disk) throws IOException {
    long minutes = Long.getLong("holdfast.minutes", 0);
    // Half of the time for each disk.
    Duration time = minutes == 0 ? USUAL : Duration.ofSeconds(30 * minutes);
    long first = Long.getLong("holdfast.seed", 1);
    long end = System.nanoTime() + time.toNanos();
    StressRun.Counts counts = new StressRun.Counts();
    Watchdog watchdog = new Watchdog(directory);
    long seed = first;
    do {
      Path place = directory.resolve("run" + seed);
      Storage storage = disk == Disk.FILES ? FileStorage.at(place) : new SimulatedStorage(seed);
      try {
        new StressRun(storage, seed, watchdog, counts).run();
      } catch (Throwable failure) {
        throw new AssertionError(
            "%s with seed %d: %s%nagain with: mvn -pl testkit -am -Pstress -Dholdfast.minutes=5 -Dholdfast.seed=%d test"
                .formatted(disk, seed, failure.getMessage(), seed),
            failure);
      }
      delete(place);
      seed++;
    } while (System.nanoTime() < end);
    System.out.printf("stress: %s, seeds %d to %d: %s%n", disk, first, seed - 1, counts);
    assertThat(counts.accepted.sum()).isPositive();
    assertThat(counts.deliveries.sum()).isPositive();
    Campaign.ran(
        Subject.ENGINE,
        "lives of a buffer under many threads",
        counts.lives.sum(),
        counts.accepted.sum(),
        counts.deliveries.sum(),
        first);
  }

  private static void delete(Path place) throws IOException {
    if (!Files.exists(place)) {
      return;
    }
    try (Stream<Path> files = Files.walk(place)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
