package io.holdfast.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.connectors.testing.Await;
import io.holdfast.connectors.testing.RetryingSource;
import io.holdfast.connectors.testing.Wiring;
import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.Sink;
import io.holdfast.pipeline.Source;
import io.holdfast.pipeline.runtime.Deployment;
import io.holdfast.pipeline.runtime.PipelinePlan;
import io.holdfast.pipeline.runtime.Summary;
import io.holdfast.script.Value;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTest {
  @TempDir private Path directory;
  private final Wiring wiring = new Wiring();

  private Source in(Path file, @Nullable String codec) {
    return Wiring.make(
        new FileSourceType(),
        Wiring.spec(
            "in", codec, Map.of("source", Value.of(file.toString()), "close_on_done", Value.TRUE)));
  }

  private Sink out(Path file, @Nullable String codec) {
    return Wiring.make(
        new FileSinkType(), Wiring.spec("out", codec, Map.of("file", Value.of(file.toString()))));
  }

  private Deployment start(Source source, Sink sink) {
    Deployment deployment =
        Deployment.builder(wiring.host(directory))
            .source("in", source)
            .pipeline("pipeline", PipelinePlan.passthrough("p", "01"))
            .sink("out", sink)
            .link("in", "out", "pipeline", "in")
            .link("pipeline", "out", "out", "in")
            .build();
    deployment.start();
    return deployment;
  }

  private Summary runToItsEnd(Source source, Sink sink) throws InterruptedException {
    Deployment deployment = start(source, sink);
    Await.until("all is delivered", deployment::isStopDue);
    return deployment.stop(Duration.ofSeconds(5));
  }

  @Test
  void everyLineGoesFromOneFileToTheOtherInOrder() throws Exception {
    Path from = directory.resolve("from.jsonl");
    Path to = directory.resolve("to.jsonl");
    List<String> lines = IntStream.range(0, 5000).mapToObj(i -> "{\"n\":" + i + "}").toList();
    Files.write(from, lines);

    Summary summary = runToItsEnd(in(from, null), out(to, null));

    assertThat(Files.readAllLines(to)).isEqualTo(lines);
    assertThat(summary.accepted()).isEqualTo(5000);
    assertThat(summary.delivered()).isEqualTo(5000);
    assertThat(wiring.told()).isEmpty();
  }

  @Test
  void twoSinksDoNotWriteOverEachOther() throws Exception {
    Path from = directory.resolve("from.jsonl");
    Path to = directory.resolve("to.jsonl");
    List<String> lines = IntStream.range(0, 100).mapToObj(i -> "{\"n\":" + i + "}").toList();
    Files.write(from, lines);
    Deployment first = start(in(from, null), out(to, null));
    Await.until("all is delivered", first::isStopDue);

    Deployment second = start(in(from, null), out(to, null));
    Await.until(
        "it is said",
        () -> wiring.told().stream().anyMatch(it -> it.toString().contains("another sink")));
    Summary nothing = second.stop(Duration.ZERO);
    Summary _ = first.stop(Duration.ofSeconds(5));

    assertThat(nothing.delivered()).isZero();
    assertThat(Files.readAllLines(to)).isEqualTo(lines);
  }

  @Test
  void aLastLineWithoutAnEndAndLinesFromWindowsAreReadAsTheyAreMeant() throws Exception {
    Path from = directory.resolve("from.txt");
    Path to = directory.resolve("to.txt");
    Files.writeString(from, "one\r\n\ntwo\nthree");

    runToItsEnd(in(from, "string"), out(to, "string"));

    assertThat(Files.readAllLines(to)).containsExactly("one", "two", "three");
  }

  @Test
  void aLineThatIsNoJsonIsNamedAndLeftOut() throws Exception {
    Path from = directory.resolve("from.jsonl");
    Path to = directory.resolve("to.jsonl");
    Files.writeString(from, "1\n{oops\n2\n");

    runToItsEnd(in(from, null), out(to, null));

    assertThat(Files.readAllLines(to)).containsExactly("1", "2");
    assertThat(wiring.told()).singleElement().asString().contains(from + ":2: ", "left out");
  }

  @Test
  void aFileThatIsAppendedToKeepsWhatItHasAndAHalfLineIsEnded() throws Exception {
    Path from = directory.resolve("from.jsonl");
    Path to = directory.resolve("to.jsonl");
    Files.writeString(from, "2\n");
    Files.writeString(to, "1\n{\"half");

    runToItsEnd(in(from, null), out(to, null));

    assertThat(Files.readAllLines(to)).containsExactly("1", "{\"half", "2");
  }

  @Test
  void aSourceFileThatDoesNotExistIsNamed() throws Exception {
    Deployment deployment =
        start(in(directory.resolve("nowhere"), null), out(directory.resolve("to"), null));
    Await.until("it is told", () -> !wiring.told().isEmpty());
    deployment.stop(Duration.ZERO);

    assertThat(wiring.told())
        .containsExactly("in: stopped: there is no file " + directory.resolve("nowhere"));
  }

  @Test
  void aSinkThatCannotWriteOpensItsBreakerOnceAndGoesOnWhenItCan() throws Exception {
    Path folder = directory.resolve("later");
    Path to = folder.resolve("to.jsonl");
    Deployment deployment = start(new RetryingSource(50, 10), out(to, null));
    Await.until("it is told", () -> !wiring.told().isEmpty());
    // Long enough for several tries.
    Thread.sleep(500);
    assertThat(wiring.told(Notice.BreakerOpened.class)).hasSize(1);

    Files.createDirectory(folder);
    Await.until("all is delivered", deployment::isFinished);
    deployment.stop(Duration.ofSeconds(5));

    assertThat(Files.readAllLines(to))
        .containsExactlyElementsOf(IntStream.range(0, 50).mapToObj(Integer::toString).toList());
    assertThat(wiring.told(Notice.BreakerClosed.class)).hasSize(1);
  }

  @Test
  void aFullDiskOpensTheBreaker() throws Exception {
    // Writing to it fails with "no space left on device".
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "there is no " + full);
    Deployment deployment = start(new RetryingSource(1, 1), out(full, null));
    Await.until("it is told", () -> !wiring.told().isEmpty());
    Summary summary = deployment.stop(Duration.ZERO);

    assertThat(wiring.told(Notice.BreakerOpened.class).getFirst().reason())
        .contains("cannot write /dev/full");
    assertThat(summary.delivered()).isZero();
  }

  @Test
  void settingsThatAreWrongAreNamed() {
    assertThat(
            Wiring.errorsOf(
                new FileSinkType(), Wiring.spec("out", "jsn", Map.of("fil", Value.of("x")))))
        .containsExactly(
            "unknown codec 'jsn' of 'out'; did you mean 'json'?",
            "sink 'out' needs 'file'",
            "unknown key 'fil' of sink 'out'; did you mean 'file'?");
  }
}
