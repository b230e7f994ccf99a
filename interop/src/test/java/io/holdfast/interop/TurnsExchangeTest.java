package io.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.engine.BufferOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Both engines have the directory in turn, and each appends and resolves. What lies in segments of
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

  @ParameterizedTest
  @MethodSource("io.holdfast.interop.Seeds#many")
  void whatEitherEngineResolvedComesInNeither(long seed) {
    Random random = new Random(seed);
    Path data = folder.resolve("data");
    List<String> told = new ArrayList<>();
    Map<String, List<String>> lines = new TreeMap<>();
    lines.put("a", new ArrayList<>());
    lines.put("b", new ArrayList<>());
    long cap = random.nextBoolean() ? BufferOptions.MIN_CAP_BYTES : 1L << 30;
    int ballast = cap == BufferOptions.MIN_CAP_BYTES ? 300_000 : 0;
    try (Life life = Life.open(data)) {
      // From now on what comes is kept for both.
      lines.keySet().forEach(life::peek);
    }
    try (RandomBundles bundles = new RandomBundles(seed, true, ballast)) {
      int lives = 3 + random.nextInt(4);
      for (int i = 0; i < lives; i++) {
        if (random.nextBoolean()) {
          told.add("ours");
          oursResolves(data, random, bundles, lines, cap, told);
        } else {
          told.add(rustResolves(data, random, i, lines));
        }
      }
    }
    told.add("the end");
    lines.forEach(
        (subscriber, left) -> {
          Oracle.Output read =
              Oracle.read(Directories.copy(data, folder.resolve("copy-" + subscriber)), subscriber);
          assertThat(read.met()).as("errors that the Rust engine met").isEmpty();
          assertThat(read.digests())
              .as("what Rust gives %s after %s", subscriber, told)
              .containsExactlyInAnyOrderElementsOf(left);
        });
    try (Life life = Life.open(data, options -> options.withCapBytes(cap))) {
      lines.forEach(
          (subscriber, left) ->
              assertThat(life.peek(subscriber))
                  .as("what we give %s after %s", subscriber, told)
                  .containsExactlyInAnyOrderElementsOf(left));
    }
  }

  private static void oursResolves(
      Path data,
      Random random,
      RandomBundles bundles,
      Map<String, List<String>> lines,
      long cap,
      List<String> told) {
    try (Life life = Life.open(data, options -> options.withCapBytes(cap))) {
      int appends = random.nextInt(12);
      for (int i = 0; i < appends; i++) {
        bundles.next(
            (bundle, digest) -> {
              life.append(bundle);
              lines.values().forEach(line -> line.add(digest));
            });
      }
      lines.forEach(
          (subscriber, line) -> {
            int bound = random.nextInt(3) == 0 ? 1 : 2 + random.nextInt(4);
            long salt = random.nextLong();
            List<String> got =
                life.resolve(
                    subscriber,
                    place -> new Random(salt + place).nextInt(bound) == 0,
                    place -> new Random(salt - place).nextInt(9) == 0);
            assertThat(got)
                .as("what we give %s after %s", subscriber, told)
                .containsExactlyInAnyOrderElementsOf(line);
            line.clear();
            line.addAll(life.peek(subscriber));
            assertThat(line.size())
                .as("what is left of %s", got.size())
                .isLessThanOrEqualTo(got.size());
          });
      if (random.nextBoolean()) {
        life.buffer().flush();
      }
    }
  }

  /** Says its steps. */
  private static String rustResolves(
      Path data, Random random, int life, Map<String, List<String>> lines) {
    StringJoiner steps = new StringJoiner(",", "[", "]");
    lines.keySet().forEach(id -> steps.add("{\"subscribe\":\"" + id + "\"}"));
    steps.add(
        "{\"ingest\":{\"shape\":\"%s\",\"bundles\":%d,\"rows\":5,\"first\":%d,\"flush-every\":%d}}"
            .formatted(
                SHAPES.get(random.nextInt(SHAPES.size())),
                1 + random.nextInt(8),
                life * 100,
                random.nextInt(4)));
    if (random.nextBoolean()) {
      steps.add("\"flush\"");
    }
    for (String id : lines.keySet()) {
      if (random.nextInt(3) > 0) {
        steps.add(
            "{\"ack\":{\"subscriber\":\"%s\",\"take\":%d%s%s}}"
                .formatted(
                    id,
                    random.nextInt(30),
                    random.nextBoolean() ? "" : ",\"indices\":[0,2,3,5,9]",
                    random.nextInt(3) > 0 ? "" : ",\"reject\":true"));
      }
    }
    // Without it an abort may bring back what was resolved.
    steps.add(random.nextBoolean() ? "\"progress\"" : "\"maintain\"");
    steps.add(random.nextBoolean() ? "\"shutdown\"" : "\"abort\"");
    String all = steps.toString();
    Oracle.Output output = Oracle.write(data, all);
    Oracle.generate(all).forEach(digest -> lines.values().forEach(line -> line.add(digest)));
    for (JsonNode line : output.lines()) {
      for (String how : List.of("resolved", "rejected")) {
        if (line.has(how)) {
          String id = line.get(how).get("subscriber").asText();
          String digest = line.get(how).get("digest").asText();
          assertThat(Objects.requireNonNull(lines.get(id)).remove(digest))
              .as("what Rust gives %s is not resolved; %s", id, all)
              .isTrue();
        }
      }
    }
    return all;
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
