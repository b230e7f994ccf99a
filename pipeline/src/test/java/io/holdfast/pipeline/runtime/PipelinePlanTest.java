package io.holdfast.pipeline.runtime;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.pipeline.BufferPlan;
import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.Outcome;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.config.ConfigError;
import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.script.Environment;
import io.holdfast.script.Json;
import io.holdfast.script.Query;
import io.holdfast.script.SourceFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelinePlanTest {
  /** The tutorial's. */
  private static final String TUTORIAL =
      """
      use tremor::system;
      define qos::wal operator on_disk_wal
      with
        read_count = 20,
        max_elements = 1000, # Capacity limit of 1000 stored events
        max_bytes = 10485760 # Capacity limit of 1MB of events
      end;
      create operator on_disk_wal;
      select patch event of
        insert hostname = system::hostname()
      end
      from in into on_disk_wal;
      select event from on_disk_wal into out;
      """;

  @TempDir private Path directory;
  private final ConfigErrors errors = new ConfigErrors();
  private final TestOutlet out = new TestOutlet();
  private final SteppedLoop loop = new SteppedLoop();

  private PipelinePlan plan(String text) {
    PipelinePlan plan =
        PipelinePlan.of(
            Query.load(SourceFile.of("persistent.trickle", text)),
            "persistent",
            "01",
            directory.resolve("data"),
            directory,
            errors);
    assertThat(errors.list()).isEmpty();
    return requireNonNull(plan);
  }

  private List<String> errorsOf(String text) {
    assertThat(
            PipelinePlan.of(
                Query.load(SourceFile.of("q.trickle", text)),
                "q",
                "01",
                directory.resolve("data"),
                directory,
                errors))
        .isNull();
    return errors.list().stream().map(ConfigError::toString).toList();
  }

  private Pipeline start(String text) {
    Host host =
        Host.of(directory.resolve("data"), directory)
            .withLoops(name -> loop)
            .withTime(loop)
            .withEnvironment(Environment.system("tremor", "1"))
            .withListener(notice -> {});
    Pipeline pipeline = new Pipeline(plan(text), host);
    pipeline.connect("out", out);
    pipeline.start();
    return pipeline;
  }

  private List<Outcome> deliver(Pipeline pipeline, String... json) {
    List<Outcome> told = new ArrayList<>();
    List<Parcel> parcels = new ArrayList<>();
    for (String text : json) {
      parcels.add(Parcel.of(Event.of(Json.parse(text), 0, null, parcels.size()), told::add));
    }
    pipeline.inlet("in").deliver(parcels);
    return told;
  }

  @Test
  void theTutorialIsReadAsItIs() {
    PipelinePlan plan = plan(TUTORIAL);

    assertThat(plan.name()).isEqualTo("persistent/01");
    assertThat(plan.inputs()).contains("in");
    assertThat(plan.outputs()).contains("out", "err");
    assertThat(plan.steps())
        .extracting(PipelinePlan.Step::kind)
        .containsExactlyInAnyOrder("qos::wal", "select", "select");
    assertThat(plan.buffers()).hasSize(1);
    BufferPlan buffer = plan.buffers().getFirst();
    assertThat(buffer.directory()).isEqualTo(directory.resolve("data/persistent/01/on_disk_wal"));
    assertThat(buffer.inQuery()).isFalse();
    assertThat(buffer.description())
        .isEqualTo("read_count 20, at most 1000 events, at most 10485760 bytes");
  }

  @Test
  void theTutorialRunsThroughItsBuffer() throws Exception {
    Pipeline pipeline = start(TUTORIAL);
    List<Outcome> told = deliver(pipeline, "{\"onramp\":\"metronome\",\"id\":0}");

    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (out.waiting.isEmpty()) {
      loop.run();
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(1);
    }

    assertThat(told).containsExactly(Outcome.ACKED);
    assertThat(Json.write(out.waiting.getFirst().event().value()))
        .isEqualTo(
            "{\"onramp\":\"metronome\",\"id\":0,\"hostname\":\""
                + Environment.system("tremor", "1").hostname()
                + "\"}");
    var closing = pipeline.closeAsync();
    loop.run();
    assertThat(closing).isCompleted();
  }

  @Test
  void whatAQueryFiltersIsAckedAndItsErrorsAreRefusedWithTheirPlace() {
    Pipeline pipeline = start("select event.n + 1 from in where event.n > 2 into out;");

    List<Outcome> told = deliver(pipeline, "{\"n\":1}", "{\"n\":3}", "{\"n\":\"x\"}");
    loop.run();
    out.take().forEach(Parcel::ack);

    assertThat(out.seen).containsExactly(1L);
    assertThat(told).hasSize(3);
    assertThat(told).filteredOn(Outcome::isAcked).hasSize(2);
    assertThat(told)
        .filteredOn(outcome -> !outcome.isAcked())
        .singleElement()
        .extracting(Outcome::reason)
        .asString()
        .startsWith("persistent.trickle:1:");
  }

  @Test
  void everythingThatIsWrongWithTheOperatorsIsNamedWithItsPlace() {
    assertThat(
            errorsOf(
                """
                define qos::wall operator a;
                create operator a;
                define qos::wal operator b with
                  read_count = "x",
                  max_element = 1
                end;
                create operator b;
                select event from in into a;
                select event from a into b;
                select event from b into out;
                """))
        .satisfiesExactlyInAnyOrder(
            error ->
                assertThat(error)
                    .startsWith("q.trickle:1:8: unknown operator type 'qos::wall'; did you mean")
                    .endsWith("'qos::wal'?"),
            error -> assertThat(error).startsWith("q.trickle:4:16: 'read_count' of operator 'b'"),
            error ->
                assertThat(error)
                    .startsWith("q.trickle:5:3: unknown key 'max_element'")
                    .endsWith("did you mean 'max_elements'?"),
            error -> assertThat(error).contains("needs 'max_elements' or 'max_bytes'"));
  }

  @Test
  void twoBuffersInOneDirectoryAreRefused() {
    String query =
        """
        define qos::wal operator a with read_count = 1, max_elements = 1, dir = "store" end;
        create operator a;
        select event from in into a;
        select event from a into out;
        """;
    List<BufferPlan> buffers = new ArrayList<>(plan(query).buffers());
    assertThat(buffers.getFirst().inQuery()).isTrue();
    assertThat(buffers.getFirst().directory()).isEqualTo(directory.resolve("store"));
    PipelinePlan.checkDirectories(buffers, errors);
    assertThat(errors.isEmpty()).isTrue();

    buffers.addAll(plan(query).buffers());
    PipelinePlan.checkDirectories(buffers, errors);

    assertThat(errors.list()).hasSize(1);
    assertThat(errors.list().getFirst().message()).contains("persistent/01/a", "is already");
  }
}
