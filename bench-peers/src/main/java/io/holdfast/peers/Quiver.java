package io.holdfast.peers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.cli.bench.Folders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The Rust engine, in the process of {@code interop/}. It syncs in an interval, and with an
 * interval of 0 with each append.
 */
final class Quiver {
  private final Path program;
  private final Path directory;
  private final boolean subscriber;

  /**
   * Measures.
   *
   * @param program what {@code interop/} builds
   * @param folder where each run makes a directory and removes it again
   * @param subscriber whether one takes and acks what is appended
   */
  Quiver(Path program, Path folder, boolean subscriber) {
    this.program = program;
    this.directory = folder.resolve("quiver");
    this.subscriber = subscriber;
  }

  /** How many bundles one run appends: about a second of them when each is synced. */
  static int bundles(int rows) {
    return Math.clamp(4_000_000L / (rows + 500), 400, 8000);
  }

  /** Runs once. */
  Map<Measure, Double> run(int rows, int producers, int intervalMillis)
      throws IOException, InterruptedException {
    Folders.remove(directory);
    int count = bundles(rows);
    List<String> command =
        new ArrayList<>(
            List.of(
                program.toAbsolutePath().toString(),
                "bench",
                "ingest",
                directory.toString(),
                "--rows",
                String.valueOf(rows),
                "--bundles",
                String.valueOf(count),
                "--producers",
                String.valueOf(producers),
                "--flush-interval-ms",
                String.valueOf(intervalMillis)));
    if (subscriber) {
      command.add("--drain");
    }
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException("the Rust engine could not be measured; it said why above");
      }
      return figures(new ObjectMapper().readTree(printed), count);
    } finally {
      Folders.remove(directory);
    }
  }

  private Map<Measure, Double> figures(JsonNode all, int count) throws IOException {
    if (all.path("failed").asInt(1) != 0
        || (subscriber && all.path("delivered").asInt(0) != count)) {
      throw new IOException("the Rust engine did not keep all: " + all);
    }
    JsonNode latency = all.path("ack_latency");
    Map<Measure, Double> result = new EnumMap<>(Measure.class);
    result.put(
        Measure.PER_SECOND, all.path(subscriber ? "delivered_per_s" : "bundles_per_s").asDouble());
    result.put(Measure.P50_NANOS, latency.path("p50_us").asDouble() * 1e3);
    result.put(Measure.P99_NANOS, latency.path("p99_us").asDouble() * 1e3);
    return result;
  }
}
