package io.holdfast.interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Runs the Rust program of this module; {@code -Pinterop} builds it. */
final class Oracle {
  private static final Path PROGRAM =
      Path.of(Objects.requireNonNull(System.getProperty("holdfast.oracle")));
  private static final JsonMapper JSON = new JsonMapper();

  private Oracle() {}

  /**
   * What a command printed.
   *
   * @param exit its exit code; 134 for an abort
   * @param lines of stdout, each one JSON value
   * @param errors its stderr
   */
  record Output(int exit, List<JsonNode> lines, String errors) {

    /** The digests of the bundles in the lines, in their order. */
    List<String> digests() {
      return lines.stream()
          .filter(l -> l.has("digest"))
          .map(l -> l.get("digest").asText())
          .toList();
    }

    /** The errors that {@code read} met and went over. */
    List<String> met() {
      return lines
          .getLast()
          .get("summary")
          .get("errors")
          .valueStream()
          .map(JsonNode::asText)
          .toList();
    }
  }

  /** Writes with the Rust engine, as the steps say; fails unless it ended as the last one says. */
  static Output write(Path directory, String steps, String... more) {
    // Otherwise an abort takes what the engine has confirmed within the last 25 ms.
    List<String> command =
        new ArrayList<>(
            List.of("write", directory.toString(), "--flush-interval-ms", "0", "--spec", steps));
    command.addAll(List.of(more));
    Output output = run(List.of(), command);
    int wanted = steps.contains("\"abort\"") ? 134 : 0;
    if (output.exit != wanted) {
      throw new AssertionError("the Rust engine failed in " + command + ": " + output.errors);
    }
    return output;
  }

  /** The digests that a reader must get of what the steps ingest, in order. */
  static List<String> generate(String steps) {
    return successful(List.of("generate", "--digest", "--spec", steps)).digests();
  }

  /** Reads with the Rust engine, which changes the directory. */
  static Output read(Path directory, String subscriber, String... more) {
    List<String> command = new ArrayList<>(List.of("read", directory.toString(), "--digest"));
    command.addAll(List.of("--subscriber", subscriber));
    command.addAll(List.of(more));
    return successful(command);
  }

  /** What lies in the directory, without an engine. */
  static Output inspect(Path directory) {
    return successful(List.of("inspect", directory.toString(), "--no-payload"));
  }

  /** The digests of all bundles that lie in the files, whether they are to come or not. */
  static Set<String> digestsIn(Path directory) {
    Set<String> digests = new HashSet<>();
    for (JsonNode file : successful(List.of("inspect", directory.toString())).lines) {
      file.findValuesAsText("digest").forEach(digests::add);
    }
    return digests;
  }

  /** Runs a command that may fail. */
  static Output attempt(String... words) {
    return run(List.of(), List.of(words));
  }

  /** As {@link #attempt}, with another program that runs it. */
  static Output attemptUnder(List<String> prefix, String... words) {
    return run(prefix, List.of(words));
  }

  private static Output successful(List<String> command) {
    Output output = run(List.of(), command);
    if (output.exit != 0) {
      throw new AssertionError("the Rust engine failed in " + command + ": " + output.errors);
    }
    return output;
  }

  private static Output run(List<String> prefix, List<String> words) {
    List<String> command = new ArrayList<>(prefix);
    command.add(PROGRAM.toString());
    command.addAll(words);
    try {
      Path errors = Files.createTempFile("oracle", ".err");
      try {
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        process.getOutputStream().close();
        List<JsonNode> lines = new ArrayList<>();
        try (var stdout = process.inputReader(StandardCharsets.UTF_8)) {
          for (String line = stdout.readLine(); line != null; line = stdout.readLine()) {
            lines.add(JSON.readTree(line));
          }
        }
        return new Output(process.waitFor(), lines, Files.readString(errors));
      } finally {
        Files.delete(errors);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + PROGRAM + ", which mvn -Pinterop builds", e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
