package io.holdfast.pipeline.runtime;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.Hold;
import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.Outcome;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.config.ConfigError;
import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.script.Json;
import io.holdfast.script.Query;
import io.holdfast.script.SourceFile;
import io.holdfast.script.Value;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Operators that hold events back, deal them out, or let a part of them through. */
class FlowOperatorsTest {
  private final SteppedLoop loop = new SteppedLoop();
  private final Ledger ledger = new Ledger();
  private final TestOutlet out = new TestOutlet();
  private final TestOutlet other = new TestOutlet();

  @Test
  void aBatchGoesOnTogetherAndIsSettledEventByEvent() {
    Pipeline pipeline = start("generic::batch", "count = 3", "out", "err");

    deliver(pipeline, 2);
    assertThat(out.seen).isEmpty();
    assertThat(pipeline.pending()).isEqualTo(2);

    deliver(pipeline, 2);
    assertThat(out.seen).containsExactly(0L, 1L, 2L);
    List<Parcel> batch = out.take();
    batch.get(0).ack();
    batch.get(1).refuse("no");
    assertThat(ledger.outcomes.get(0L)).containsExactly(Outcome.ACKED);
    assertThat(ledger.outcomes.get(1L)).containsExactly(Outcome.refused("no"));
    assertThat(ledger.outcomes.get(2L)).isEmpty();
  }

  @Test
  void aBatchGoesOnWhenItsTimeIsOver() {
    Pipeline pipeline = start("generic::batch", "count = 3, timeout = 50", "out", "err");

    deliver(pipeline, 1);
    passTime();
    assertThat(out.seen).containsExactly(0L);

    // The timer of a batch that was full is not one for the next.
    deliver(pipeline, 4);
    assertThat(out.seen).containsExactly(0L, 1L, 2L, 3L);
    passTime();
    assertThat(out.seen).as("the timer of the full one").hasSize(4);
    passTime();
    assertThat(out.seen).containsExactly(0L, 1L, 2L, 3L, 4L);
  }

  @Test
  void aBatchThatIsDueWaitsUntilItIsTaken() {
    Pipeline pipeline = start("generic::batch", "count = 3, timeout = 50", "out", "err");
    deliver(pipeline, 1);

    out.valve().set(false);
    loop.run();
    passTime();
    assertThat(out.seen).isEmpty();
    out.valve().set(true);
    loop.run();
    assertThat(out.seen).containsExactly(0L);
  }

  @Test
  void aBatchDoesNotWaitForCompanyWhileTheHostStops() {
    Pipeline pipeline = start("generic::batch", "count = 3", "out", "err");
    deliver(pipeline, 2);

    pipeline.drain();
    loop.run();
    assertThat(out.seen).containsExactly(0L, 1L);
    deliver(pipeline, 1);
    assertThat(out.seen).containsExactly(0L, 1L, 2L);
    assertThat(pipeline.pending()).isZero();
  }

  @Test
  void whatNothingTakesWhileTheHostStopsIsNeitherSettledNorWaitedFor() {
    Pipeline pipeline = start("generic::batch", "count = 3", "out", "err");
    deliver(pipeline, 2);
    out.valve().set(false);
    loop.run();

    pipeline.drain();
    loop.run();
    assertThat(out.seen).isEmpty();
    assertThat(pipeline.pending()).isZero();
    assertThat(ledger.outcomes.get(0L)).isEmpty();

    out.valve().set(true);
    loop.run();
    assertThat(out.seen).containsExactly(0L, 1L);
  }

  @Test
  void dealingOutPassesOverWhatIsClosed() {
    Pipeline pipeline = start("qos::roundrobin", "outputs = [\"a\", \"b\"]", "a", "b");

    deliver(pipeline, 3);
    assertThat(out.seen).containsExactly(0L, 2L);
    assertThat(other.seen).containsExactly(1L);

    other.valve().set(false);
    loop.run();
    assertThat(pipeline.inlet("in").valve().isOpen()).isTrue();
    deliver(pipeline, 2);
    assertThat(out.seen).containsExactly(0L, 2L, 3L, 4L);

    out.valve().set(false);
    loop.run();
    assertThat(pipeline.inlet("in").valve().isOpen()).as("all are closed").isFalse();

    other.valve().set(true);
    loop.run();
    assertThat(pipeline.inlet("in").valve().isOpen()).isTrue();
    deliver(pipeline, 1);
    assertThat(other.seen).containsExactly(1L, 5L);
  }

  @Test
  void backpressureSendsEventsAsideAfterBadOnes() {
    Pipeline pipeline =
        start("qos::backpressure", "timeout = 100, steps = [10, 1000]", "out", "overflow");
    deliver(pipeline, 2);
    assertThat(out.seen).containsExactly(0L, 1L);

    out.take().forEach(parcel -> parcel.fail("down"));
    loop.run();
    deliver(pipeline, 1);
    assertThat(other.seen).as("within the second step").containsExactly(2L);

    sleep(Duration.ofSeconds(1));
    deliver(pipeline, 2);
    assertThat(out.seen).as("one each step").containsExactly(0L, 1L, 3L);
    assertThat(other.seen).containsExactly(2L, 4L);

    out.take().forEach(Parcel::ack);
    loop.run();
    deliver(pipeline, 2);
    assertThat(out.seen).as("all is well again").containsExactly(0L, 1L, 3L, 5L, 6L);
    assertThat(ledger.outcomes.get(0L)).containsExactly(Outcome.failed("down"));
    assertThat(ledger.outcomes.get(3L)).containsExactly(Outcome.ACKED);
    ledger.checkNoneTwice();
  }

