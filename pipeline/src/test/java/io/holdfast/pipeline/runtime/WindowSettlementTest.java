package io.holdfast.pipeline.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.Hold;
import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.Outcome;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.Settlement;
import io.holdfast.pipeline.SinkContext;
import io.holdfast.pipeline.Source;
import io.holdfast.pipeline.SourceContext;
import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.script.Json;
import io.holdfast.script.Query;
import io.holdfast.script.SourceFile;
import io.holdfast.script.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** A window settles its members when its result is settled. */
class WindowSettlementTest {
  private static final Outcome NO = Outcome.failed("no");

  private static QueryBench start(boolean withErr, String query) {
    return new QueryBench(Path.of("nowhere"), withErr, query);
  }

  private static QueryBench start(String query) {
    return start(false, query);
  }

  private static final String PAIRS =
      """
      define tumbling window pair with size = 2 end;
      select aggr::win::collect_flattened(event) from in[pair] into out;
      """;

  @Test
  void theEventsOfAWindowAreSettledAsItsResultIs() {
    QueryBench bench = start(PAIRS);

    bench.deliverNumbers(5);
    assertThat(bench.results()).containsExactly("[0,1]", "[2,3]");
    assertThat(bench.out.seen).as("the id of the event that closes it").containsExactly(1L, 3L);
    assertThat(bench.settled()).isZero();
    List<Parcel> results = bench.out.take();
    results.get(0).ack();
    assertThat(bench.outcomes(0)).containsExactly(Outcome.ACKED);
    assertThat(bench.outcomes(1)).containsExactly(Outcome.ACKED);
    assertThat(bench.settled()).isEqualTo(2);
    results.get(1).settle(NO);

    assertThat(bench.outcomes(2)).containsExactly(NO);
    assertThat(bench.outcomes(3)).containsExactly(NO);
    assertThat(bench.outcomes(4)).as("in an open window").isEmpty();
    assertThat(bench.pipeline.pending()).isZero();
  }

  @Test
  void anEventOfSeveralGroupsIsSettledWhenAllTheirResultsAre() {
    QueryBench bench =
        start(
            """
            define tumbling window pair with size = 2 end;
            select group[0] from in[pair] group by each(event) into out;
            """);

    bench.deliver("[1,2]", "[1]");
    assertThat(bench.results()).containsExactly("1");
    bench.out.take().forEach(Parcel::ack);
    assertThat(bench.outcomes(0)).isEmpty();
    assertThat(bench.outcomes(1)).containsExactly(Outcome.ACKED);

    bench.deliver("[2]");
    bench.out.take().forEach(parcel -> parcel.settle(NO));
    assertThat(bench.outcomes(0)).containsExactly(NO);
    assertThat(bench.outcomes(2)).containsExactly(NO);
  }

  @Test
  void theEventsOfAWindowBehindAnotherWaitForBothResults() {
    QueryBench bench =
        start(
            """
            define tumbling window pair with size = 2 end;
            select [window, aggr::win::collect_flattened(event)] from in[pair, pair] into out;
            """);

    bench.deliverNumbers(2);
    bench.out.take().forEach(Parcel::ack);
    assertThat(bench.settled()).isZero();
    bench.deliverNumbers(2);
    assertThat(bench.results()).containsExactly("[\"pair\",[2,3]]", "[\"pair\",[0,1,2,3]]");
    List<Parcel> results = bench.out.take();
    results.get(1).ack();
    assertThat(bench.outcomes(0)).containsExactly(Outcome.ACKED);
    assertThat(bench.outcomes(2)).isEmpty();
    results.get(0).settle(NO);

    assertThat(bench.outcomes(1)).containsExactly(Outcome.ACKED);
    assertThat(bench.outcomes(2)).containsExactly(NO);
    assertThat(bench.outcomes(3)).containsExactly(NO);
  }

