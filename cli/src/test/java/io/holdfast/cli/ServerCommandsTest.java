package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerCommandsTest {
  @TempDir private Path root;

  private final Screen screen = new Screen();
  private Path config;
  private Path query;
  private Path data;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(root.resolve("in.txt"), "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
    config = FileToFile.write(root);
    query =
        Files.writeString(
            root.resolve("keep.trickle"),
            """
            define qos::wal operator wal with read_count = 20, max_elements = 100 end;
            create operator wal;
            select event from in into wal;
            select event from wal into out;
            """);
    data = root.resolve("data");
  }

  private int run(String command, String... more) {
    List<String> arguments = new ArrayList<>(List.of("server", command));
    arguments.addAll(List.of("--data-dir", data.toString()));
    arguments.addAll(List.of("-f", config.toString(), query.toString()));
    arguments.addAll(List.of(more));
    return screen.run(arguments.toArray(String[]::new));
  }

  @Test
  void checkPrintsThePlanOnStdoutAndTouchesNothing() {
    assertThat(run("check")).isZero();

    assertThat(screen.out().replace(root.toString(), "ROOT"))
        .isEqualTo(
            """
            source    /onramp/lines/01   file: ROOT/in.txt
                        -> /pipeline/keep/01
            pipeline  /pipeline/keep/01  ROOT/keep.trickle
                        wal              qos::wal: read_count 20, at most 100 events
                                         keeps events in ROOT/data/keep/01/wal
                        select           line 3
                        select           line 4
                        -> /offramp/copy/01
            sink      /offramp/copy/01   file: ROOT/out.txt
            """);
    assertThat(screen.err()).isEmpty();
    assertThat(data).doesNotExist();
    assertThat(root.resolve("out.txt")).doesNotExist();
  }

  @Test
  void runDeliversAndEndsByItselfWhenTheSourceAsksForIt() throws IOException {
    assertThat(run("run")).isZero();

    assertThat(Files.readString(root.resolve("out.txt")))
        .isEqualTo("{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
    assertThat(screen.out()).isEmpty();
    assertThat(screen.err())
        .startsWith("holdfast ")
        .contains("data directory " + data)
        .contains("keeps events in ")
        .endsWith("stopped: accepted 3, delivered 3, repeated 0, still kept 0\n");
  }

  @Test
  void aBadConfigurationListsWhatIsWrongAndStartsNothing() throws IOException {
    Files.writeString(query, "select event from in into nowhere;\n");
    Files.writeString(config, Files.readString(config).replace("type: file", "type: fiel"));

    assertThat(run("run")).isEqualTo(1);

    assertThat(screen.out()).isEmpty();
    assertThat(screen.err())
        .contains("copy.yaml:3:11: error: there is no onramp type 'fiel'; did you mean 'file'?")
        .contains("3 |     type: fiel")
        .contains("keep.trickle:1:")
        .endsWith("holdfast: 3 errors, nothing runs\n")
        .doesNotContain("\tat ");
    assertThat(data).doesNotExist();
  }

  @Test
  void aDataDirectoryThatIsAFileIsTheEnvironmentsFault() throws IOException {
    Files.writeString(data, "");

    assertThat(run("run")).isEqualTo(3);

    assertThat(screen.err())
        .endsWith(
            "holdfast: the data directory "
                + data
                + " is a file; name another one with --data-dir\n");
    assertThat(root.resolve("out.txt")).doesNotExist();
  }

  @Test
  void aDataDirectoryBelowAFileIsTheEnvironmentsFault() throws IOException {
    Files.writeString(data, "");
    data = data.resolve("deeper");

    assertThat(run("run")).isEqualTo(3);

    assertThat(screen.err()).contains("holdfast: the data directory " + data);
  }

  @Test
  void wrongOptionsAreUsageErrorsWithAHint() {
    assertThat(screen.run("server", "run")).isEqualTo(2);
    assertThat(screen.err())
        .contains("Missing required option: '--files")
        .contains("Try 'holdfast server run --help'.");

    assertThat(run("run", "--drain-timeout", "5")).isEqualTo(2);
    assertThat(screen.err()).contains("'5' is not a time span; write it with its unit");

    assertThat(run("run", "--data-dri", "x")).isEqualTo(2);
    assertThat(screen.err()).contains("--data-dir");

    assertThat(screen.run("server", "chek", "--files", "x")).isEqualTo(2);
    assertThat(screen.err()).contains("'chek'").contains("server check");

    assertThat(screen.run("server")).isEqualTo(2);
    assertThat(screen.run()).isEqualTo(2);
  }

  @Test
  void helpOfACommandNamesItsOptions() {
    assertThat(screen.run("server", "run", "--help")).isZero();

    assertThat(screen.out())
        .startsWith("Usage: holdfast server run [--data-dir DIR] [--drain-timeout TIME] -f FILE...")
        .contains("HOLDFAST_DATA_DIR");
    assertThat(screen.err()).isEmpty();
  }
}