  @Test
  void whatTakesLongIsBadToo() {
    Pipeline pipeline = start("qos::backpressure", "timeout = 100.5", "out", "overflow");
    deliver(pipeline, 1);
    sleep(Duration.ofMillis(101));
    out.take().forEach(Parcel::ack);
    loop.run();

    deliver(pipeline, 1);
    assertThat(other.seen).containsExactly(1L);
  }

  @Test
  void theTimeForWhichAnEventIsHeldIsNoSlowness() {
    Pipeline pipeline = start("qos::backpressure", "timeout = 100", "out", "overflow");
    deliver(pipeline, 2);
    List<Parcel> collected = out.take();
    collected.forEach(parcel -> parcel.hold(Hold.UNTIL_MORE));
    sleep(Duration.ofSeconds(10));
    collected.forEach(parcel -> parcel.hold(Hold.UNTIL_TIME));
    sleep(Duration.ofSeconds(10));
    collected.get(0).release();
    sleep(Duration.ofMillis(99));
    collected.get(0).ack();
    loop.run();
    deliver(pipeline, 1);
    assertThat(out.seen).containsExactly(0L, 1L, 2L);

    collected.get(1).release();
    sleep(Duration.ofMillis(101));
    collected.get(1).ack();
    loop.run();
    deliver(pipeline, 1);
    assertThat(other.seen).containsExactly(3L);
    ledger.checkNoneTwice();
  }

  @Test
  void whoKeepsOnlyTheDutyOfAnEventThatIsWatchedKeepsNoneOfItsText() {
    Pipeline pipeline = start("qos::backpressure", "timeout = 100", "out", "overflow");
    WeakReference<Value> text = deliverText(pipeline);
    Parcel duty = out.take().getFirst().withoutEvent();
    duty.hold(Hold.UNTIL_MORE);

    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (text.get() != null) {
      assertThat(System.nanoTime()).isLessThan(end);
      System.gc();
    }
    assertThat(duty.ack()).isTrue();
  }

  private WeakReference<Value> deliverText(Pipeline pipeline) {
    Value text = Value.of("text".repeat(1000));
    pipeline.inlet("in").deliver(List.of(Parcel.of(Event.of(text, 0, null, 7), _ -> {})));
    loop.run();
    return new WeakReference<>(text);
  }

  @Test
  void backpressureThatPausesClosesTheEntryForAWhile() {
    Pipeline pipeline =
        start("generic::backpressure", "timeout = 100, method = \"pause\"", "out", "overflow");
    deliver(pipeline, 1);
    out.take().forEach(parcel -> parcel.refuse("bad"));
    loop.run();
    assertThat(pipeline.inlet("in").valve().isOpen()).isFalse();

    passTime();
    assertThat(pipeline.inlet("in").valve().isOpen()).isTrue();
    deliver(pipeline, 1);
    assertThat(out.seen).containsExactly(0L, 1L);
    assertThat(other.seen).isEmpty();
  }

  @Test
  void aPercentileShrinksWithBadEventsAndGrowsWithGoodOnes() {
    Pipeline pipeline =
        start(
            "qos::percentile", "timeout = 100, step_down = 0.6, step_up = 0.6", "out", "overflow");
    int half = 0xFFFF / 2;
    deliverAt(pipeline, half, 0xFFFE);
    assertThat(out.seen).as("at first all").containsExactly(0L, 1L);

    List<Parcel> parcels = out.take();
    parcels.get(0).fail("no");
    loop.run();
    deliverAt(pipeline, half, 100);
    assertThat(other.seen).containsExactly(2L);
    assertThat(out.seen).containsExactly(0L, 1L, 3L);

    parcels.get(1).ack();
    loop.run();
    deliverAt(pipeline, half);
    assertThat(out.seen).containsExactly(0L, 1L, 3L, 4L);
  }

