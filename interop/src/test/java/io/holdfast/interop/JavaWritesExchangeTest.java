package io.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BufferOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Several lives of ours, each closed cleanly, then the Rust engine on a copy for each subscriber.
 */
@Tag("exchange")
@Timeout(120)
class JavaWritesExchangeTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @MethodSource("io.holdfast.interop.Seeds#many")
  void rustGivesEachSubscriberWhatItHasNotResolvedAndNothingElse(long seed) {
    Path data = folder.resolve("data");
    Random random = new Random(seed);
    Map<String, List<String>> lines = new TreeMap<>(Map.of("a", new ArrayList<>()));
    if (random.nextBoolean()) {
      lines.put("b", new ArrayList<>());
    }
    // With the smallest cap a log file and a segment have 2 MiB.
    long cap = random.nextInt(3) == 0 ? BufferOptions.MIN_CAP_BYTES : 1L << 30;
    int ballast = cap == BufferOptions.MIN_CAP_BYTES ? 400_000 : 0;
    try (RandomBundles bundles = new RandomBundles(seed, false, ballast)) {
      int lives = 1 + random.nextInt(3);
      for (int i = 0; i < lives; i++) {
        live(data, cap, random, bundles, lines);
      }
    }
    lines.forEach(
        (subscriber, expected) -> {
          Path copy = Directories.copy(data, folder.resolve("copy-for-" + subscriber));
          Oracle.Output read = Oracle.read(copy, subscriber);
          assertThat(read.met()).as("errors that the Rust engine met").isEmpty();
          assertThat(read.digests()).as("what Rust gives to %s", subscriber).isEqualTo(expected);
        });
  }

  private static void live(
      Path data, long cap, Random random, RandomBundles bundles, Map<String, List<String>> lines) {
    try (Life life = Life.open(data, options -> options.withCapBytes(cap))) {
      lines.forEach(
          (subscriber, line) -> assertThat(life.peek(subscriber)).as(subscriber).isEqualTo(line));
      int appends = random.nextInt(15);
      for (int i = 0; i < appends; i++) {
        bundles.next(
            (bundle, digest) -> {
              life.append(bundle);
              lines.values().forEach(line -> line.add(digest));
            });
      }
      lines.forEach(
          (subscriber, line) -> {
            List<String> left = new ArrayList<>();
            boolean[] acked = new boolean[line.size()];
            for (int place = 0; place < acked.length; place++) {
              acked[place] = random.nextInt(3) == 0;
              if (!acked[place]) {
                left.add(line.get(place));
              }
            }
            boolean rejects = random.nextInt(4) == 0;
            life.resolve(
                subscriber,
                place -> acked[(int) place] && !rejects,
                place -> acked[(int) place] && rejects);
            line.clear();
            line.addAll(left);
          });
      if (random.nextBoolean()) {
        life.buffer().flush();
      }
    }
  }
}
