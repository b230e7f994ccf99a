package io.holdfast.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The book of the long runs: each adds its row to {@code docs/reliability.md}, with its seed and
 * the engine that it ran on, and the sums over the runs of that engine are written anew. Only with
 * {@code -Dholdfast.record}; several processes may write at once.
 */
public final class Campaign {
  private static final String BOOK = "docs/reliability.md";
  private static final String SOURCES = "engine/src/main/java";
  private static final String SUMS = "<!-- sums -->";
  private static final String RUNS = "<!-- runs -->";

  private Campaign() {}

  /**
   * What one run did.
   *
   * @param confirmed bundles that were accepted
   * @param checked deliveries that were compared with what was appended
   */
  record Run(
      String day,
      String what,
      long times,
      long confirmed,
      long checked,
      String seed,
      String engine) {
    static Run parse(String row) {
      String[] cells = row.substring(1).split("\\|", -1);
      return new Run(
          cells[0].strip(),
          cells[1].strip(),
          number(cells[2]),
          number(cells[3]),
          number(cells[4]),
          cells[5].strip(),
          cells[6].strip());
    }

    private static long number(String cell) {
      return Long.parseLong(cell.strip().replace(",", ""));
    }

    Run plus(Run other) {
      return new Run(
          day,
          what,
          times + other.times,
          confirmed + other.confirmed,
          checked + other.checked,
          seed,
          engine);
    }

    String row() {
      return String.format(
          Locale.ROOT,
          "| %s | %s | %,d | %,d | %,d | %s | %s |",
          day,
          what,
          times,
          confirmed,
          checked,
          seed,
          engine);
    }

    String sum() {
      return String.format(
          Locale.ROOT, "| %s | %,d | %,d | %,d |", what, times, confirmed, checked);
    }
  }

  /** Writes a row, when the run is to be recorded; the run has found nothing missing or wrong. */
  public static void ran(String what, long times, long confirmed, long checked, long seed) {
    if (System.getProperty("holdfast.record") == null) {
      return;
    }
    try {
      Path root = root();
      String day = LocalDate.now(ZoneOffset.UTC).toString();
      add(root.resolve(BOOK), new Run(day, what, times, confirmed, checked, "" + seed, hash(root)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder of the whole project. */
  static Path root() {
    @Nullable Path at = Path.of("").toAbsolutePath();
    while (at != null && !Files.exists(at.resolve(BOOK))) {
      at = at.getParent();
    }
    if (at == null) {
      throw new IllegalStateException("no folder from here up holds " + BOOK);
    }
    return at;
  }

  private static void add(Path book, Run run) throws IOException {
    try (FileChannel lock = FileChannel.open(book, StandardOpenOption.WRITE);
        var _ = lock.lock()) {
      List<String> lines = new ArrayList<>(Files.readAllLines(book));
      lines.add(endOf(lines, RUNS), run.row());
      int sums = lines.indexOf(SUMS);
      lines.subList(sums, endOf(lines, SUMS)).clear();
      lines.addAll(sums, sums(runs(lines), run.engine()));
      Files.write(book, lines);
    }
  }

  /** Behind the table that follows a mark. */
  private static int endOf(List<String> lines, String mark) {
    int at = lines.indexOf(mark);
    while (at < lines.size() && !lines.get(at).startsWith("|")) {
      at++;
    }
    while (at < lines.size() && lines.get(at).startsWith("|")) {
      at++;
    }
    return at;
  }

  /** All that the book tells. */
  static List<Run> runs(List<String> lines) {
    int end = endOf(lines, RUNS);
    return lines.subList(lines.indexOf(RUNS), end).stream()
        .filter(line -> line.startsWith("| 2"))
        .map(Run::parse)
        .toList();
  }

  /** The mark and the table behind it. */
  static List<String> sums(List<Run> runs, String engine) {
    Map<String, Run> sums = new TreeMap<>();
    runs.stream()
        .filter(run -> run.engine().equals(engine))
        .forEach(run -> sums.merge(run.what(), run, Run::plus));
    List<String> lines = new ArrayList<>();
    lines.add(SUMS);
    lines.add("| on engine " + engine + " | times | bundles confirmed | deliveries checked |");
    lines.add("| --- | --- | --- | --- |");
    sums.values().forEach(sum -> lines.add(sum.sum()));
    return lines;
  }

  /** Which engine this is: the start of the SHA-256 over the names and contents of its sources. */
  private static String hash(Path root) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    Path sources = root.resolve(SOURCES);
    List<Path> files;
    try (Stream<Path> all = Files.walk(sources)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      String name = sources.relativize(file).toString().replace('\\', '/');
      digest.update(name.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      digest.update(Files.readAllBytes(file));
      digest.update((byte) 0);
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 6);
  }
}
