package io.holdfast.interop;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What two engines made of the same cases, as a table, and the words for it. */
final class Beside {
  private record Row(String what, String rust, String ours) {}

  private final Map<Integer, Row> rows = new TreeMap<>();

  /** Adds a row; the rows are in the order of their numbers. */
  synchronized void add(int number, String what, String rust, String ours) {
    rows.put(number, new Row(what, rust, ours));
  }

  /** As Markdown. */
  @Override
  public synchronized String toString() {
    StringBuilder table =
        new StringBuilder(
            "| what was done | the Rust engine 0.63.0 | Holdfast |\n| --- | --- | --- |\n");
    for (Row row : rows.values()) {
      table.append("| %s | %s | %s |%n".formatted(row.what, row.rust, row.ours));
    }
    return table.toString();
  }

  /** What a reader got of all that was confirmed. */
  static String came(List<String> got, List<String> confirmed) {
    List<String> missing = without(confirmed, got);
    int more = without(got, confirmed).size();
    StringBuilder text = new StringBuilder();
    text.append(
        missing.isEmpty()
            ? "all " + confirmed.size() + " come"
            : confirmed.size() - missing.size() + " of " + confirmed.size() + " come");
    if (more > 0) {
      text.append(", and ").append(more).append(" again");
    }
    return text.toString();
  }

  /** What the Rust program said of a read, errors included. */
  static String came(Oracle.Output read, List<String> confirmed) {
    if (read.exit() != 0) {
      return stopped(read);
    }
    String text = came(read.digests(), confirmed);
    return read.met().isEmpty() ? text : text + "; " + String.join("; ", new HashSet<>(read.met()));
  }

  /** How the Rust program ended before its time. */
  static String stopped(Oracle.Output output) {
    List<String> lines = output.errors().strip().lines().toList();
    if (output.errors().contains("panicked at")) {
      return "panics: " + lines.get(1);
    }
    return "does not open: " + lines.getLast();
  }

  /** What is in one list more often than in the other. */
  static List<String> without(List<String> all, List<String> those) {
    List<String> left = new ArrayList<>(all);
    those.forEach(left::remove);
    return left;
  }

  static long count(Oracle.Output output, String name) {
    return output.lines().stream().filter(line -> line.has(name)).count();
  }

  /** The lines of {@code inspect} that tell of log files. */
  static List<JsonNode> logs(Oracle.Output inspected) {
    return inspected.lines().stream().filter(line -> line.has("wal")).toList();
  }

  /** A step of the Rust engine that appends bundles of five rows. */
  static String ingest(int first, int bundles) {
    return """
    {"ingest":{"shape":"single","first":%d,"bundles":%d,"rows":5}}\
    """
        .formatted(first, bundles);
  }

  /** What the Rust engine gives subscriber {@code a}. */
  static Oracle.Output read(Path data) {
    return Oracle.attempt("read", data.toString(), "--digest", "--subscriber", "a");
  }

  /** What this engine gives subscriber {@code a}. */
  static List<String> peek(Path data) {
    try (Life life = Life.open(data)) {
      return life.peek("a");
    }
  }
}
