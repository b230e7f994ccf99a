package io.holdfast.peers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.cli.bench.Folders;
import java.io.IOException;
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
  private final int most;

  /**
   * Measures.
   *
   * @param program what {@code interop/} builds
   * @param folder where each run makes a directory and removes it again
   * @param subscriber whether one takes and acks what is appended
   * @param most how many bundles a run appends, or 0 for as many as take about a second
   */
  Quiver(Path program, Path folder, boolean subscriber, int most) {
    this.program = program;
    this.directory = folder.resolve("quiver");
    this.subscriber = subscriber;
    this.most = most;
  }

  /** How many bundles one run appends: about a second of them when each is synced. */
  static int bundles(int rows) {
    return Math.clamp(4_000_000L / (rows + 500), 400, 8000);
  }

  /** What appends bundles, without their number. */
  static List<String> command(
      Path program, Path directory, int rows, int producers, int intervalMillis) {
    return words(
        program,
        "bench",
        "ingest",
        directory,
        "--rows",
        rows,
        "--producers",
        producers,
        "--flush-interval-ms",
        intervalMillis);
  }

  private static List<String> words(Path program, Object... arguments) {
    List<String> words = new ArrayList<>();
    words.add(program.toAbsolutePath().toString());
    for (Object argument : arguments) {
      words.add(argument.toString());
    }
    return words;
  }

  /** What it prints. */
  private static JsonNode printed(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    JsonNode printed = new ObjectMapper().readTree(process.getInputStream());
    if (process.waitFor() != 0) {
      throw new IOException("the Rust engine could not be measured; it said why above");
    }
    return printed;
  }

  /** Runs once. */
  Map<Measure, Double> run(int rows, int producers, int intervalMillis)
      throws IOException, InterruptedException {
    Folders.remove(directory);
    int count = most == 0 ? bundles(rows) : most;
    List<String> command = command(program, directory, rows, producers, intervalMillis);
    command.addAll(List.of("--bundles", String.valueOf(count)));
    if (subscriber) {
      command.add("--drain");
    }
    try {
      return figures(printed(command), count);
    } finally {
      Folders.remove(directory);
    }
  }

  /**
   * From the append of a bundle to its delivery, one every ten milliseconds.
   *
   * @param settings of the engine and of the timer that makes it write segments
   */
  Map<Measure, Double> deliver(int rows, int bundles, List<String> settings)
      throws IOException, InterruptedException {
    Folders.remove(directory);
    List<String> command =
        words(program, "bench", "latency", directory, "--rows", rows, "--bundles", bundles);
    command.addAll(settings);
    try {
      JsonNode all = printed(command);
      if (all.path("delivered").asInt() != bundles) {
        throw new IOException("the Rust engine did not deliver all: " + all);
      }
      return latencies(all.path("latency"));
    } finally {
      Folders.remove(directory);
    }
  }

  /** Opens a log that a process left behind which ended without closing it. */
  Map<Measure, Double> open(int rows, int bundles) throws IOException, InterruptedException {
    Folders.remove(directory);
    // A segment as large as the log: all of it stays there until it is opened.
    List<String> roomy = List.of("--segment-target", "1g", "--wal-max", "1g");
    // Without an interval, else the last are still in its memory when it ends.
    List<String> write =
        words(program, "write", directory, "--shape", "single", "--rows", rows, "--bundles");
    write.addAll(List.of(String.valueOf(bundles), "--flush-interval-ms", "0", "--end", "abort"));
    write.addAll(roomy);
    List<String> open = words(program, "bench", "open", directory);
    open.addAll(roomy);
    try {
      new ProcessBuilder(write).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
      JsonNode opened = printed(open);
      if (opened.path("open_segment_bundles").asInt() != bundles) {
        throw new IOException("the Rust engine did not find all: " + opened);
      }
      Map<Measure, Double> result = new EnumMap<>(Measure.class);
      result.put(Measure.RESTART_NANOS, Double.parseDouble(opened.path("open_ms").asText()) * 1e6);
      return result;
    } finally {
      Folders.remove(directory);
    }
  }

  private Map<Measure, Double> figures(JsonNode all, int count) throws IOException {
    int failed = all.path("failed").asInt(count);
    int kept = count - failed;
    int delivered = subscriber ? all.path("delivered").asInt(0) : kept;
    if (failed * 100 > count || delivered * 2 < count) {
      throw new IOException("the Rust engine did not keep all: " + all);
    }
    // Ours would be a defect that ends the run. Of another it is worth knowing.
    if (failed > 0 || delivered != kept) {
      System.err.printf(
          "the Rust engine failed %d of %d appends, and delivered %d: %s%n",
          failed, count, delivered, all);
    }
    Map<Measure, Double> result = latencies(all.path("ack_latency"));
    result.put(
        Measure.PER_SECOND,
        subscriber
            ? all.path("delivered_per_s").asDouble()
            : all.path("bundles_per_s").asDouble() * kept / count);
    return result;
  }

  private static Map<Measure, Double> latencies(JsonNode latency) {
    Map<Measure, Double> result = new EnumMap<>(Measure.class);
    result.put(Measure.P50_NANOS, latency.path("p50_us").asDouble() * 1e3);
    result.put(Measure.P99_NANOS, latency.path("p99_us").asDouble() * 1e3);
    return result;
  }
}
