package io.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Both engines have the directory in turn, and each appends; nobody acks. What lies in segments of
 * the Rust engine has no sequence and comes first, so only the set is compared.
 */
@Tag("exchange")
@Timeout(120)
class TurnsExchangeTest {
  private static final List<String> SHAPES = List.of("single", "wide", "dict", "multi", "otap");

  @TempDir private Path folder;

  @ParameterizedTest
  @MethodSource("io.holdfast.interop.Seeds#many")
  void whatEitherEngineAppendedComesOnce(long seed) {
    Random random = new Random(seed);
    Path data = folder.resolve("data");
    List<String> all = new ArrayList<>();
    try (RandomBundles bundles = new RandomBundles(seed, true)) {
      int lives = 2 + random.nextInt(4);
      for (int i = 0; i < lives; i++) {
        if (random.nextBoolean()) {
          ours(data, random, bundles, all);
        } else {
          rusts(data, random, i, all);
        }
      }
    }
    try (Life life = Life.open(data)) {
      assertThat(life.peek("a")).containsExactlyInAnyOrderElementsOf(all);
    }
    Oracle.Output read = Oracle.read(Directories.copy(data, folder.resolve("copy")), "a");
    assertThat(read.met()).as("errors that the Rust engine met").isEmpty();
    assertThat(read.digests()).containsExactlyInAnyOrderElementsOf(all);
  }

  private static void ours(Path data, Random random, RandomBundles bundles, List<String> all) {
    try (Life life = Life.open(data)) {
      int appends = 1 + random.nextInt(8);
      for (int i = 0; i < appends; i++) {
        bundles.next(
            (bundle, digest) -> {
              life.append(bundle);
              all.add(digest);
            });
      }
      if (random.nextBoolean()) {
        assertThat(life.peek("a")).containsExactlyInAnyOrderElementsOf(all);
      }
    }
  }

  private static void rusts(Path data, Random random, int life, List<String> all) {
    String steps =
        ("[{\"ingest\":{\"shape\":\"%s\",\"bundles\":%d,\"rows\":5,\"first\":%d,"
                + "\"flush-every\":%d}},\"%s\"]")
            .formatted(
                SHAPES.get(random.nextInt(SHAPES.size())),
                1 + random.nextInt(8),
                life * 100,
                random.nextInt(4),
                random.nextBoolean() ? "shutdown" : "abort");
    Oracle.write(data, steps);
    all.addAll(Oracle.generate(steps));
  }
}
