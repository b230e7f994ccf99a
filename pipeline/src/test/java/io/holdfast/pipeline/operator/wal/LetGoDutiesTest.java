package io.holdfast.pipeline.operator.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BufferOptions;
import io.holdfast.pipeline.Hold;
import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.Outcome;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.Receiver;
import io.holdfast.pipeline.operator.Operator;
import io.holdfast.pipeline.operator.ScriptedOperators;
import io.holdfast.script.Query;
import io.holdfast.script.QueryNode;
import io.holdfast.script.SourceFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A window that never closes keeps no duties for what a buffer has let go. */
class LetGoDutiesTest {
  private static final int EVENTS = 100_000;
  private static final int OF_A_BUNDLE = 1_000;
  private static final int PATIENCE = 2_000;

  @TempDir private Path directory;

  /** Duties that the window has. */
  private long duties;

  private final class Counted implements Receiver {
    private final Parcel real;

    Counted(Parcel real) {
      this.real = real;
      duties++;
    }

    @Override
    public void settled(Outcome outcome) {
      duties--;
      real.settle(outcome);
    }

    @Override
    public void held(Hold hold) {
      real.hold(hold);
    }

    @Override
    public void released() {
      real.release();
    }

    @Override
    public boolean cares() {
      return real.isCaredFor();
    }
  }

  private Operator select(WindowBench bench, List<Parcel> results) {
    Query query =
        Query.load(
            SourceFile.of(
                "q.trickle",
                """
                define tumbling window w with size = 1000000 end;
                select aggr::stats::count() from in[w] into out;
                """));
    Host host = Host.of(directory, directory);
    for (QueryNode node : query.nodes()) {
      if (node instanceof QueryNode.Selected selected) {
        return ScriptedOperators.select(
            new TestContext(bench.loop, host, results), selected.select());
      }
    }
    throw new AssertionError("no select");
  }

  @Test
  void theDutiesOfEventsThatWereLetGoAreDropped() {
    List<Parcel> results = new ArrayList<>();
    try (WindowBench bench =
        new WindowBench(directory, 100, new Patience(PATIENCE), BufferOptions.defaults())) {
      Operator select = select(bench, results);
      for (int first = 0; first < EVENTS; first += OF_A_BUNDLE) {
        bench.append(IntStream.range(first, first + OF_A_BUNDLE).toArray());
        bench.window.pump();
        while (!bench.sent.isEmpty()) {
          List<Parcel> came = List.copyOf(bench.sent);
          bench.sent.clear();
          select.process(
              "in", came.stream().map(it -> Parcel.of(it.event(), new Counted(it))).toList());
          bench.loop.runAll();
        }
        assertThat(duties).isLessThan(2 * (PATIENCE + OF_A_BUNDLE) + 1);
      }

      assertThat(bench.kept()).isLessThanOrEqualTo(PATIENCE + OF_A_BUNDLE);
      assertThat(bench.window.delivered()).isEqualTo(EVENTS - bench.kept());
      assertThat(bench.notices).hasSize(1);
      assertThat(results).isEmpty();
    }
  }
}