  @Test
  void anEventThatIsHeldCountsOnceUnlessItIsBadInTheEnd() {
    Pipeline pipeline =
        start(
            "qos::percentile", "timeout = 100, step_down = 0.5, step_up = 0.3", "out", "overflow");
    int most = 0xFFFF / 10 * 9;
    deliver(pipeline, 3);
    List<Parcel> parcels = out.take();
    parcels.get(0).fail("no");
    Parcel held = parcels.get(1);
    held.hold(Hold.UNTIL_MORE);
    held.release();
    held.hold(Hold.UNTIL_TIME);
    held.ack();
    loop.run();
    deliverAt(pipeline, most, 0xFFFF / 10 * 7);
    assertThat(other.seen).as("not twice").containsExactly(3L);
    assertThat(out.seen).as("once").containsExactly(0L, 1L, 2L, 4L);

    Parcel bad = parcels.get(2);
    bad.hold(Hold.UNTIL_MORE);
    loop.run();
    deliverAt(pipeline, most);
    assertThat(other.seen).containsExactly(3L);
    bad.fail("no");
    loop.run();
    deliverAt(pipeline, 0xFFFF / 10 * 6, 0xFFFF / 10 * 4);
    assertThat(other.seen).containsExactly(3L, 6L);
    Parcel late = out.take().getLast();
    sleep(Duration.ofMillis(101));
    late.hold(Hold.UNTIL_MORE);
    late.fail("no");
    loop.run();
    deliverAt(pipeline, 0);
    assertThat(out.seen).contains(8L);
  }

  @Test
  void aHistoryIsKeptInTheMetadata() {
    Pipeline pipeline = start("debug::history", "op = \"here\", name = \"seen\"", "out", "err");
    deliver(pipeline, 2);
    assertThat(out.waiting.stream().map(it -> Json.write(it.event().meta())))
        .containsExactly("{\"seen\":[\"evt: here(0)\"]}", "{\"seen\":[\"evt: here(1)\"]}");
  }

  @Test
  void wrongSettingsAreSaidAllAtOnce() {
    assertThat(
            errorsOf(
                """
                define qos::roundrobin operator r with outputs = [] end;
                define qos::backpressure operator b with steps = [-1], method = "stop" end;
                define qos::percentile operator p with timeout = 1, step_up = 2 end;
                define generic::batch operator g;
                define debug::history operator h with op = 1 end;
                create operator r; create operator b; create operator p; create operator g;
                create operator h;
                """))
        .containsExactlyInAnyOrder(
            "q.trickle:1:50: operator 'r' needs 'outputs', the ports that it deals out to",
            "q.trickle:6:20: operator 'b' needs 'timeout'",
            "q.trickle:2:50: 'steps' of operator 'b' is -1, but must be 0 to 31536000000",
            "q.trickle:2:65: 'method' of operator 'b' is 'stop'; known: discard, pause",
            "q.trickle:3:63: 'step_up' of operator 'p' is 2.0, but must be 0.0 to 1.0",
            "q.trickle:6:58: operator 'g' needs 'count'",
            "q.trickle:5:44: 'op' of operator 'h' must be a string, not an integer",
            "q.trickle:7:1: operator 'h' needs 'name'");
  }

  @Test
  void theOutputsOfARoundRobinAreThoseThatItSays() {
    assertThat(
            errorsOf(
                """
                define qos::roundrobin operator r with outputs = ["a"] end;
                create operator r;
                select event from in into r;
                select event from r/b into out;
                """))
        .singleElement()
        .asString()
        .startsWith("q.trickle:4:19: operator 'r' has no output 'b'");
  }

  /** A pipeline of one operator with two outputs. */
  private Pipeline start(String type, String settings, String first, String second) {
    ConfigErrors errors = new ConfigErrors();
    PipelinePlan plan =
        plan(
            """
            define %s operator o with %s end;
            create operator o;
            select event from in into o;
            select event from o/%s into out;
            select event from o/%s into out/other;
            """
                .formatted(type, settings, first, second),
            errors);
    assertThat(errors.list()).isEmpty();
    Host host =
        Host.of(Path.of("data"), Path.of(""))
            .withLoops(_ -> loop)
            .withTime(loop)
            .withListener(_ -> {});
    Pipeline pipeline = new Pipeline(requireNonNull(plan), host);
    pipeline.connect("out", out);
    pipeline.connect("other", other);
    pipeline.start();
    loop.run();
    return pipeline;
  }

  private static List<String> errorsOf(String query) {
    ConfigErrors errors = new ConfigErrors();
    assertThat(plan(query, errors)).isNull();
    return errors.list().stream().map(ConfigError::toString).toList();
  }

  private static @Nullable PipelinePlan plan(String query, ConfigErrors errors) {
    return PipelinePlan.of(
        Query.load(SourceFile.of("q.trickle", query)),
        "q",
        "01",
        Path.of("data"),
        Path.of(""),
        errors);
  }

  private void deliver(Pipeline pipeline, int count) {
    pipeline.inlet("in").deliver(ledger.handOut(count));
    loop.run();
  }

  private void deliverAt(Pipeline pipeline, long... times) {
    List<Parcel> parcels = new ArrayList<>();
    for (long nanos : times) {
      for (Parcel parcel : ledger.handOut(1)) {
        long id = parcel.event().id();
        parcels.add(parcel.with(Event.of(Value.of(id), nanos, null, id)));
      }
    }
    pipeline.inlet("in").deliver(parcels);
    loop.run();
  }

  /** Moves the clock to the next timer. */
  private void passTime() {
    loop.advance();
    loop.run();
  }

  private void sleep(Duration time) {
    loop.schedule(time, () -> {});
    passTime();
  }
}