  @Test
  void whatIsFilteredOrForgottenIsAcked() {
    QueryBench bench =
        start(
            """
            define tumbling window pair with size = 2, eviction_period = 10 end;
            select aggr::stats::sum(event) from in[pair] where event > 0 group by event % 10
            into out having event > 10;
            """);

    bench.deliverAt(1, "0", "1");
    assertThat(bench.outcomes(0)).as("by where").containsExactly(Outcome.ACKED);
    assertThat(bench.outcomes(1)).isEmpty();
    bench.deliverAt(2, "1");
    assertThat(bench.outcomes(1)).as("by having").containsExactly(Outcome.ACKED);
    assertThat(bench.outcomes(2)).as("by having").containsExactly(Outcome.ACKED);

    bench.deliverAt(3, "2");
    bench.deliverAt(20, "3");
    assertThat(bench.outcomes(3)).isEmpty();
    bench.deliverAt(40, "4");
    assertThat(bench.outcomes(3)).as("of a group that is forgotten").containsExactly(Outcome.ACKED);
    assertThat(bench.out.seen).isEmpty();
  }

  @Test
  void anEventIsHeldUntilTimeWhereTimeClosesItsWindow() throws Exception {
    QueryBench bench =
        start(
            """
            define tumbling window pair with size = 2 end;
            define tumbling window second with interval = 1000000000 end;
            define tumbling window told with interval = 10 script event end;
            define generic::batch operator three with count = 3 end;
            define generic::batch operator timed with count = 3, timeout = 50 end;
            create operator three;
            create operator timed;
            select aggr::stats::count() from in[pair] where event == 0 into out;
            select aggr::stats::count() from in[second] where event == 1 into out;
            select aggr::stats::count() from in[told] where event == 2 into out;
            select aggr::stats::count() from in[pair, second] where event == 3 into out;
            select aggr::stats::count() from in[second, pair] where event == 4 into out;
            select event from in where event == 5 into three;
            select event from in where event == 6 into timed;
            select aggr::stats::count() from in[second] where event == 7 into out;
            select aggr::stats::count() from in[pair] where event == 7 into out;
            select event from three into out;
            select event from timed into out;
            """);

    bench.deliverNumbers(8);
    assertThat(bench.holds.values())
        .containsExactly(
            Hold.UNTIL_MORE,
            Hold.UNTIL_TIME,
            Hold.UNTIL_MORE,
            Hold.UNTIL_MORE,
            Hold.UNTIL_TIME,
            Hold.UNTIL_MORE,
            Hold.UNTIL_TIME,
            Hold.UNTIL_TIME);

    bench.untilWithTime("time closes windows", () -> bench.out.waiting.size() == 4);
    assertThat(bench.holds).containsOnlyKeys(0L, 2L, 3L, 5L);
    bench.out.take().forEach(Parcel::ack);
    assertThat(bench.holds).containsOnlyKeys(0L, 2L, 3L, 4L, 5L, 7L);
    assertThat(bench.holds.values()).containsOnly(Hold.UNTIL_MORE);
  }

  @Test
  void anEventThatFillsAWindowOrABatchIsNotHeld() {
    QueryBench bench =
        start(
            """
            define tumbling window three with size = 3 end;
            define generic::batch operator batch with count = 3 end;
            create operator batch;
            select aggr::stats::count() from in[three] into out;
            select event from in into batch;
            select event from batch into out;
            """);

    for (int i = 0; i < 4; i++) {
      bench.deliverNumbers(1);
    }
    assertThat(bench.out.waiting).hasSize(4);
    assertThat(bench.heldEver).containsExactly(0L, 1L, 3L);
  }

  @Test
  void anEventOfWhichOnePartFailsIsSettledThoughWindowsHoldTheRest() {
    QueryBench bench =
        start(
            """
            define tumbling window pair with size = 2 end;
            select group[0] from in[pair] group by each(event) into out;
            """);

    bench.deliver("[1,2]", "[1]");
    bench.out.take().forEach(parcel -> parcel.settle(NO));
    assertThat(bench.outcomes(0)).containsExactly(NO);
    bench.deliver("[2]");
    assertThat(bench.results()).containsExactly("2");
    bench.out.take().forEach(Parcel::ack);

    assertThat(bench.outcomes(0)).as("told once").containsExactly(NO);
    assertThat(bench.outcomes(2)).containsExactly(Outcome.ACKED);
  }

  private static final String INCREMENT =
      """
      define tumbling window pair with size = 2 end;
      select aggr::win::first(event) + 1 from in[pair] into out;
      """;

