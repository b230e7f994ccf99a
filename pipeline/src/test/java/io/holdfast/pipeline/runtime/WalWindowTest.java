package io.holdfast.pipeline.runtime;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.pipeline.BufferPlan;
import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.Outcome;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.Sink;
import io.holdfast.pipeline.Source;
import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.script.Query;
import io.holdfast.script.SourceFile;
import io.holdfast.script.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What windows and batches behind a {@code qos::wal} collect is not lost. */
class WalWindowTest {
  @TempDir private Path directory;
  private final List<QueryBench> benches = new ArrayList<>();

  private QueryBench open(Path where, String query) {
    QueryBench bench = new QueryBench(where, false, query);
    benches.add(bench);
    return bench;
  }

  private QueryBench open(String query) {
    return open(directory.resolve("here"), query);
  }

  @AfterEach
  void close() throws InterruptedException {
    for (QueryBench bench : benches) {
      bench.close();
    }
  }

  private static String query(int readCount, String limits, String collector) {
    return """
    define qos::wal operator wal with read_count = %d, %s end;
    create operator wal;
    select event from in into wal;
    %s
    """
        .formatted(readCount, limits, collector);
  }

  private static String windows(int size) {
    return """
    define tumbling window w with size = %d end;
    select aggr::win::collect_flattened(event) from wal[w] into out;
    """
        .formatted(size);
  }

  private static String batches(String settings) {
    return """
    define generic::batch operator batch with %s end;
    create operator batch;
    select event from wal into batch;
    select event from batch into out;
    """
        .formatted(settings);
  }

