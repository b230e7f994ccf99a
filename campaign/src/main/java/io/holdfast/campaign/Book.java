package io.holdfast.campaign;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The file of the long runs: a table of the sums for each subject, those of the subject as it was
 * in its last row, and a table of all runs. Several processes may write at once.
 */
final class Book {
  /** Where it lies in the project. */
  static final String PLACE = "docs/reliability.md";

  private static final String SUMS = "<!-- sums -->";
  private static final String RUNS = "<!-- runs -->";

  private Book() {}

  /** The folder of the whole project. */
  static Path root() {
    @Nullable Path at = Path.of("").toAbsolutePath();
    while (at != null && !Files.exists(at.resolve(PLACE))) {
      at = at.getParent();
    }
    if (at == null) {
      throw new IllegalStateException("no folder from here up holds " + PLACE);
    }
    return at;
  }

  /** Adds a row, and sums up anew. */
  static void add(Path book, Run run) throws IOException {
    try (FileChannel lock = FileChannel.open(book, StandardOpenOption.WRITE);
        var _ = lock.lock()) {
      List<String> lines = new ArrayList<>(Files.readAllLines(book));
      lines.add(endOf(lines), run.row());
      List<String> sums = sums(runs(lines));
      writtenSums(lines).clear();
      lines.addAll(lines.indexOf(SUMS) + 1, sums);
      Files.write(book, lines);
    }
  }

  /** Where the next row goes: behind the table of the runs. */
  private static int endOf(List<String> lines) {
    int at = lines.indexOf(RUNS) + 1;
    while (at < lines.size() && lines.get(at).startsWith("|")) {
      at++;
    }
    return at;
  }

  /** The rows as they stand there. */
  static List<String> rows(List<String> lines) {
    return lines.subList(lines.indexOf(RUNS), endOf(lines)).stream()
        .filter(line -> line.startsWith("| 2"))
        .toList();
  }

  /** All that the book tells. */
  static List<Run> runs(List<String> lines) {
    return rows(lines).stream().map(Run::parse).toList();
  }

  /** The sums as they stand there; a view of these lines. */
  static List<String> writtenSums(List<String> lines) {
    return lines.subList(lines.indexOf(SUMS) + 1, lines.indexOf(RUNS));
  }

  /** The sums as they have to be: what an older version of a subject has kept says little. */
  static List<String> sums(List<Run> runs) {
    Map<String, String> newest = new TreeMap<>();
    runs.forEach(run -> newest.put(run.kind(), run.subject()));
    Map<String, Map<String, Run>> sums = new LinkedHashMap<>();
    newest.values().forEach(subject -> sums.put(subject, new TreeMap<>()));
    for (Run run : runs) {
      Map<String, Run> same = sums.get(run.subject());
      if (same != null) {
        same.merge(run.what(), run, Run::plus);
      }
    }
    List<String> lines = new ArrayList<>();
    sums.forEach((subject, same) -> lines.addAll(table(List.copyOf(same.values()))));
    return lines;
  }

  private static List<String> table(List<Run> sums) {
    List<String> lines = new ArrayList<>();
    Run any = sums.getFirst();
    lines.add(
        "| on %s %s | times | bundles confirmed | deliveries checked |"
            .formatted(any.kind(), any.hash()));
    lines.add("| --- | --- | --- | --- |");
    sums.forEach(sum -> lines.add(sum.sum()));
    lines.add("");
    return lines;
  }
}
