package io.holdfast.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.engine.StorageException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that fails once, or a folder that cannot be read, as strace makes them for either engine
 * in a directory of its own; and what each engine has synced when it confirms. What must hold is
 * asserted of ours; of Rust's the answer is put beside it.
 */
@Tag("exchange")
@Timeout(300)
class BesideFaultsExchangeTest {
  private static final Beside TABLE = new Beside();
  private static final boolean HAS_STRACE =
      Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
          .anyMatch(path -> Files.isExecutable(Path.of(path, "strace")));

  @TempDir private Path folder;

  @BeforeAll
  static void needsStrace() {
    assumeTrue(HAS_STRACE, "there is no strace, which makes calls fail and shows them");
  }

  @AfterAll
  static void printTable() {
    System.out.println("\nFaults, met by either engine:\n\n" + TABLE);
  }

  private static List<String> both(List<String> one, List<String> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  @Test
  void aSyncThatFailsOnceIsMadeUpForInAnotherFile() throws Exception {
    Path rust = folder.resolve("rust");
    Path trace = folder.resolve("trace");
    String steps = "[" + Beside.ingest(0, 20) + ",\"abort\"]";
    Oracle.Output wrote =
        Oracle.attemptUnder(
            failing("fdatasync", "when=3", trace),
            "write",
            rust.toString(),
            "--flush-interval-ms",
            "0",
            "--spec",
            steps);
    assertThat(trace).content().contains("INJECTED");
    Path ours = folder.resolve("ours");
    Writer.of(ours, 0, 1).ending("close").run();
    Files.delete(trace);
    Writer.Output output =
        Writer.of(ours, 20, 2).run(failing("fdatasync", "when=1", trace).toArray(String[]::new));
    assertThat(trace).content().contains("INJECTED");
    assertThat(output.refused()).isEmpty();
    List<String> acked = output.acked();
    List<String> got = Beside.peek(ours);
    assertThat(got).isEqualTo(acked).hasSize(20);
    TABLE.add(
        7,
        "one fdatasync of the log says EIO while 20 are appended, then a kill",
        "%d acked, %d refused; %s"
            .formatted(
                Beside.count(wrote, "acked"),
                Beside.count(wrote, "refused"),
                Beside.came(Beside.read(rust), Oracle.generate(steps))),
        "%d acked, %d refused; %s"
            .formatted(output.acked().size(), output.refused().size(), Beside.came(got, acked)));
  }

  private static List<String> failing(String call, String when, Path trace) {
    return List.of(
        "strace",
        "-f",
        "-qq",
        "-o",
        trace.toString(),
        "-e",
        "trace=" + call,
        "-e",
        "inject=" + call + ":error=EIO:" + when);
  }

  @Test
  void aSegmentFolderThatCannotBeReadStopsTheOpening() {
    Path data = folder.resolve("rust");
    String before =
        """
        [{"ingest":{"shape":"single","bundles":8,"rows":5,"flush-every":3}},"shutdown"]\
        """;
    Oracle.write(data, before);
    Path ours = Directories.copy(data, folder.resolve("ours"));
    Map<String, String> segments = Directories.contents(ours.resolve("segments"));
    String after = "[" + Beside.ingest(8, 3) + ",\"flush\",\"shutdown\"]";
    Oracle.Output wrote =
        Oracle.attemptUnder(
            unreadable(data.resolve("segments"), folder.resolve("trace")),
            "write",
            data.toString(),
            "--spec",
            after);
    List<String> confirmed =
        wrote.exit() == 0
            ? both(Oracle.generate(before), Oracle.generate(after))
            : Oracle.generate(before);
    Writer.Output output =
        Writer.of(ours, 3, 1)
            .run(
                unreadable(ours.resolve("segments"), folder.resolve("trace"))
                    .toArray(String[]::new));
    assertThat(output.acked()).isEmpty();
    assertThat(output.errors()).contains(StorageException.class.getName());
    assertThat(Directories.contents(ours.resolve("segments"))).isEqualTo(segments);
    List<String> got = Beside.peek(ours);
    assertThat(got).isEqualTo(Oracle.generate(before));
    TABLE.add(
        10,
        "the folder of segments cannot be read at start, then it can",
        (wrote.exit() == 0 ? "opens, acks 3 more; then " : Beside.stopped(wrote) + "; then ")
            + Beside.came(Beside.read(data), confirmed),
        "does not open; then " + Beside.came(got, Oracle.generate(before)));
  }

  private static List<String> unreadable(Path directory, Path trace) {
    List<String> command = new ArrayList<>(failing("getdents64", "when=1+", trace));
    command.addAll(List.of("-P", directory.toString()));
    return command;
  }

  /** Which of the names in a new directory were synced when the first bundle was acked. */
  private static String synced(Path trace, Path data) throws IOException {
    String calls = Files.readString(trace);
    List<String> names = new ArrayList<>();
    for (String name : List.of("", "/wal", "/wal/quiver.wal")) {
      if (calls.contains("<" + data + name + ">) ") || calls.contains("<" + data + name + ">)=")) {
        names.add(name.isEmpty() ? "the directory" : "`" + name.substring(1) + "`");
      }
    }
    return names.isEmpty() ? "none" : String.join(", ", names);
  }

  private static String[] tracing(Path trace) {
    return new String[] {
      "strace", "-f", "-qq", "-y", "-e", "trace=fsync,fdatasync", "-o", trace.toString()
    };
  }

  @Test
  void allThatANewDirectoryNeedsIsSyncedBeforeTheFirstAck() throws Exception {
    Path rust = folder.resolve("rust");
    Path rustTrace = folder.resolve("rust.trace");
    String steps = "[" + Beside.ingest(0, 1) + ",\"abort\"]";
    Oracle.attemptUnder(
        List.of(tracing(rustTrace)),
        "write",
        rust.toString(),
        "--flush-interval-ms",
        "0",
        "--spec",
        steps);
    Path ours = folder.resolve("ours");
    Path trace = folder.resolve("ours.trace");
    assertThat(Writer.of(ours, 1, 1).run(tracing(trace)).acked()).hasSize(1);
    String expected = "the directory, `wal`, `wal/quiver.wal`";
    assertThat(synced(trace, ours)).isEqualTo(expected);
    TABLE.add(
        11,
        "what of a new directory has been synced with the first ack",
        synced(rustTrace, rust),
        expected);
  }
}
