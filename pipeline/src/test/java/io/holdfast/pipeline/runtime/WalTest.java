package io.holdfast.pipeline.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.pipeline.BufferPlan;
import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.Outcome;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.bundle.EntrySize;
import io.holdfast.pipeline.bundle.StoredEvent;
import io.holdfast.pipeline.config.ConfigError;
import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.operator.wal.WalType;
import io.holdfast.script.Json;
import io.holdfast.script.RecordValue;
import io.holdfast.script.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalTest {
  @TempDir private Path directory;
  private final Ledger ledger = new Ledger();
  private @Nullable WalBench bench;

  private WalBench open(long readCount, long maxElements, long maxBytes) {
    WalBench opened =
        new WalBench(
            directory,
            Map.of(
                "read_count", Value.of(readCount),
                "max_elements", Value.of(maxElements),
                "max_bytes", Value.of(maxBytes)),
            false);
    bench = opened;
    return opened;
  }

  private WalBench open() {
    return open(20, 1000, 10_485_760);
  }

  @AfterEach
  void close() throws InterruptedException {
    if (bench != null) {
      bench.close();
    }
  }

  @Test
  void anEventIsAckedWhenItIsDurableThoughDownstreamHasNotTakenIt() throws Exception {
    WalBench wal = open();

    wal.deliver(ledger.handOut(3));
    wal.until("they are stored", () -> ledger.settled() == 3);
    wal.until("they are delivered", () -> wal.out.seen.size() == 3);

    ledger.checkEachOnce();
    assertThat(wal.out.seen).containsExactly(0L, 1L, 2L);
    assertThat(wal.counters().kept()).isEqualTo(3);
    wal.out.take().forEach(Parcel::ack);
    wal.until("they are resolved", () -> wal.counters().kept() == 0);
    assertThat(wal.counters().keptBytes()).isZero();
    assertThat(wal.counters().delivered()).isEqualTo(3);
    assertThat(wal.counters().repeated()).isZero();
  }

  @Test
  void anEventComesOutAsItWentIn() throws Exception {
    WalBench wal = open();
    Event event =
        new Event(
            Json.parse("{\"a\":[1,18446744073709551615,1.5,\"\u00e9\",null,true]}"),
            RecordValue.of("route", Value.of("x")),
            123,
            "tremor-metronome://localhost/1000",
            -1);

    wal.deliver(List.of(Parcel.of(event, outcome -> {})));
    wal.until("it is delivered", () -> !wal.out.waiting.isEmpty());

    assertThat(wal.out.waiting.getFirst().event()).isEqualTo(event);
  }

  @Test
  void noMoreThanReadCountIsOutAtOnceAndABacklogDrainsWithoutATimer() throws Exception {
    WalBench wal = open(7, 1000, 10_485_760);

    wal.deliver(ledger.handOut(100));
    List<Long> acked = new ArrayList<>();
    while (acked.size() < 100) {
      wal.until("more is delivered", () -> !wal.out.waiting.isEmpty());
      wal.loop.run();
      assertThat(wal.out.waiting).hasSizeLessThanOrEqualTo(7);
      Parcel first = wal.out.waiting.removeFirst();
      acked.add(first.event().id());
      first.ack();
    }

    assertThat(acked).isSorted().doesNotHaveDuplicates();
    wal.until("all is resolved", () -> wal.counters().kept() == 0);
  }

  @Test
  void whoWaitsForMoreBeforeAnythingIsSettledGetsMoreAfterAFailure() throws Exception {
    WalBench wal = open(4, 1000, 10_485_760);
    wal.deliver(ledger.handOut(8));
    wal.until("the window is full", () -> wal.out.waiting.size() == 4);
    List<Parcel> collected = new ArrayList<>(wal.out.take());

    collected.removeFirst().fail("down");
    wal.untilWithTime("it comes again", () -> wal.out.waiting.size() == 1);
    collected.addAll(wal.out.take());
    assertThat(collected.getLast().event().id()).isZero();
    collected.forEach(parcel -> parcel.fail("down"));
    wal.untilWithTime("one is sent alone", () -> wal.out.waiting.size() == 1);
    wal.untilWithTime("the others come too", () -> wal.out.waiting.size() == 4);
    wal.out.take().forEach(Parcel::ack);
    wal.untilWithTime("the rest comes", () -> wal.out.waiting.size() == 4);
    wal.out.take().forEach(Parcel::ack);
    wal.until("all is resolved", () -> wal.counters().kept() == 0);
  }

  @Test
  void onlyWhatFailedIsSentAgainAndBeforeWhatIsNewer() throws Exception {
    WalBench wal = open(4, 1000, 10_485_760);
    wal.deliver(ledger.handOut(8));
    wal.until("the window is full", () -> wal.out.waiting.size() == 4);

    List<Parcel> first = wal.out.take();
    first.get(2).fail("not now");
    first.get(0).fail("not now");
    wal.loop.run();
    first.get(1).ack();
    wal.loop.run();
    assertThat(wal.out.waiting).as("nothing is sent while one is out").isEmpty();
    first.get(3).ack();
    wal.out.seen.clear();
    wal.untilWithTime("the probe is out", () -> wal.out.waiting.size() == 1);
    wal.out.take().getFirst().ack();
    wal.untilWithTime("the window is full again", () -> wal.out.waiting.size() == 4);

    assertThat(wal.out.seen).containsExactly(0L, 2L, 4L, 5L, 6L);
    assertThat(wal.counters().repeated()).isEqualTo(2);
  }

  @Test
  void aSinkThatIsThereAgainGetsItsEventsWithoutATimer() throws Exception {
    WalBench wal = open();
    wal.deliver(ledger.handOut(3));
    wal.until("they are delivered", () -> wal.out.waiting.size() == 3);

    wal.out.valve().set(false);
    wal.out.take().forEach(parcel -> parcel.fail("gone"));
    wal.loop.run();
    wal.deliver(ledger.handOut(2));
    wal.until("it goes on accepting", () -> ledger.settled() == 5);
    assertThat(wal.out.waiting).isEmpty();
    wal.out.seen.clear();
    wal.out.valve().set(true);
    wal.until("a probe is sent", () -> wal.out.waiting.size() == 1);
    wal.out.take().getFirst().ack();
    wal.until("the rest is sent", () -> wal.out.waiting.size() == 4);

    assertThat(wal.out.seen).containsExactly(0L, 1L, 2L, 3L, 4L);
  }

  @Test
  void aRefusedEventBecomesADeadLetterOfItsOwnAndHoldsNothingUp() throws Exception {
    WalBench wal = open(2, 1000, 10_485_760);
    wal.deliver(ledger.handOut(6));
    wal.until("they are delivered", () -> wal.out.waiting.size() == 2);

    List<Parcel> first = wal.out.take();
    first.get(0).ack();
    first.get(1).refuse("no field price");
    for (int i = 0; i < 2; i++) {
      wal.until("others are delivered", () -> wal.out.waiting.size() == 2);
      wal.out.take().forEach(Parcel::ack);
    }
    wal.until("all is resolved", () -> wal.counters().kept() == 0 && wal.pipeline.pending() == 0);

    assertThat(wal.out.seen).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    assertThat(wal.counters().refused()).isEqualTo(1);
    assertThat(wal.counters().delivered()).isEqualTo(5);
    assertThat(wal.notices)
        .filteredOn(Notice.EventsGivenUp.class::isInstance)
        .singleElement()
        .hasToString(
            "p/01/wal: 1 event refused for good: no field price; kept as dead letters, see:"
                + " holdfast letters "
                + wal.folder());
    wal.close();
    assertThat(wal.deadLetters()).containsExactly(new WalBench.Letter("no field price", 1L));
  }

  @Test
  void whatIsRefusedOfABundleWaitsForTheRestOfItAndKeepsAllReasons() throws Exception {
    WalBench wal = open(4, 1000, 10_485_760);
    wal.deliver(ledger.handOut(4));
    wal.until("they are delivered", () -> wal.out.waiting.size() == 4);

    List<Parcel> first = wal.out.take();
    first.get(0).refuse("too old");
    first.get(1).fail("not now");
    first.get(2).refuse("too new");
    first.get(3).refuse("too old");
    wal.loop.run();
    assertThat(wal.counters().kept()).isEqualTo(4);
    wal.untilWithTime("what failed comes again", () -> wal.out.waiting.size() == 1);
    wal.out.take().getFirst().ack();
    wal.until("all is resolved", () -> wal.counters().kept() == 0 && wal.pipeline.pending() == 0);

    assertThat(wal.out.seen).containsExactly(0L, 1L, 2L, 3L, 1L);
    assertThat(wal.notices)
        .filteredOn(Notice.EventsGivenUp.class::isInstance)
        .singleElement()
        .asString()
        .startsWith("p/01/wal: 3 events refused for good: too old; ");
    wal.close();
    assertThat(wal.deadLetters())
        .containsExactly(new WalBench.Letter("too old; too new", 0L, 2L, 3L));
  }

  @Test
  void aBundleOfWhichAllIsRefusedIsADeadLetterAsItIs() throws Exception {
    WalBench wal = open();
    wal.deliver(ledger.handOut(3));
    wal.until("they are delivered", () -> wal.out.waiting.size() == 3);

    wal.out.take().forEach(parcel -> parcel.refuse("never"));
    wal.until("all is resolved", () -> wal.counters().kept() == 0 && wal.pipeline.pending() == 0);

    wal.close();
    assertThat(wal.deadLetters()).containsExactly(new WalBench.Letter("never", 0L, 1L, 2L));
    wal.restart();
    wal.loop.run();
    assertThat(wal.out.seen).as("nothing comes again").isEmpty();
  }

  @Test
  void whatIsRefusedIsKeptInTheOrderOfTheBufferHoweverItWasSettled() throws Exception {
    WalBench wal = open(4, 1000, 10_485_760);
    wal.deliver(ledger.handOut(4));
    wal.until("they are delivered", () -> wal.out.waiting.size() == 4);

    List<Parcel> first = wal.out.take();
    first.get(0).ack();
    first.get(1).fail("not now");
    first.get(2).ack();
    first.get(3).refuse("never");
    wal.untilWithTime("what failed comes again", () -> wal.out.waiting.size() == 1);
    wal.out.take().getFirst().refuse("never");
    wal.until("all is resolved", () -> wal.counters().kept() == 0);

    wal.close();
    assertThat(wal.deadLetters()).containsExactly(new WalBench.Letter("never", 1L, 3L));
  }

  @Test
  void whatWasStoredUnderALargerLimitCanBeRefusedUnderASmallerOne() throws Exception {
    WalBench large = open(20, 1000, 100 << 20);
    String text = "x".repeat(1_000_000);
    List<Parcel> parcels = new ArrayList<>();
    for (long id = 0; id < 4; id++) {
      parcels.add(Parcel.of(Event.of(Value.of(text), 0, null, id), outcome -> {}));
    }
    large.deliver(parcels);
    large.until("they are delivered", () -> large.out.waiting.size() == 4);
    large.close();

    WalBench wal = open(20, 1000, 1 << 20);
    wal.until("they are delivered", () -> wal.out.waiting.size() == 4);
    List<Parcel> again = wal.out.take();
    again.get(0).ack();
    again.subList(1, 4).forEach(parcel -> parcel.refuse("never"));
    wal.until("all is resolved", () -> wal.counters().kept() == 0);

    wal.close();
    assertThat(wal.deadLetters()).containsExactly(new WalBench.Letter("never", 1L, 2L, 3L));
  }

  @Test
  void aReplayBringsTheRefusedEventsAndWhatIsRefusedAgainStaysAlone() throws Exception {
    WalBench wal = open();
    wal.deliver(ledger.handOut(4));
    wal.until("they are delivered", () -> wal.out.waiting.size() == 4);
    List<Parcel> first = wal.out.take();
    first.get(0).ack();
    first.subList(1, 4).forEach(parcel -> parcel.refuse("first"));
    wal.until("all is resolved", () -> wal.counters().kept() == 0);
    wal.close();
    try (DurableBuffer buffer = DurableBuffer.open(wal.folder(), BufferOptions.defaults())) {
      buffer.deadLetters(BufferPlan.SUBSCRIBER).replayAll();
    }

    wal.restart();
    wal.until("they are delivered again", () -> wal.out.waiting.size() == 3);
    assertThat(wal.out.seen).containsExactly(1L, 2L, 3L);
    List<Parcel> again = wal.out.take();
    again.get(0).ack();
    again.get(1).refuse("second");
    again.get(2).ack();
    wal.until("they are settled", () -> wal.pipeline.pending() == 0);
    wal.close();

    assertThat(wal.deadLetters()).containsExactly(new WalBench.Letter("second", 2L));
  }

  @Test
  void manyRefusedEventsAreToldOfTogether() throws Exception {
    WalBench wal = open(1, 1000, 10_485_760);
    for (int i = 1; i <= 5; i++) {
      int stored = i;
      wal.deliver(ledger.handOut(1));
      wal.until("it is stored in a bundle of its own", () -> ledger.settled() == stored);
    }
    for (int i = 0; i < 5; i++) {
      wal.until("one is delivered", () -> wal.out.waiting.size() == 1);
      wal.out.take().forEach(parcel -> parcel.refuse("never"));
      wal.until(
          "the first is told of",
          () ->
              !wal.notices.stream()
                  .filter(Notice.EventsGivenUp.class::isInstance)
                  .toList()
                  .isEmpty());
    }
    wal.until("all is resolved", () -> wal.counters().kept() == 0 && wal.pipeline.pending() == 0);
    assertThat(wal.notices).filteredOn(Notice.EventsGivenUp.class::isInstance).hasSize(1);
    wal.untilWithTime(
        "the others are told of",
        () -> wal.notices.stream().filter(Notice.EventsGivenUp.class::isInstance).count() == 2);

    assertThat(wal.notices)
        .filteredOn(Notice.EventsGivenUp.class::isInstance)
        .last()
        .asString()
        .startsWith("p/01/wal: 4 events refused for good: never; ");
  }

  @Test
  void neverMoreThanMaxElementsAreKeptAndNoneIsLost() throws Exception {
    WalBench wal = open(3, 10, 10_485_760);

    wal.deliver(ledger.handOut(25));
    wal.until("the buffer is full", () -> ledger.settled() == 10);
    wal.loop.run();
    assertThat(wal.counters().kept()).isEqualTo(10);
    assertThat(wal.pipeline.inlet("in").valve().isOpen()).isFalse();
    assertThat(wal.notices).filteredOn(Notice.BufferFull.class::isInstance).hasSize(1);

    List<Long> seen = new ArrayList<>();
    while (seen.size() < 25) {
      wal.until("more is delivered", () -> !wal.out.waiting.isEmpty());
      assertThat(wal.counters().kept()).isLessThanOrEqualTo(10);
      Parcel next = wal.out.waiting.removeFirst();
      seen.add(next.event().id());
      next.ack();
    }
    // Downstream may have an event before its own ack has come back to the loop.
    wal.until(
        "all is resolved",
        () -> wal.counters().kept() == 0 && ledger.settled() == ledger.outcomes.size());
    wal.loop.run();

    assertThat(seen).isSorted().doesNotHaveDuplicates();
    ledger.checkEachOnce();
    assertThat(wal.pipeline.inlet("in").valve().isOpen()).isTrue();
    assertThat(wal.notices).filteredOn(Notice.BufferHasRoom.class::isInstance).hasSize(1);
  }

  @Test
  void neverMoreThanMaxBytesAreKeptAndABatchThatDoesNotFitIsSplit() throws Exception {
    List<Parcel> parcels = ledger.handOut(40);
    EntrySize of30 = new EntrySize();
    parcels.subList(0, 30).forEach(parcel -> of30.add(StoredEvent.of(parcel.event())));
    WalBench wal = open(5, 1000, of30.bytes());

    wal.deliver(parcels);
    wal.until("the buffer is full", () -> ledger.settled() == 30);
    wal.loop.run();

    assertThat(ledger.settled()).isEqualTo(30);
    assertThat(wal.counters().keptBytes()).isEqualTo(of30.bytes());
    wal.out.valve().set(true);
    while (wal.counters().delivered() < 40) {
      wal.until("more is delivered", () -> !wal.out.waiting.isEmpty());
      assertThat(wal.counters().keptBytes()).isLessThanOrEqualTo(of30.bytes());
      wal.out.take().forEach(Parcel::ack);
      wal.loop.run();
    }
    // Downstream may have an event before its own ack has come back to the loop.
    wal.until(
        "all is resolved",
        () -> wal.counters().kept() == 0 && ledger.settled() == ledger.outcomes.size());
    ledger.checkEachOnce();
  }

  @Test
  void theLimitsCountWhatAnEarlierRunHasLeft() throws Exception {
    WalBench wal = open(3, 10, 10_485_760);
    wal.deliver(ledger.handOut(8));
    wal.until("they are stored", () -> ledger.settled() == 8);
    long bytes = wal.counters().keptBytes();

    wal.restart();
    assertThat(wal.counters().kept()).isEqualTo(8);
    assertThat(wal.counters().keptBytes()).isEqualTo(bytes);
    wal.deliver(ledger.handOut(5));
    wal.until("two more fit", () -> ledger.settled() == 10);
    wal.loop.run();

    assertThat(ledger.settled()).isEqualTo(10);
    assertThat(wal.counters().kept()).isEqualTo(10);
  }

  @Test
  void aRestartGoesOnWithWhatWasNotAckedInOrder() throws Exception {
    WalBench wal = open();
    for (int i = 0; i < 5; i++) {
      int stored = i + 1;
      wal.deliver(ledger.handOut(1));
      wal.until("it is stored", () -> ledger.settled() == stored);
    }
    wal.until("they are delivered", () -> wal.out.waiting.size() == 5);
    wal.out.waiting.get(1).ack();
    wal.out.waiting.get(3).ack();
    wal.loop.run();

    wal.restart();
    wal.until("the rest is delivered", () -> wal.out.waiting.size() == 3);
    wal.loop.run();

    assertThat(wal.out.seen).containsExactly(0L, 2L, 4L);
    assertThat(wal.notices)
        .extracting(Notice::toString)
        .anySatisfy(text -> assertThat(text).startsWith("p/01/wal: closed, 3 events kept in "))
        .anySatisfy(text -> assertThat(text).startsWith("p/01/wal: 3 events to replay from "));
  }

  @Test
  void anEventThatCanNeverFitIsRefusedWithBothSizesAndBlocksNothing() throws Exception {
    WalBench wal = open(20, 1000, 2000);
    List<Outcome> told = new ArrayList<>();
    Event large = Event.of(Value.of("x".repeat(3000)), 0, null, 99);

    wal.deliver(List.of(Parcel.of(large, told::add)));
    wal.deliver(ledger.handOut(1));
    wal.until("the next is stored", () -> ledger.settled() == 1);

    assertThat(told).hasSize(1);
    assertThat(told.getFirst().verdict()).isEqualTo(Outcome.Verdict.REFUSED);
    assertThat(told.getFirst().reason())
        .contains(EntrySize.of(StoredEvent.of(large)) + " bytes", "2000 bytes of max_bytes");
  }

  @Test
  void anEventThatCanNeverFitGoesToTheErrorPortWhenThatIsConnected() throws Exception {
    WalBench wal =
        new WalBench(
            directory, Map.of("read_count", Value.of(1), "max_bytes", Value.of(2000)), true);
    bench = wal;

    wal.deliver(
        List.of(Parcel.of(Event.of(Value.of("x".repeat(3000)), 0, null, 99), outcome -> {})));
    wal.until("it is there", () -> !wal.err.waiting.isEmpty());

    assertThat(Json.write(wal.err.waiting.getFirst().event().value()))
        .contains("can never keep an event")
        .endsWith("\"event\":\"" + "x".repeat(3000) + "\"}");
  }

  @Test
  void anEventThatJsonHasNoFormForIsRefused() throws Exception {
    WalBench wal = open();
    List<Outcome> told = new ArrayList<>();

    wal.deliver(
        List.of(
            Parcel.of(Event.of(RecordValue.of("x", Value.of(Double.NaN)), 0, null, 1), told::add)));
    wal.loop.run();

    assertThat(told.getFirst().reason()).contains("an infinity or a NaN");
  }

  @Test
  void whatIsOutWhenTheHostDrainsIsWaitedForAndNothingMoreIsSent() throws Exception {
    WalBench wal = open(2, 1000, 10_485_760);
    wal.deliver(ledger.handOut(5));
    wal.until("two are delivered", () -> wal.out.waiting.size() == 2);

    wal.pipeline.drain();
    wal.loop.run();
    assertThat(wal.pipeline.pending()).isEqualTo(2);
    wal.out.take().forEach(Parcel::ack);
    wal.loop.run();

    assertThat(wal.pipeline.pending()).isZero();
    assertThat(wal.out.waiting).isEmpty();
  }

  @Test
  void aDiskThatIsFullClosesTheFlowAndLosesNothing() throws Exception {
    // Somebody else reads the buffer and resolves nothing, so its log grows to the engine's cap.
    Path folder = directory.resolve("data/p/01/wal");
    try (DurableBuffer buffer = DurableBuffer.open(folder, BufferOptions.defaults())) {
      buffer.subscribe("other").close();
    }
    WalBench wal = open(20, 1000, 1 << 20);
    String large = "x".repeat(100_000);
    Map<Long, List<Outcome>> settled = new TreeMap<>();
    long next = 0;
    // Room may come back for a while, when the log's part of it is in segments.
    boolean full = false;
    while (!full) {
      long id = next++;
      List<Outcome> told = new ArrayList<>();
      settled.put(id, told);
      wal.deliver(List.of(Parcel.of(Event.of(Value.of(large), 0, null, id), told::add)));
      long start = wal.loop.monotonicNanos();
      wal.untilWithTime(
          "it is stored, or was tried in vain for hours",
          () -> {
            wal.out.take().forEach(Parcel::ack);
            return !told.isEmpty()
                || wal.loop.monotonicNanos() - start > Duration.ofHours(2).toNanos();
          });
      full = told.isEmpty();
    }
    wal.loop.run();
    assertThat(wal.pipeline.inlet("in").valve().isOpen()).isFalse();
    assertThat(next).isBetween(80L, 200L);
    assertThat(settled.remove(next - 1)).isEmpty();
    assertThat(settled.values())
        .allSatisfy(told -> assertThat(told).containsExactly(Outcome.ACKED));
    assertThat(wal.notices).filteredOn(Notice.BufferFull.class::isInstance).isNotEmpty();

    wal.close();
    try (DurableBuffer buffer = DurableBuffer.open(folder, BufferOptions.defaults())) {
      buffer.unsubscribe("other");
    }
    wal.restart();
    wal.deliver(ledger.handOut(1));
    wal.until("it is stored", () -> ledger.settled() == 1);
    assertThat(ledger.outcomes.get(0L)).containsExactly(Outcome.ACKED);
  }

  @Test
  void settingsThatAreWrongAreAllNamed() {
    ConfigErrors errors = new ConfigErrors();

    assertThat(new WalType().read(WalBench.spec(directory, Map.of("dirr", Value.of("x"))), errors))
        .isNull();

    assertThat(errors.list())
        .extracting(ConfigError::message)
        .containsExactly(
            "operator 'wal' needs 'read_count'",
            "unknown key 'dirr' of operator 'wal'; did you mean 'dir'?",
            "operator 'wal' needs 'max_elements' or 'max_bytes' (or both), so that the disk is"
                + " bounded");
  }
}
