package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.DurableBuffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class AppendExportTest {
  @TempDir private Path directory;

  private final Screen screen = new Screen();

  @Test
  void everyLineIsConfirmedInOrderAndExportedAsItWasWritten() {
    assertThat(append("{\"a\":1}\n\n  \n[1.50,\"x\"]\r\n null")).isZero();
    assertThat(screen.out().lines()).containsExactly("0", "1", "2");
    assertThat(export()).isZero();
    assertThat(screen.out().lines())
        .hasSize(3)
        .allMatch(line -> line.contains("\"segment\":1,\"bundle\":"))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("{\"sequence\":0,").contains("[\"{\\\"a\\\":1}\"]"),
            line -> assertThat(line).contains("[\"[1.50,\\\"x\\\"]\\r\"]"),
            line -> assertThat(line).contains("[\" null\"]"));
  }

  @Test
  void sequencesGoOnInTheNextRun() {
    assertThat(append("1\n2\n")).isZero();
    assertThat(append("3\n")).isZero();
    assertThat(screen.out().lines()).containsExactly("2");
    assertThat(export("--digest")).isZero();
    assertThat(screen.out().lines())
        .hasSize(3)
        .allMatch(line -> line.matches("\\{.*,\"digest\":\"[0-9a-f]{64}\"}"));
  }

  @Test
  void aLineThatIsNoJsonIsNamedAndTheOthersAreKept() {
    assertThat(append("{\"a\":1}\n{\"ü\":tru}\n2\n")).isEqualTo(1);
    assertThat(screen.out().lines()).containsExactly("0", "1");
    assertThat(screen.err()).startsWith("stdin:2:").contains("error: ").contains("not kept");
  }

  @Test
  void aDirectoryThatIsInUseIsRefusedWithItsOwner() {
    try (DurableBuffer owner = DurableBuffer.open(directory)) {
      assertThat(append("1\n")).isEqualTo(3);
      assertThat(screen.err()).contains("process " + ProcessHandle.current().pid());
      assertThat(owner.status().appended()).isZero();
    }
  }

  @Test
  void exportReadsBesideTheOwner() {
    assertThat(append("1\n")).isZero();
    try (DurableBuffer owner = DurableBuffer.open(directory)) {
      assertThat(export()).isZero();
      assertThat(screen.out().lines()).hasSize(1);
      assertThat(owner.subscribers()).isEmpty();
    }
  }

  @Test
  void exportOfNothingSaysWhatIsMissing() {
    assertThat(export()).isEqualTo(3);
    assertThat(screen.err()).contains(directory.toString()).contains("no buffer");
  }

  @Test
  void aTornTailIsNoDamage() throws IOException {
    assertThat(append("1\n2\n")).isZero();
    // What a kill in the third append leaves: its owner has moved nothing to a segment yet.
    Path log = directory.resolve("wal/quiver.wal");
    byte[] whole = Files.readAllBytes(log);
    for (String folder : new String[] {"segments", "."}) {
      deleteFiles(directory.resolve(folder));
    }
    Files.delete(directory.resolve("wal/quiver.wal.cursor"));
    Files.write(log, Arrays.copyOf(whole, whole.length - 5));
    assertThat(export()).isZero();
    assertThat(screen.out().lines()).hasSize(1);
    assertThat(screen.err()).contains("never confirmed").contains(log.toString());
  }

  private static void deleteFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void knownDamageIsNamedAfterEverythingElseWasPrinted() throws IOException {
    assertThat(append("1\n\"here\"\n3\n")).isZero();
    Path segment = directory.resolve("segments/0000000000000001.qseg");
    byte[] bytes = Files.readAllBytes(segment);
    bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("here")] ^= 1;
    Files.delete(segment);
    Files.write(segment, bytes);
    assertThat(export("--digest")).isEqualTo(1);
    assertThat(screen.out().lines()).hasSize(2);
    assertThat(screen.err()).contains("damaged and left out: " + segment);
  }

  private int append(String input) {
    byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
    Console console = screen.console();
    Failures failures = new Failures(console);
    int code =
        new CommandLine(new AppendCommand(console, new ByteArrayInputStream(bytes), failures))
            .setExecutionExceptionHandler(failures)
            .execute(directory.toString());
    console.out().flush();
    return code;
  }

  private int export(String... options) {
    String[] arguments = new String[options.length + 2];
    arguments[0] = "export";
    System.arraycopy(options, 0, arguments, 1, options.length);
    arguments[arguments.length - 1] = directory.toString();
    return screen.run(arguments);
  }
}
