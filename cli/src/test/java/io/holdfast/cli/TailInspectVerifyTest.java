package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.DurableBuffer;
import io.holdfast.pipeline.bundle.EventBundle;
import io.holdfast.pipeline.bundle.StoredEvent;
import io.holdfast.script.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TailInspectVerifyTest {
  @TempDir private Path directory;

  private final Screen screen = new Screen();

  private void append(DurableBuffer buffer, String... values) {
    try (RootAllocator allocator = new RootAllocator();
        EventBundle bundle = new EventBundle(allocator)) {
      List<StoredEvent> events = new ArrayList<>();
      for (String value : values) {
        events.add(StoredEvent.ofJson(value.getBytes(StandardCharsets.UTF_8), 1, events.size()));
      }
      buffer.append(bundle.encode(events));
    }
  }

  private void fill(String... values) {
    try (DurableBuffer buffer = DurableBuffer.open(directory)) {
      for (String value : values) {
        append(buffer, value);
      }
    }
  }

  @Test
  void tailPrintsALineForEachEventBesideTheOwner() {
    try (DurableBuffer buffer = DurableBuffer.open(directory)) {
      append(buffer, "{\"a\":1}");
      append(buffer, "[\n1.50 ]", "\"x\"");
      append(buffer, "no json");
      assertThat(screen.run("tail", directory.toString())).isZero();
      assertThat(screen.out().lines())
          .containsExactly(
              "{\"sequence\":0,\"value\":{\"a\":1}}",
              "{\"sequence\":1,\"value\":[ 1.50 ]}",
              "{\"sequence\":1,\"value\":\"x\"}",
              "{\"sequence\":2,\"value\":\"no json\"}");
    }
  }

  @Test
  void aTailThatFollowsPrintsWhatIsAppendedUntilItIsStopped() throws Exception {
    StopSignal stop = StopSignal.install();
    try (DurableBuffer buffer = DurableBuffer.open(directory);
        PipedInputStream printed = new PipedInputStream();
        PrintStream out =
            new PrintStream(new PipedOutputStream(printed), false, StandardCharsets.UTF_8);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(printed, StandardCharsets.UTF_8))) {
      append(buffer, "0");
      Console console = new Console(out, screen.console().err());
      List<ExitCode> ended = new ArrayList<>();
      Thread tail =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      ended.add(new LiveTail(console, stop).run(directory, true));
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  });
      for (int n = 0; n < 20; n++) {
        assertThat(lines.readLine()).isEqualTo("{\"sequence\":" + n + ",\"value\":" + n + "}");
        append(buffer, Integer.toString(n + 1));
      }
      stop.stop();
      tail.join();
      assertThat(ended).containsExactly(ExitCode.DONE);
    }
  }

  @Test
  void aTailThatAcksPrintsEachEventOnceOverItsRuns() {
    fill("0", "1", "2");
    assertThat(screen.run("tail", "--subscriber", "a", "--ack", directory.toString())).isZero();
    assertThat(screen.out().lines())
        .containsExactly(
            "{\"sequence\":0,\"attempt\":1,\"value\":0}",
            "{\"sequence\":1,\"attempt\":1,\"value\":1}",
            "{\"sequence\":2,\"attempt\":1,\"value\":2}");
    fill("3");
    assertThat(screen.run("export", "--subscriber", "a", directory.toString())).isZero();
    assertThat(screen.out().lines()).hasSize(1);
    assertThat(screen.run("tail", "--subscriber", "a", "--ack", directory.toString())).isZero();
    assertThat(screen.out()).isEqualTo("{\"sequence\":3,\"attempt\":1,\"value\":3}\n");
    assertThat(screen.run("tail", "--subscriber", "a", "--ack", directory.toString())).isZero();
    assertThat(screen.out()).isEmpty();
    assertThat(screen.run("export", "--subscriber", "b", directory.toString())).isEqualTo(3);
    assertThat(screen.err()).contains("no subscriber b").contains("[a]");
  }

  @Test
  void whatNobodyReadsIsGivenBack() throws IOException {
    fill("0", "1");
    try (PrintStream closed = new PrintStream(new Gone(), false, StandardCharsets.UTF_8)) {
      Console console = new Console(closed, screen.console().err());
      assertThat(Holdfast.run(console, "tail", "--subscriber", "a", "--ack", directory.toString()))
          .isZero();
      assertThat(screen.err()).contains("given back");
    }
    assertThat(screen.run("tail", "--subscriber", "a", "--ack", directory.toString())).isZero();
    assertThat(screen.out().lines()).hasSize(2);
  }

  @Test
  void optionsThatDoNotGoTogetherAndWhatIsNotThereAreNamed() {
    assertThat(screen.run("tail", "--ack", directory.toString())).isEqualTo(2);
    assertThat(screen.err()).contains("--ack needs --subscriber");
    assertThat(screen.run("tail", "--subscriber", "a", directory.toString())).isEqualTo(2);
    assertThat(screen.run("tail", "--subscriber", "a b", "--ack", directory.toString()))
        .isEqualTo(3);
    assertThat(screen.err()).contains("no buffer");
    for (String command : List.of("tail", "inspect", "verify")) {
      assertThat(screen.run(command, directory.toString())).isEqualTo(3);
      assertThat(screen.err()).contains(directory.toString()).contains("no buffer");
    }
  }

  @Test
  void inspectShowsFilesAndLagBesideTheOwner() {
    try (DurableBuffer buffer = DurableBuffer.open(directory)) {
      buffer.subscribe("slow").close();
      append(buffer, "0");
      append(buffer, "1");
      assertThat(screen.run("inspect", directory.toString())).isZero();
      assertThat(screen.out())
          .contains("next sequence   2")
          .containsPattern("slow +0 +0 +2 +[\\d.]+ \\w+ +\\d+ s +0\\n")
          .containsPattern("  on disk +log [^,]+, small files [^,]+\\n")
          .containsPattern("  oldest +\\d+ s\\n")
          .containsPattern("wal/quiver.wal +0-\\d+ +0-1 +2 ");
      assertThat(screen.run("inspect", "--json", directory.toString())).isZero();
      assertThat(screen.out())
          .contains("\"next_sequence\":2")
          .contains("\"lag_bundles\":2")
          .contains("\"bytes_by_kind\":{\"log\":")
          .containsPattern("\"oldest_ts_nanos\":\\d+,");
      Json.parse(screen.out().strip().getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void verifyNamesDamageWithFileOffsetAndSequence() throws IOException {
    fill("0", "\"here\"", "2");
    assertThat(screen.run("verify", directory.toString())).isZero();
    assertThat(screen.out()).startsWith("no damage; ").contains(" 3 bundles");
    Path segment = find("segments/0000000000000001.qseg");
    byte[] bytes = Files.readAllBytes(segment);
    bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("here")] ^= 1;
    Files.delete(segment);
    Files.write(segment, bytes);
    assertThat(screen.run("verify", directory.toString())).isEqualTo(1);
    assertThat(screen.out())
        .contains("damage: " + segment + ": ")
        .contains(" at offset ")
        .contains("lost: sequence 1\n")
        .contains("2 damages; ");
    assertThat(screen.run("verify", "--json", directory.toString())).isEqualTo(1);
    assertThat(screen.out())
        .contains("\"severity\":\"damage\"")
        .contains("\"first_sequence\":1,\"last_sequence\":1")
        .contains("{\"damages\":2,");
  }

  @Test
  void verifyFindsDamageInSmallFilesAndSaysWhatATornTailIs() throws IOException {
    fill("0", "1");
    Path state = find("holdfast.state");
    byte[] bytes = Files.readAllBytes(state);
    bytes[20] ^= 1;
    Files.write(state, bytes);
    Path log = find("wal/quiver.wal");
    byte[] whole = Files.readAllBytes(log);
    Files.write(log, java.util.Arrays.copyOf(whole, whole.length - 5));
    assertThat(screen.run("verify", directory.toString())).isEqualTo(1);
    assertThat(screen.out())
        .contains("damage: " + state)
        .contains("unconfirmed: " + log)
        .contains("1 damage; ");
  }

  /** The other end of a pipe whose reader is gone. */
  private static final class Gone extends OutputStream {
    @Override
    public void write(int value) throws IOException {
      throw new IOException("Broken pipe");
    }
  }

  private Path find(String name) {
    return directory.resolve(name);
  }
}
