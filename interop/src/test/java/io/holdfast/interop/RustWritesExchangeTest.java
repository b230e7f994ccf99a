package io.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
