package io.holdfast.pipeline.operator.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BufferOptions;
import io.holdfast.pipeline.Hold;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long is waited before what failed is sent again. */
class BackingOffTest {
  @TempDir private Path directory;

  private static void fire(WindowBench bench) {
    bench.loop.delays.clear();
    while (bench.open().isEmpty() && bench.loop.hasTimers()) {
      bench.loop.fire();
      bench.loop.runAll();
    }
  }

  @Test
  void whatFailedLongAgoAndIsInAWindowSinceMakesNoOtherTroubleLonger() {
    try (WindowBench bench =
        new WindowBench(directory, 2, Patience.usual(), BufferOptions.defaults())) {
      bench.append(0);
      bench.window.pump();
      for (int i = 0; i < 10; i++) {
        bench.last(0).fail("not now");
        bench.loop.runAll();
        fire(bench);
      }
      bench.last(0).hold(Hold.UNTIL_MORE);
      bench.loop.runAll();
      bench.later.addAndGet(Duration.ofMinutes(1).toNanos());
      bench.append(1);
      bench.window.pump();
      bench.last(1).ack();
      bench.loop.runAll();
      bench.append(2);
      bench.window.pump();
      bench.last(2).fail("not now");
      bench.loop.delays.clear();
      bench.loop.runAll();
      assertThat(bench.loop.delays.getFirst()).isLessThan(Duration.ofMillis(51));
    }
  }

  @Test
  void thatOthersAreAckedDoesNotShortenTheWaitForWhatAlwaysFails() {
    try (WindowBench bench =
        new WindowBench(directory, 2, Patience.usual(), BufferOptions.defaults())) {
      bench.append(0);
      Duration wait = Duration.ZERO;
      for (int other = 1; other < 12; other++) {
        bench.append(other);
        bench.window.pump();
        if (other > 1) {
          assertThat(bench.open()).containsExactly(0L);
          bench.last(0).hold(Hold.UNTIL_MORE);
          bench.loop.runAll();
        }
        bench.last(other).ack();
        bench.loop.runAll();
        bench.last(0).fail("not now");
        bench.loop.runAll();
        wait = bench.loop.delays.getLast();
        fire(bench);
      }
      assertThat(wait).isGreaterThanOrEqualTo(Duration.ofSeconds(5));

      bench.last(0).ack();
      bench.loop.runAll();
      bench.append(12);
      bench.window.pump();
      bench.last(12).fail("not now");
      bench.loop.delays.clear();
      bench.loop.runAll();
      assertThat(bench.loop.delays.getFirst())
          .as("all is well again")
          .isLessThan(Duration.ofMillis(51));
    }
  }
}
