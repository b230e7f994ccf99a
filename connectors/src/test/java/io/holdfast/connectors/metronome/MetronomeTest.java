package io.holdfast.connectors.metronome;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.connectors.testing.Await;
import io.holdfast.connectors.testing.Wiring;
import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.SinkContext;
import io.holdfast.pipeline.runtime.Deployment;
import io.holdfast.pipeline.runtime.PipelinePlan;
import io.holdfast.script.Json;
import io.holdfast.script.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetronomeTest {
  @TempDir private Path directory;
  private final Wiring wiring = new Wiring();
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final Semaphore outages = new Semaphore(0);
  private final Semaphore repairs = new Semaphore(0);

  /** Acks what comes, and is away for as long as the test wants. */
  private void sink(SinkContext context) throws InterruptedException {
    while (true) {
      for (Parcel parcel : context.take(1, Duration.ofMillis(5))) {
        events.add(parcel.event());
        parcel.ack();
      }
      if (outages.tryAcquire()) {
        context.down("the test wants it");
        repairs.acquire();
        context.up();
      }
    }
  }

  private Deployment start(long millis) {
    Deployment deployment =
        Deployment.builder(wiring.host(directory))
            .source(
                "metronome",
                Wiring.make(
                    new MetronomeType(),
                    Wiring.spec("m", null, Map.of("interval", Value.of(millis)))))
            .pipeline("pipeline", PipelinePlan.passthrough("p", "01"))
            .sink("sink", this::sink)
            .link("metronome", "out", "pipeline", "in")
            .link("pipeline", "out", "sink", "in")
            .build();
    deployment.start();
    return deployment;
  }

  @Test
  void theFirstTickComesAtOnce() throws Exception {
    Deployment deployment = start(Duration.ofDays(300).toMillis());

    Await.until("the first tick is there", () -> !events.isEmpty());
    deployment.stop(Duration.ofSeconds(5));

    Event first = events.getFirst();
    assertThat(events).hasSize(1);
    assertThat(Json.write(first.value()))
        .isEqualTo("{\"onramp\":\"metronome\",\"ingest_ns\":" + first.ingestNanos() + ",\"id\":0}");
  }

  @Test
  void idsAreContiguousThroughAnOutageInWhichNoTickIsMade() throws Exception {
    Deployment deployment = start(1);
    Await.until("it ticks", () -> events.size() > 20);

    outages.release();
    Await.until("the sink is down", () -> deployment.summary().sinks().getFirst().down());
    Await.until(
        "all under way is settled", () -> deployment.summary().sources().getFirst().pending() <= 1);
    long emitted = deployment.summary().sources().getFirst().emitted();
    Thread.sleep(100);
    long later = deployment.summary().sources().getFirst().emitted();
    int before = events.size();
    repairs.release();
    Await.until("it ticks again", () -> events.size() > before + 20);
    long failed = deployment.stop(Duration.ofSeconds(5)).failed();

    // One tick may have been under way when the flow closed.
    assertThat(later - emitted).isLessThanOrEqualTo(1);
    // Ids have no holes but for those that were handed to the sink as it went down.
    long last = events.getLast().id();
    assertThat(events.size() + failed).isEqualTo(last + 1);
    assertThat(events).extracting(Event::id).isSorted();
  }

  @Test
  void anIntervalThatIsNoneIsRefused() {
    assertThat(
            Wiring.errorsOf(
                new MetronomeType(),
                Wiring.spec("m", null, Map.of("interval", Value.of(0), "intervall", Value.of(1)))))
        .containsExactly(
            "'interval' of source 'm' is 0, but must be 1 to 31536000000",
            "unknown key 'intervall' of source 'm'; did you mean 'interval'?");
  }
}
