package io.holdfast.connectors.system;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.connectors.Connectors;
import io.holdfast.connectors.testing.Await;
import io.holdfast.connectors.testing.Wiring;
import io.holdfast.connectors.ws.RawServer;
import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.runtime.Deployment;
import io.holdfast.pipeline.runtime.PipelinePlan;
import io.holdfast.pipeline.runtime.Summary;
import io.holdfast.script.Json;
import io.holdfast.script.Query;
import io.holdfast.script.RecordValue;
import io.holdfast.script.SourceFile;
import io.holdfast.script.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tutorial's pipeline, faster, with a peer that comes and goes and a host that restarts. */
class TutorialTest {
  private static final String QUERY =
      """
      use tremor::system;
      define qos::wal operator on_disk_wal
      with
        read_count = 20,
        max_elements = 1000,
        max_bytes = 10485760
      end;
      create operator on_disk_wal;
      select patch event of
        insert hostname = system::hostname()
      end
      from in into on_disk_wal;
      select event from on_disk_wal into out;
      """;

  @TempDir private Path directory;
  private final Wiring wiring = new Wiring();
  private final List<String> messages = new CopyOnWriteArrayList<>();

  private Deployment start(int port) {
    ConfigErrors errors = new ConfigErrors();
    PipelinePlan plan =
        PipelinePlan.of(
            Query.load(SourceFile.of("persistent.trickle", QUERY)),
            "persistent",
            "01",
            directory.resolve("data"),
            directory,
            errors);
    assertThat(errors.list()).isEmpty();
    Deployment deployment =
        Deployment.builder(wiring.host(directory))
            .source(
                "metronome",
                Wiring.make(
                    requireNonNull(Connectors.sources().get("metronome")),
                    Wiring.spec("metronome", null, Map.of("interval", Value.of(2)))))
            .pipeline("persistent", requireNonNull(plan))
            .sink(
                "ws",
                Wiring.make(
                    requireNonNull(Connectors.sinks().get("ws")),
                    Wiring.spec(
                        "ws",
                        null,
                        Map.of(
                            "url", Value.of("ws://localhost:" + port + "/"),
                            "ack_timeout", Value.of(500)))))
            .link("metronome", "out", "persistent", "in")
            .link("persistent", "out", "ws", "in")
            .build();
    deployment.start();
    return deployment;
  }

  private List<Long> ids() {
    List<Long> ids = new ArrayList<>();
    for (String message : messages) {
      if (Json.parse(message) instanceof RecordValue fields
          && fields.get("id") instanceof Value.Int(long id)) {
        ids.add(id);
      }
    }
    return ids;
  }

  private void awaitMore(int count) throws InterruptedException {
    int before = messages.size();
    Await.until("more arrives", () -> messages.size() > before + count);
  }

  @Test
  void everyIdArrivesInOrderThroughTheDeathOfThePeerAndTheRestartOfTheHost() throws Exception {
    RawServer first = new RawServer(0, messages, RawServer::behaveWell);
    int port = first.port();
    Deployment deployment = start(port);
    awaitMore(30);
    first.close();
    Await.until("a backlog grows", () -> deployment.summary().kept() > 30);
    try (RawServer _ = new RawServer(port, messages, RawServer::behaveWell)) {
      // A tick every two milliseconds: one or another is always on its way.
      Await.until("the backlog is gone", () -> deployment.summary().kept() < 10);
      awaitMore(30);
    }
    Await.until("a backlog grows again", () -> deployment.summary().kept() > 30);
    Summary summary = deployment.stop(Duration.ofSeconds(5));

    long accepted = summary.accepted();
    assertThat(summary.failed()).isZero();
    assertThat(summary.repeated()).isPositive();
    assertThat(summary.kept()).isBetween(30L, accepted);

    List<Long> firstRun = ids();
    messages.clear();
    Deployment again = start(port);
    try (RawServer _ = new RawServer(port, messages, RawServer::behaveWell)) {
      Await.until("what was kept is delivered", () -> messages.size() > summary.kept() + 10);
      again.stop(Duration.ofSeconds(5));
    }
    List<Long> secondRun = ids();

    // What was kept comes first, then the new run from 0 on.
    int newRun = secondRun.lastIndexOf(0L);
    List<Long> all = new ArrayList<>(firstRun);
    all.addAll(secondRun.subList(0, newRun));
    assertThat(all.stream().distinct())
        .containsExactlyElementsOf(LongStream.range(0, accepted).boxed().toList());
    assertThat(secondRun.subList(newRun, secondRun.size()).stream().distinct())
        .containsExactlyElementsOf(LongStream.rangeClosed(0, secondRun.getLast()).boxed().toList());
  }
}