  @Test
  void whenAResultIsAnErrorThatNobodyTakesAllItsEventsAreRefused() {
    QueryBench bench = start(INCREMENT);

    bench.deliver("\"x\"", "1", "2", "3");

    assertThat(bench.outcomes(0)).singleElement().isEqualTo(bench.outcomes(1).getFirst());
    assertThat(bench.outcomes(0).getFirst().verdict()).isEqualTo(Outcome.Verdict.REFUSED);
    assertThat(bench.results()).as("the next window begins anew").containsExactly("3");
    bench.out.take().forEach(Parcel::ack);
    assertThat(bench.outcomes(2)).containsExactly(Outcome.ACKED);
    assertThat(bench.outcomes(3)).containsExactly(Outcome.ACKED);
  }

  @Test
  void whenAResultIsAnErrorItsEventsAreSettledAsTheErrorIs() {
    QueryBench bench = start(true, INCREMENT);

    bench.deliver("\"x\"", "1");

    assertThat(bench.settled()).isZero();
    assertThat(bench.err.waiting).hasSize(1);
    Parcel error = bench.err.take().getFirst();
    assertThat(Json.write(error.event().value())).endsWith("\"event\":1}");
    error.settle(NO);
    assertThat(bench.outcomes(0)).containsExactly(NO);
    assertThat(bench.outcomes(1)).containsExactly(NO);
  }

  @Test
  void anEventThatOneOfItsGroupsCannotTakeIsAnErrorOnceAndWaitsForTheOther() {
    QueryBench bench =
        start(
            true,
            """
            define tumbling window pair with size = 2, max_groups = 1 end;
            select group[0] from in[pair] group by each(event) into out;
            """);

    bench.deliver("[1,2,3]");
    assertThat(bench.err.waiting).hasSize(1);
    bench.err.take().forEach(Parcel::ack);
    assertThat(bench.outcomes(0)).isEmpty();
    bench.deliver("[1]");
    assertThat(bench.results()).containsExactly("1");
    bench.out.take().forEach(Parcel::ack);

    assertThat(bench.outcomes(0)).containsExactly(Outcome.ACKED);
    assertThat(bench.outcomes(1)).containsExactly(Outcome.ACKED);
  }

  @Test
  void whenAResultIsAMistakeOfTheProgramItsEventsAreSettledAsTheErrorIs() {
    QueryBench bench =
        start(
            true,
            """
            use tremor::system;
            define tumbling window pair with size = 2 end;
            select aggr::win::first(event) + system::nanotime() from in[pair] into out;
            """);

    bench.loop.trouble = new AssertionError("by the test");
    bench.deliverAt(5, "1", "2", "3");
    assertThat(bench.settled()).isZero();
    Parcel error = bench.err.take().getFirst();
    assertThat(Json.write(error.event().value())).contains("a mistake in the program");
    error.settle(NO);
    assertThat(bench.outcomes(0)).containsExactly(NO);
    assertThat(bench.outcomes(1)).containsExactly(NO);
    bench.loop.trouble = null;
    bench.deliver("4");
    bench.out.take().forEach(Parcel::ack);
    assertThat(bench.outcomes(2)).containsExactly(Outcome.ACKED);
    assertThat(bench.outcomes(3)).containsExactly(Outcome.ACKED);
  }

  @Test
  void aMistakeOfTheProgramInASelectWithoutWindowsIsThatOfOneEvent() {
    QueryBench bench =
        start(
            """
            use tremor::system;
            select
              match event of case 1 => system::nanotime() default => event end
            from in into out;
            """);

    bench.loop.trouble = new AssertionError("by the test");
    bench.deliverAt(5, "0", "1", "2");

    assertThat(bench.results()).containsExactly("0", "2");
    assertThat(bench.outcomes(1))
        .singleElement()
        .extracting(Outcome::reason)
        .asString()
        .contains("a mistake in the program");
  }

  private static final String TIMED =
      """
      define tumbling window second with interval = 1000000000 end;
      select aggr::win::first(event) + 1 from in[second] into out;
      """;

  @Test
  void theEventsOfAWindowThatTimeClosesAreSettledAsItsResultIs() throws Exception {
    QueryBench bench = start(TIMED);

    bench.deliver("1", "2");
    bench.untilWithTime("the window closes", () -> !bench.out.waiting.isEmpty());
    assertThat(bench.results()).containsExactly("2");
    assertThat(bench.out.seen).as("time has no id").containsExactly(0L);
    assertThat(bench.settled()).isZero();
    bench.out.take().forEach(parcel -> parcel.settle(NO));

    assertThat(bench.outcomes(0)).containsExactly(NO);
    assertThat(bench.outcomes(1)).containsExactly(NO);
  }