  /** Stores events, each in a bundle of its own. */
  private static void store(QueryBench bench, int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      bench.deliverNumbers(1);
      bench.until("it is stored", () -> bench.settled() == bench.outcomes.size());
    }
  }

  private static void await(QueryBench bench, int held) throws InterruptedException {
    bench.until("they are held", () -> bench.buffer().waiting() == held);
  }

  @Test
  void whatAnOpenWindowHoldsComesAgainAfterAStop() throws Exception {
    String query = query(20, "max_elements = 1000", windows(4));
    QueryBench first = open(query);
    store(first, 3);
    await(first, 3);
    assertThat(first.pipeline.pending()).as("a stop does not wait for them").isZero();
    assertThat(first.buffer().kept()).isEqualTo(3);
    first.pipeline.drain();
    first.loop.run();
    first.close();

    QueryBench again = open(query);
    await(again, 3);
    again.deliver("99");
    again.until("the window closes", () -> !again.out.waiting.isEmpty());
    assertThat(again.results()).containsExactly("[0,1,2,99]");
    assertThat(again.pipeline.pending()).as("a stop waits for the result").isEqualTo(4);
    assertThat(again.buffer().waiting()).isZero();
    again.out.take().forEach(Parcel::ack);
    again.until("all is resolved", () -> again.buffer().kept() == 0);
    assertThat(again.buffer().delivered()).isEqualTo(4);
    again.close();

    QueryBench last = open(query);
    assertThat(last.buffer().kept()).isZero();
  }

  @Test
  void whatAnOpenWindowHoldsComesAgainAfterACrash() throws Exception {
    String query = query(20, "max_elements = 1000", windows(4));
    QueryBench crashing = open(query);
    store(crashing, 3);
    await(crashing, 3);
    Path left = directory.resolve("there");
    copy(directory.resolve("here"), left);

    QueryBench again = open(left, query);
    await(again, 3);
    again.deliver("99");
    again.until("the window closes", () -> !again.out.waiting.isEmpty());
    assertThat(again.results()).containsExactly("[0,1,2,99]");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Files.copy(each, to.resolve(from.relativize(each)));
      }
    }
  }

  @Test
  void theEventsOfAResultThatFailedComeAgainAndSoDoesTheResult() throws Exception {
    QueryBench bench = open(query(20, "max_elements = 1000", windows(3)));
    store(bench, 3);
    bench.until("the window closes", () -> !bench.out.waiting.isEmpty());

    bench.out.take().forEach(parcel -> parcel.fail("not now"));
    bench.untilWithTime("the result comes again", () -> !bench.out.waiting.isEmpty());
    assertThat(bench.results()).containsExactly("[0,1,2]");
    assertThat(bench.buffer().repeated()).isEqualTo(3);
    bench.out.take().forEach(Parcel::ack);
    bench.until("all is resolved", () -> bench.buffer().kept() == 0);
  }

  @Test
  void theEventsOfAResultThatIsRefusedAreDeadLetters() throws Exception {
    QueryBench bench = open(query(20, "max_elements = 1000", windows(2)));
    store(bench, 2);
    bench.until("the window closes", () -> !bench.out.waiting.isEmpty());

    bench.out.take().forEach(parcel -> parcel.refuse("never"));
    bench.until("all is resolved", () -> bench.buffer().kept() == 0);
    bench.close();

    Path folder = directory.resolve("here/data/q/01/wal");
    try (DurableBuffer buffer = DurableBuffer.open(folder, BufferOptions.defaults())) {
      assertThat(buffer.deadLetters(BufferPlan.SUBSCRIBER).count()).isEqualTo(2);
    }
  }

  @Test
  void aWindowLargerThanReadCountCloses() throws Exception {
    QueryBench bench = open(query(2, "max_elements = 1000", windows(10)));
    store(bench, 3);
    bench.deliverNumbers(22);
    bench.until("two windows close", () -> bench.out.waiting.size() == 1);
    // As many as this count as being on their way, so the next ones wait.
    bench.out.take().forEach(Parcel::ack);
    bench.until("two windows close", () -> bench.out.waiting.size() == 1);
    bench.out.take().forEach(Parcel::ack);
    await(bench, 5 + 17);
    assertThat(bench.buffer().delivered()).isEqualTo(20);
  }

  @Test
  void aBatchLargerThanReadCountGoesOn() throws Exception {
    QueryBench bench = open(query(2, "max_elements = 1000", batches("count = 10")));
    store(bench, 9);
    await(bench, 9);
    store(bench, 1);
    bench.until("the batch goes on", () -> bench.out.waiting.size() == 10);
    assertThat(bench.pipeline.pending()).isEqualTo(10);

    bench.out.take().forEach(Parcel::ack);
    bench.until("all is resolved", () -> bench.buffer().kept() == 0);
  }

  @Test
  void aBatchGoesOnWhenTheHostStopsAndIsWaitedFor() throws Exception {
    QueryBench bench = open(query(2, "max_elements = 1000", batches("count = 10")));
    store(bench, 3);
    await(bench, 3);

    bench.pipeline.drain();
    bench.loop.run();
    assertThat(bench.out.waiting).hasSize(3);
    assertThat(bench.pipeline.pending()).isEqualTo(3);
    bench.out.take().forEach(Parcel::ack);
    bench.loop.run();
    assertThat(bench.pipeline.pending()).isZero();
    assertThat(bench.buffer().kept()).isZero();
  }

  @Test
  void aBufferThatIsFullOfWhatAWindowHoldsGoesOnWithOneWarning() throws Exception {
    QueryBench bench = open(query(20, "max_elements = 8", windows(20)));

    bench.deliverNumbers(50);
    bench.until("the first window closes", () -> bench.out.waiting.size() == 1);
    assertThat(bench.buffer().kept()).isBetween(1L, 8L);
    assertThat(bench.warnings()).singleElement().asString().contains("max_elements");
    List<Parcel> results = new ArrayList<>(bench.out.take());
    results.forEach(Parcel::ack);
    bench.until("the second window closes", () -> bench.out.waiting.size() == 1);
    results.addAll(bench.out.take());
    // What was let go counts as delivered, whatever comes of its result.
    results.getLast().fail("not now");
    bench.untilWithTime(
        "all is stored", () -> bench.settled() == 50 && bench.pipeline.pending() == 0);

    assertThat(results).extracting(parcel -> parcel.event().id()).containsExactly(19L, 39L);
    assertThat(bench.outcomes.values()).allMatch(told -> told.equals(List.of(Outcome.ACKED)));
    assertThat(bench.warnings()).hasSize(1);
    assertThat(bench.buffer().kept()).isLessThanOrEqualTo(8);
  }

  private static final String SECOND =
      """
      define tumbling window second with interval = 1000000000 end;
      select aggr::win::collect_flattened(event) from wal[second] into out;
      """;

  @Test
  void aBufferThatIsFullOfWhatATimedWindowHoldsStaysFullUntilItCloses() throws Exception {
    QueryBench bench = open(query(20, "max_elements = 8", SECOND));

    bench.deliverNumbers(12);
    await(bench, 8);
    bench.loop.run();
    assertThat(bench.settled()).as("those that are stored").isEqualTo(8);
    assertThat(bench.pipeline.inlet("in").valve().isOpen()).isFalse();
    assertThat(bench.notices).anyMatch(Notice.BufferFull.class::isInstance);

    bench.untilWithTime("the window closes", () -> !bench.out.waiting.isEmpty());
    assertThat(bench.results()).containsExactly("[0,1,2,3,4,5,6,7]");
    assertThat(bench.buffer().kept()).isEqualTo(8);
    bench.out.take().forEach(Parcel::ack);
    bench.until("the others are stored", () -> bench.settled() == 12);
    await(bench, 4);
    assertThat(bench.buffer().delivered()).isEqualTo(8);
    assertThat(bench.warnings()).isEmpty();
  }

  @Test
  void aBufferThatIsFullOfWhatATimedWindowBehindAnotherHoldsStaysFullUntilItCloses()
      throws Exception {
    QueryBench bench =
        open(
            query(
                20,
                "max_elements = 8",
                """
                define tumbling window pair with size = 2 end;
                define tumbling window second with interval = 1000000000 end;
                select [window, aggr::stats::count()] from wal[pair, second] into out;
                """));

    bench.deliverNumbers(12);
    bench.until("the pairs close", () -> bench.out.waiting.size() == 4);
    bench.out.take().forEach(Parcel::ack);
    await(bench, 8);
    assertThat(bench.settled()).as("those that are stored").isEqualTo(8);

    bench.untilWithTime("the second closes", () -> !bench.out.waiting.isEmpty());
    assertThat(bench.results()).containsExactly("[\"second\",8]");
    bench.out.take().forEach(Parcel::ack);
    bench.until("the others are stored", () -> bench.settled() == 12);
    assertThat(bench.warnings()).isEmpty();
  }

  @Test
  void aBufferThatIsFullIsNotAnyMoreWhenTheTimedPartsOfWhatIsHeldAreDone() throws Exception {
    QueryBench bench = open(query(20, "max_elements = 8", SECOND + windows(20)));

    bench.deliverNumbers(12);
    await(bench, 8);
    bench.loop.run();
    assertThat(bench.settled()).isEqualTo(8);
    bench.untilWithTime("a window closes", () -> !bench.out.waiting.isEmpty());
    assertThat(bench.warnings()).isEmpty();
    bench.out.take().forEach(Parcel::ack);

    bench.until("the others are stored", () -> bench.settled() == 12);
    assertThat(bench.warnings()).singleElement().asString().contains("max_elements");
  }

  @Test
  void aWindowTakesMoreBundlesThanMayBeInFlight() throws Exception {
    BufferOptions options = BufferOptions.defaults().withMaxInFlight(1);
    QueryBench bench =
        new QueryBench(directory, options, false, query(2, "max_elements = 1000", windows(20)));
    benches.add(bench);
    store(bench, 19);
    await(bench, 19);
    store(bench, 1);
    bench.until("the window closes", () -> !bench.out.waiting.isEmpty());
    bench.out.take().forEach(parcel -> parcel.fail("not now"));
    bench.untilWithTime("it comes again", () -> !bench.out.waiting.isEmpty());
    bench.out.take().forEach(Parcel::ack);
    bench.until("all is resolved", () -> bench.buffer().kept() == 0);
    assertThat(bench.buffer().repeated()).isEqualTo(20);
  }

  @Test
  void aBufferThatIsFullInBytesOfWhatAWindowHoldsGoesOn() throws Exception {
    QueryBench bench = open(query(20, "max_bytes = 3000", windows(200)));

    for (int i = 0; i < 200; i++) {
      bench.deliverNumbers(1);
    }
    bench.until("the window closes", () -> bench.out.waiting.size() == 1);

    assertThat(bench.warnings()).singleElement().asString().contains("max_bytes");
    assertThat(bench.buffer().keptBytes()).isBetween(1L, 3000L);
  }

  @Test
  void aBufferThatIsFullWhileTheOtherSideIsClosedLetsNothingGo() throws Exception {
    QueryBench bench = open(query(20, "max_elements = 8", windows(6)));
    bench.out.valve().set(false);
    store(bench, 8);
    bench.deliverNumbers(4);
    bench.loop.run();
    assertThat(bench.warnings()).isEmpty();

    bench.out.valve().set(true);
    bench.until("a window closes", () -> bench.out.waiting.size() == 1);
    bench.loop.run();
    assertThat(bench.warnings()).as("a result is on its way").isEmpty();
    bench.out.take().forEach(Parcel::ack);
    bench.until("the next one closes", () -> bench.out.waiting.size() == 1);
    assertThat(bench.warnings()).isEmpty();
  }

  @Test
  void whatTimedWindowsHoldComesAgainAfterAStop() throws Exception {
    String query =
        query(
            20,
            "max_elements = 1000",
            """
            define tumbling window w with interval = 1000000000 end;
            select aggr::win::collect_flattened(event) from wal[w] into out;
            """);
    QueryBench first = open(query);
    store(first, 3);
    await(first, 3);
    first.close();

    QueryBench again = open(query);
    again.untilWithTime("the window closes", () -> !again.out.waiting.isEmpty());
    assertThat(again.results()).containsExactly("[0,1,2]");
    again.out.take().forEach(parcel -> parcel.fail("not now"));
    // By the time of ingestion their window is over, so each may close one of its own.
    again.untilWithTime(
        "all is resolved",
        () -> {
          again.out.take().forEach(Parcel::ack);
          return again.buffer().kept() == 0;
        });
    assertThat(again.buffer().repeated()).isEqualTo(3);
  }

  /** Runs a host whose source hands out so many events and asks it to stop. */
  private Summary runUntilItStops(int events) throws InterruptedException {
    PipelinePlan plan =
        requireNonNull(
            PipelinePlan.of(
                Query.load(
                    SourceFile.of("q.trickle", query(20, "max_elements = 1000", windows(4)))),
                "q",
                "01",
                directory.resolve("data"),
                directory,
                new ConfigErrors()));
    Source source =
        context -> {
          for (long id = 0; id < events; id++) {
            context.emit(List.of(Event.of(Value.of(id), 0, null, id)), (_, _) -> {});
          }
          context.requestStop();
        };
    Sink sink =
        context -> {
          while (true) {
            context.take(100).forEach(Parcel::ack);
          }
        };
    Deployment deployment =
        Deployment.builder(Host.of(directory.resolve("data"), directory))
            .source("source", source)
            .pipeline("q", plan)
            .sink("sink", sink)
            .link("source", "out", "q", "in")
            .link("q", "out", "sink", "in")
            .build();
    deployment.start();
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!deployment.isStopDue()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(1);
    }
    return deployment.stop(Duration.ofSeconds(60));
  }

  @Test
  void whatAnOpenWindowHoldsKeepsNoHostFromEndingAndIsThereInTheNextRun() throws Exception {
    Summary first = runUntilItStops(1003);
    assertThat(first.delivered()).isEqualTo(250);
    assertThat(first.kept()).isEqualTo(3);

    Summary second = runUntilItStops(1);
    assertThat(second.delivered()).isOne();
    assertThat(second.kept()).isZero();
  }

  @Test
  void anEventOfWhichOneCopyIsHeldAndOneIsOnItsWayIsOnItsWay() throws Exception {
    QueryBench bench =
        open(
            query(
                2,
                "max_elements = 1000",
                """
                define tumbling window w with size = 4 end;
                select aggr::win::collect_flattened(event) from wal[w] into out;
                select event from wal into out;
                """));
    store(bench, 5);
    bench.until("two are out", () -> bench.out.waiting.size() == 2);
    bench.loop.run();
    assertThat(bench.results()).containsExactly("0", "1");
    assertThat(bench.pipeline.pending()).isEqualTo(2);
    bench.out.take().forEach(Parcel::ack);
    bench.until("two are out", () -> bench.out.waiting.size() == 3);
    assertThat(bench.results()).containsExactlyInAnyOrder("2", "3", "[0,1,2,3]");
    for (Parcel parcel : bench.out.take()) {
      parcel.settle(parcel.event().id() == 2 ? Outcome.failed("not now") : Outcome.ACKED);
    }
    bench.untilWithTime("it comes again", () -> bench.out.seen.size() > 5);
    assertThat(bench.out.waiting.getFirst().event().id()).isEqualTo(2);
  }
}
