package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.cli.bench.Shape;
import io.holdfast.script.Json;
import io.holdfast.script.Value;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

@Timeout(120)
class BenchTest {
  @TempDir private Path directory;

  private final Screen screen = new Screen();

  @Test
  void aBacklogIsWrittenOpenedByAnotherProcessDrainedAndRemoved() {
    Path place = directory.resolve("backlog");
    assertThat(screen.run("bench", "backlog", "--sizes", "1MiB,2MiB", "--json", place.toString()))
        .isZero();
    List<String> lines = screen.out().lines().toList();
    assertThat(lines).hasSize(2);
    for (String line : lines) {
      Value document = Json.parse(line.getBytes(StandardCharsets.UTF_8));
      assertThat(String.valueOf(document))
          .contains("\"bytes\"", "\"bundles\"", "\"open_warm_nanos\"", "\"drain_nanos\"");
    }
    assertThat(place).isEmptyDirectory();
    assertThat(screen.run("bench", "backlog", "--sizes", "1MiB", place.toString())).isZero();
    assertThat(screen.out()).contains("process to open", "memory, most");
  }

  @Test
  void aStartWithACacheIsMeasuredOrItIsSaidWhyThereIsNone() {
    Path place = directory.resolve("backlog");
    int code = screen.run("bench", "backlog", "--aot", "--sizes", "1MiB", place.toString());
    // The JVM makes none of classes that lie in folders, as they do before they are packed.
    boolean packed =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .allMatch(path -> path.endsWith(".jar"));
    if (packed) {
      assertThat(code).isZero();
      assertThat(screen.out()).doesNotContain(" - ");
    } else {
      assertThat(code).isNotZero();
      assertThat(screen.err()).contains("the JVM made no cache").contains("directory");
    }
    assertThat(place).isEmptyDirectory();
  }

  @Test
  void appendsAreMeasuredInTurnWithPlainWrites() {
    String place = directory.resolve("new").toString();
    String[] quick = {
      "bench",
      "append",
      "--shapes",
      "10,1KiB",
      "--producers",
      "1,3",
      "--rounds",
      "1",
      "--time",
      "20ms"
    };
    List<String> command = new ArrayList<>(List.of(quick));
    command.add(place);
    assertThat(screen.run(command.toArray(String[]::new))).isZero();
    assertThat(screen.out().lines()).hasSize(5);
    assertThat(screen.out()).contains("share", "10 rows", "1 binary of 1 KiB");
    command.addAll(List.of("--json", "--interval", "5ms"));
    assertThat(screen.run(command.toArray(String[]::new))).isZero();
    assertThat(screen.out().lines())
        .hasSize(4)
        .allMatch(line -> line.contains("\"share_of_limit\":") && line.contains("\"interval\""));
    assertThat(directory.resolve("new")).isEmptyDirectory();
  }

  @Test
  void deliveriesAndCallersAreMeasuredForEachShape() {
    String place = directory.resolve("new").toString();
    for (String what : List.of("delivery", "caller")) {
      assertThat(screen.run("bench", what, "--shapes", "10logs,10x5", "--count", "20", place))
          .isZero();
      assertThat(screen.out().lines()).hasSize(3);
      assertThat(screen.out()).contains("10 logs", "10 rows of 5");
      assertThat(screen.run("bench", what, "--shapes", "1KiB", "--count", "20", "--json", place))
          .isZero();
      assertThat(screen.out().lines()).hasSize(1).allMatch(line -> line.contains("\"bundles\":20"));
    }
    assertThat(directory.resolve("new")).isEmptyDirectory();
    assertThat(screen.run("bench", "caller", "--count", "none", place)).isEqualTo(2);
    assertThat(screen.err()).contains("'none' is no number above zero");
  }

  @Test
  void whatLiesBesideAMeasurementStays() throws IOException {
    Files.createDirectories(directory.resolve("buffer"));
    Path file = Files.writeString(directory.resolve("buffer/mine"), "mine");
    Path other = Files.writeString(directory.resolve("raw"), "mine");
    String[] quick = {"bench", "append", "--shapes", "1", "--producers", "1", "--rounds", "1"};
    List<String> command = new ArrayList<>(List.of(quick));
    command.addAll(List.of("--time", "5ms", directory.toString()));
    assertThat(screen.run(command.toArray(String[]::new))).isZero();
    assertThat(file).hasContent("mine");
    assertThat(other).hasContent("mine");
    assertThat(directory.toFile().list()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--rounds=0", "--producers=0", "--time=0s"})
  void nothingIsMeasuredWithoutARoundAProducerOrTime(String option) {
    assertThat(screen.run("bench", "append", option, directory.toString())).isEqualTo(2);
    assertThat(screen.err()).contains("above zero");
  }

  @Test
  void aShapeIsANumberOfRowsOrASize() {
    assertThat(screen.run("bench", "append", "--shapes", "many", directory.toString()))
        .isEqualTo(2);
    assertThat(screen.err()).contains("'many' is no shape", "1000, 1000x10, 1000logs, 64KiB");
    ShapeOption option = new ShapeOption();
    assertThat(option.convert("1000")).isEqualTo(new Shape.Rows(1000));
    assertThat(option.convert("1000x10")).isEqualTo(new Shape.Wide(1000, 10));
    assertThat(option.convert("1000logs")).isEqualTo(new Shape.Logs(1000));
    assertThat(option.convert("64KiB")).isEqualTo(new Shape.Binary(64 << 10));
    assertThatThrownBy(() -> option.convert("65536logs"))
        .isInstanceOf(TypeConversionException.class);
  }

  @Test
  void producersCanBeAheadOfTheDisk() {
    String[] command = {"bench", "append", "--shapes", "1", "--producers", "1", "--ahead", "8"};
    List<String> quick = new ArrayList<>(List.of(command));
    quick.addAll(List.of("--rounds", "1", "--time", "5ms", "--json", directory.toString()));
    assertThat(screen.run(quick.toArray(String[]::new))).isZero();
    assertThat(screen.out()).contains("\"ahead\":8", "\"p99_nanos\":");
  }

  @Test
  void whatLiesInTheDirectoryStays() throws IOException {
    Path file = Files.writeString(directory.resolve("precious"), "mine");
    String place = directory.toString();
    assertThat(screen.run("bench", "backlog", "--sizes", "1MiB", place)).isZero();
    assertThat(screen.run("bench", "replay", "--shapes", "10", "--size", "64KiB", place)).isZero();
    assertThat(file).hasContent("mine");
    assertThat(directory.toFile().list()).hasSize(1);
  }

  @Test
  void aSizeHasItsUnit() {
    SizeOption option = new SizeOption();
    assertThat(option.convert("512KiB")).isEqualTo(512L << 10);
    assertThat(option.convert("100MiB")).isEqualTo(100L << 20);
    assertThat(option.convert("10GiB")).isEqualTo(10L << 30);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "-5MiB", "5 MiB", "5MB", "1.5GiB", "99999999GiB"})
  void anythingElseIsRefusedWithAnExample(String text) {
    assertThatThrownBy(() -> new SizeOption().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("512KiB, 100MiB or 10GiB");
  }
}