  @Test
  void whenTimeMakesAnErrorTheEventsOfTheWindowAreSettledAsItIs() throws Exception {
    QueryBench refusing = start(TIMED);
    refusing.deliver("\"x\"", "2");
    refusing.untilWithTime("the window closes", () -> refusing.settled() == 2);
    assertThat(refusing.outcomes(0).getFirst().verdict()).isEqualTo(Outcome.Verdict.REFUSED);

    QueryBench bench = start(true, TIMED);
    bench.deliver("\"x\"", "2");
    bench.untilWithTime("the window closes", () -> !bench.err.waiting.isEmpty());
    assertThat(bench.settled()).isZero();
    bench.err.take().forEach(Parcel::ack);
    assertThat(bench.outcomes(0)).containsExactly(Outcome.ACKED);
    assertThat(bench.outcomes(1)).containsExactly(Outcome.ACKED);
    bench.deliver("5");
    bench.untilWithTime("the next window closes", () -> !bench.out.waiting.isEmpty());
    assertThat(bench.results()).containsExactly("6");
  }

  /** Hands out three events, and keeps what it is told. */
  private record Three(Settlement settlement) implements Source {
    @Override
    public void run(SourceContext context) {
      List<Event> events = new ArrayList<>();
      for (long id = 0; id < 3; id++) {
        events.add(Event.of(Value.of(id), 0, null, id));
      }
      context.emit(events, settlement);
      context.requestStop();
    }
  }

  /** Acks what comes. */
  private static void ackAll(SinkContext context) throws InterruptedException {
    while (true) {
      context.take(100).forEach(Parcel::ack);
    }
  }

  private static Deployment deploy(Settlement settlement) {
    Host host = Host.of(Path.of("nowhere"), Path.of("nowhere"));
    PipelinePlan plan =
        Objects.requireNonNull(
            PipelinePlan.of(
                Query.load(SourceFile.of("q.trickle", PAIRS)),
                "q",
                "01",
                Path.of("nowhere"),
                Path.of("nowhere"),
                new ConfigErrors()));
    return Deployment.builder(host)
        .source("source", new Three(settlement))
        .pipeline("q", plan)
        .sink("sink", WindowSettlementTest::ackAll)
        .link("source", "out", "q", "in")
        .link("q", "out", "sink", "in")
        .build();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(1);
    }
  }

  @Test
  void whatAnOpenWindowHoldsKeepsNoHostFromEnding() throws Exception {
    List<Long> settled = new CopyOnWriteArrayList<>();
    Deployment deployment = deploy((event, _) -> settled.add(event.id()));

    deployment.start();
    await(deployment::isStopDue);
    Summary summary = deployment.stop(Duration.ofSeconds(60));

    assertThat(settled).containsExactlyInAnyOrder(0L, 1L);
    assertThat(summary.delivered()).isOne();
    assertThat(summary.accepted()).isEqualTo(2);
    assertThat(summary.failed()).isZero();
  }

  @Test
  void anEventOfWhichSomethingElseEndsTheHoldIsCountedOnce() {
    SourceRunner source =
        new SourceRunner(
            "source", new Three((_, _) -> {}), Host.of(Path.of("nowhere"), Path.of("nowhere")));
    TestOutlet out = new TestOutlet();
    source.connect(out);
    new Three((_, _) -> {}).run(source);
    assertThat(source.counters().pending()).isEqualTo(3);
    out.waiting.forEach(parcel -> parcel.hold(Hold.UNTIL_TIME));
    out.waiting.forEach(parcel -> parcel.hold(Hold.UNTIL_MORE));
    assertThat(source.counters().pending()).isZero();
    out.take().forEach(Parcel::release);
    assertThat(source.counters().pending()).isEqualTo(3);
  }

  @Test
  void anEventOfASourceThatAsksForNothingIsDoneOnceItIsInItsWindow() throws Exception {
    Deployment deployment = deploy(Settlement.NOBODY);

    deployment.start();
    await(deployment::isStopDue);

    assertThat(deployment.stop(Duration.ofSeconds(60)).accepted()).isEqualTo(3);
  }
}
