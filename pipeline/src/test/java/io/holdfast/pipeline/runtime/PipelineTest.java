package io.holdfast.pipeline.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.Outcome;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.operator.Operator;
import io.holdfast.pipeline.operator.OperatorContext;
import io.holdfast.script.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PipelineTest {
  private final SteppedLoop loop = new SteppedLoop();
  private final List<Notice> notices = new ArrayList<>();
  private final Ledger ledger = new Ledger();
  private final TestOutlet out = new TestOutlet();

  private Pipeline start(Graph graph, String... ports) {
    Host host =
        Host.of(Path.of("data"), Path.of(""))
            .withLoops(name -> loop)
            .withTime(loop)
            .withListener(notices::add);
    Pipeline pipeline = new Pipeline("p/01", graph, host);
    for (String port : ports) {
      pipeline.connect(port, out);
    }
    pipeline.start();
    loop.run();
    return pipeline;
  }

  /** Fails every event whose id is odd. */
  private record OddsFail(OperatorContext context) implements Operator {
    @Override
    public void process(String port, List<Parcel> parcels) {
      for (Parcel parcel : parcels) {
        if (parcel.event().id() % 2 == 1) {
          context.error(parcel, "odd");
        } else {
          context.emit("out", List.of(parcel));
        }
      }
    }
  }

  private static Graph.Builder odds() {
    return new Graph.Builder()
        .inlet("in")
        .node("odds", OddsFail::new)
        .outlet("out")
        .outlet("err")
        .edge("in", "out", "odds", "in")
        .edge("odds", "out", "out", "in");
  }

  @Test
  void passesEventsOnInOrderAndSettlesThemWhenTheOtherSideDoes() {
    Pipeline pipeline = start(Graph.passthrough(), "out");

    pipeline.inlet("in").deliver(ledger.handOut(3));
    pipeline.inlet("in").deliver(ledger.handOut(2));
    loop.run();

    assertThat(out.seen).containsExactly(0L, 1L, 2L, 3L, 4L);
    assertThat(ledger.settled()).isZero();
    out.take().forEach(Parcel::ack);
    ledger.checkEachOnce();
  }

  /** Has no memory for what it is handed. */
  private record Exhausted(OperatorContext context) implements Operator {
    @Override
    public void process(String port, List<Parcel> parcels) {
      throw new OutOfMemoryError("by the test");
    }
  }

  @Test
  void whatAnOperatorHadNoMemoryForFailsAndMayComeAgain() {
    Graph graph =
        new Graph.Builder()
            .inlet("in")
            .node("exhausted", Exhausted::new)
            .outlet("out")
            .edge("in", "out", "exhausted", "in")
            .edge("exhausted", "out", "out", "in")
            .build();
    Pipeline pipeline = start(graph, "out");

    pipeline.inlet("in").deliver(ledger.handOut(2));
    loop.run();

    ledger.checkEachOnce();
    assertThat(ledger.outcomes.values())
        .allMatch(told -> told.getFirst().verdict() == Outcome.Verdict.FAILED);
    assertThat(notices).singleElement().asString().contains("could not take events", "by the test");
  }

  @Test
  void anOutputThatLeadsNowhereAcks() {
    Pipeline pipeline = start(Graph.passthrough());

    pipeline.inlet("in").deliver(ledger.handOut(2));
    loop.run();

    assertThat(ledger.outcomes.values()).containsOnly(List.of(Outcome.ACKED));
  }

  @Test
  void nothingIsTakenWhileTheOtherSideIsClosed() {
    Pipeline pipeline = start(Graph.passthrough(), "out");

    out.valve().set(false);
    loop.run();
    assertThat(pipeline.inlet("in").valve().isOpen()).isFalse();
    pipeline.inlet("in").deliver(ledger.handOut(2));
    loop.run();
    assertThat(out.seen).isEmpty();

    out.valve().set(true);
    loop.run();
    assertThat(pipeline.inlet("in").valve().isOpen()).isTrue();
    assertThat(out.seen).containsExactly(0L, 1L);
  }

  @Test
  void oneClosedOutputOfSeveralClosesTheFlow() {
    TestOutlet other = new TestOutlet();
    Pipeline pipeline = start(Graph.passthrough(), "out");
    pipeline.connect("out", other);

    other.valve().set(false);
    loop.run();

    assertThat(pipeline.inlet("in").valve().isOpen()).isFalse();
  }

  @Test
  void aRuntimeErrorGoesToTheErrorPortWithTheEvent() {
    TestOutlet errors = new TestOutlet();
    Pipeline pipeline = start(odds().build(), "out");
    pipeline.connect("err", errors);

    pipeline.inlet("in").deliver(ledger.handOut(3));
    loop.run();

    assertThat(out.seen).containsExactly(0L, 2L);
    assertThat(Json.write(errors.waiting.getFirst().event().value()))
        .isEqualTo("{\"error\":\"odd\",\"event\":1}");
    errors.take().forEach(Parcel::ack);
    out.take().forEach(Parcel::ack);
    ledger.checkEachOnce();
  }

  @Test
  void aRuntimeErrorThatNobodyTakesRefusesTheEvent() {
    Pipeline pipeline = start(odds().build(), "out");

    pipeline.inlet("in").deliver(ledger.handOut(2));
    loop.run();

    assertThat(ledger.outcomes.get(1L)).containsExactly(Outcome.refused("odd"));
  }

  @Test
  void theErrorPortOfTheOperatorItselfComesFirst() {
    TestOutlet errors = new TestOutlet();
    Pipeline pipeline = start(odds().edge("odds", "err", "out", "in").build(), "out");
    pipeline.connect("err", errors);

    pipeline.inlet("in").deliver(ledger.handOut(2));
    loop.run();

    assertThat(out.seen).containsExactly(0L, 1L);
    assertThat(errors.seen).isEmpty();
  }

  @Test
  void aMistakeInAnOperatorSettlesItsEventsAndIsTold() {
    Graph.Maker broken =
        context ->
            (port, parcels) -> {
              throw new IllegalStateException("boom");
            };
    Pipeline pipeline =
        start(
            new Graph.Builder()
                .inlet("in")
                .node("broken", broken)
                .edge("in", "out", "broken", "in")
                .build());

    pipeline.inlet("in").deliver(ledger.handOut(2));
    loop.run();

    ledger.checkEachOnce();
    assertThat(notices).singleElement().asString().contains("p/01/broken", "boom");
  }

  @Test
  void theEntryClosesWhenTooMuchWaitsAndOpensAgain() {
    Pipeline pipeline = start(Graph.passthrough(), "out");

    for (int i = 0; i < 20; i++) {
      pipeline.inlet("in").deliver(ledger.handOut(100));
    }
    List<Boolean> states = new ArrayList<>();
    pipeline.inlet("in").valve().onChange(() -> states.add(pipeline.inlet("in").valve().isOpen()));
    loop.run();

    assertThat(states).contains(true);
    assertThat(pipeline.inlet("in").valve().isOpen()).isTrue();
    assertThat(out.seen).hasSize(2000).isSorted();
  }

  @Test
  void whatWaitsWhenThePipelineClosesFails() {
    Pipeline pipeline = start(Graph.passthrough(), "out");
    out.valve().set(false);
    loop.run();
    pipeline.inlet("in").deliver(ledger.handOut(2));

    var closed = pipeline.closeAsync();
    loop.run();
    pipeline.inlet("in").deliver(ledger.handOut(1));

    assertThat(closed).isCompleted();
    ledger.checkEachOnce();
    assertThat(ledger.outcomes.values())
        .allSatisfy(told -> assertThat(told.getFirst().isAcked()).isFalse());
  }

  @Test
  void aGraphWithACircleIsRefused() {
    assertThatThrownBy(
            () ->
                new Graph.Builder()
                    .inlet("in")
                    .inlet("other")
                    .edge("in", "out", "other", "in")
                    .edge("other", "out", "in", "in")
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("circle");
  }
}
