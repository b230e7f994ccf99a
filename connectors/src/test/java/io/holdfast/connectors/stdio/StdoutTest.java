package io.holdfast.connectors.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.connectors.codec.Codecs;
import io.holdfast.connectors.testing.Await;
import io.holdfast.connectors.testing.RetryingSource;
import io.holdfast.connectors.testing.Wiring;
import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.runtime.Deployment;
import io.holdfast.pipeline.runtime.PipelinePlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StdoutTest {
  @TempDir private Path directory;
  private final Wiring wiring = new Wiring();

  private Deployment start(OutputStream stream) {
    Deployment deployment =
        Deployment.builder(wiring.host(directory))
            .source("source", new RetryingSource(3, 3))
            .pipeline("pipeline", PipelinePlan.passthrough("p", "01"))
            .sink(
                "stdout",
                new Stdout(
                    new PrintStream(stream, false, StandardCharsets.UTF_8), Codecs.JSON, "> "))
            .link("source", "out", "pipeline", "in")
            .link("pipeline", "out", "stdout", "in")
            .build();
    deployment.start();
    return deployment;
  }

  @Test
  void everyEventIsALineWithThePrefix() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Deployment deployment = start(bytes);
    Await.until("all is delivered", deployment::isFinished);
    deployment.stop(Duration.ofSeconds(5));

    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("> 0\n> 1\n> 2\n");
  }

  @Test
  void aStreamThatNobodyReadsIsToldOnceAndTakesNothingMore() throws Exception {
    Deployment deployment =
        start(
            new OutputStream() {
              @Override
              public void write(int one) throws IOException {
                throw new IOException("Broken pipe");
              }
            });
    Await.until("it has ended", () -> !wiring.told(Notice.ConnectorFailed.class).isEmpty());
    var summary = deployment.stop(Duration.ZERO);

    assertThat(summary.delivered()).isZero();
    assertThat(summary.sinks().getFirst().down()).isTrue();
  }
}
