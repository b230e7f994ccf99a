package io.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.StringJoiner;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Rust engine writes by random steps, ends cleanly or aborts, and ours opens the directory. */
@Tag("exchange")
@Timeout(120)
class RustWritesExchangeTest {
  private static final List<String> SHAPES =
      List.of("single", "wide", "dict", "nested", "multi", "empty", "otap");

  @TempDir private Path folder;

  @ParameterizedTest
  @MethodSource("io.holdfast.interop.Seeds#many")
  void everyBundleThatNobodyResolvedComesInOrder(long seed) {
    Random random = new Random(seed);
    Path data = folder.resolve("data");
    String steps = steps(random);
    Oracle.Output output = Oracle.write(data, steps, sizes(random));
    List<String> all = Oracle.generate(steps);
    List<String> left = new ArrayList<>(all);
    for (JsonNode line : output.lines()) {
      for (String how : List.of("resolved", "rejected")) {
        if (line.has(how)) {
          assertThat(left.remove(line.get(how).get("digest").asText())).isTrue();
        }
      }
    }
    List<String> found = Life.read(data);
    assertThat(Beside.without(left, found)).as("what a live reader does not find").isEmpty();
    assertThat(Beside.without(found, all)).as("what a live reader finds too often").isEmpty();
    try (Life life = Life.open(data)) {
      assertThat(life.peek("a")).as("a, by the steps %s", steps).isEqualTo(left);
    }
    try (Life life = Life.open(data)) {
      assertThat(life.peek("a")).as("a, opened again").isEqualTo(left);
    }
  }

  /**
   * Rust opens the directory again in one process, after it let go of it without a word. With small
   * log files its positions begin anew then: its cursor goes back, so that what is in a segment is
   * in the log once more and nothing tells so, and it may refuse its own directory. Of what it has
   * confirmed all comes that still lies in its files.
   */
  @ParameterizedTest
  @MethodSource("io.holdfast.interop.Seeds#many")
  void whatRustKeptOverOpeningsOfItsOwnComes(long seed) {
    Random random = new Random(seed);
    Path data = folder.resolve("data");
    StringJoiner steps = new StringJoiner(",", "[", "]");
    int lives = 2 + random.nextInt(3);
    for (int life = 0; life < lives; life++) {
      steps.add(
          "{\"ingest\":{\"shape\":\"%s\",\"bundles\":%d,\"rows\":%d,\"first\":%d,\"flush-every\":%d}}"
              .formatted(
                  SHAPES.get(random.nextInt(SHAPES.size())),
                  1 + random.nextInt(8),
                  1 + random.nextInt(12),
                  life * 100,
                  random.nextInt(4)));
      steps.add(
          life < lives - 1 ? "\"reopen\"" : random.nextBoolean() ? "\"shutdown\"" : "\"abort\"");
    }
    List<String> command = new ArrayList<>(List.of("write", data.toString()));
    command.addAll(List.of("--flush-interval-ms", "0", "--spec", steps.toString()));
    boolean rotates = random.nextBoolean();
    if (rotates) {
      command.addAll(List.of(sizes(random)));
    }
    List<String> acked = acked(Oracle.attempt(command.toArray(String[]::new)), steps.toString());
    if (rotates) {
      // Now and then it has deleted what is in no segment.
      Set<String> there = Oracle.digestsIn(data);
      acked = acked.stream().filter(there::contains).toList();
    }
    try (Life life = Life.open(data)) {
      List<String> got = life.peek("a");
      assertThat(Beside.without(acked, got)).as("what is missing, by %s", command).isEmpty();
      assertThat(Oracle.generate(steps.toString())).as("what was appended").containsAll(got);
      if (!rotates) {
        assertThat(Beside.without(got, acked)).as("what comes again, by %s", command).isEmpty();
      }
    }
  }

  /** What Rust has confirmed of the steps, also when it stopped among them. */
  private static List<String> acked(Oracle.Output wrote, String steps) {
    Map<Long, String> digests = new HashMap<>();
    for (JsonNode line : Oracle.attempt("generate", "--digest", "--spec", steps).lines()) {
      digests.put(line.get("number").asLong(), line.get("digest").asText());
    }
    return wrote.lines().stream()
        .filter(line -> line.has("acked"))
        .map(line -> Objects.requireNonNull(digests.get(line.get("acked").asLong())))
        .toList();
  }

  /** Of log files and segments, so that there are several of each, or the usual ones. */
  private static String[] sizes(Random random) {
    List<String> sizes = new ArrayList<>(List.of("--max-rotated-files", "100"));
    if (random.nextBoolean()) {
      sizes.addAll(List.of("--rotation-target", Integer.toString(1 + random.nextInt(20_000))));
    }
    if (random.nextBoolean()) {
      sizes.addAll(List.of("--segment-target", Integer.toString(1 + random.nextInt(30_000))));
    }
    return sizes.toArray(String[]::new);
  }

  private static String steps(Random random) {
    StringJoiner steps = new StringJoiner(",", "[", "]");
    steps.add("{\"subscribe\":\"a\"}");
    int first = 0;
    int count = 1 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      int bundles = 1 + random.nextInt(8);
      steps.add(
          "{\"ingest\":{\"shape\":\"%s\",\"bundles\":%d,\"rows\":%d,\"seed\":%d,\"first\":%d,\"flush-every\":%d}}"
              .formatted(
                  SHAPES.get(random.nextInt(SHAPES.size())),
                  bundles,
                  1 + random.nextInt(12),
                  1 + random.nextInt(1000),
                  first,
                  random.nextInt(4)));
      first += bundles;
      if (random.nextBoolean()) {
        steps.add("\"flush\"");
      }
      if (random.nextBoolean()) {
        steps.add(
            "{\"ack\":{\"subscriber\":\"a\",\"take\":%d%s%s}}"
                .formatted(
                    random.nextInt(8),
                    random.nextBoolean() ? "" : ",\"indices\":[0,2,3]",
                    random.nextInt(3) > 0 ? "" : ",\"reject\":true"));
        // Without it a crash may bring back what was resolved.
        steps.add(random.nextBoolean() ? "\"progress\"" : "\"maintain\"");
      }
    }
    steps.add(random.nextBoolean() ? "\"shutdown\"" : "\"abort\"");
    return steps.toString();
  }
}
