package io.holdfast.connectors.metronome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.TimeSource;
import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.Settlement;
import io.holdfast.pipeline.SourceContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The beat on a clock that only the test moves. */
class MetronomeBeatTest {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  @Test
  void theBeatBeginsAnewAfterTheFlowWasClosedSoThatNoTickIsMadeUp() {
    Script script = new Script();
    // How long the flow is closed before each tick, in milliseconds.
    script.closed.addAll(List.of(0L, 0L, 3500L, 700L, 0L));

    assertThatThrownBy(() -> new Metronome(INTERVAL, "test").run(script))
        .isInstanceOf(InterruptedException.class);

    assertThat(script.ticks).containsExactly(0L, 1000L, 5500L, 7200L, 8200L);
  }

  /** A host with a clock that sleeping and waiting move. */
  private static final class Script implements SourceContext, TimeSource {
    private final Deque<Long> closed = new ArrayDeque<>();
    private final List<Long> ticks = new ArrayList<>();
    private long nanos;

    @Override
    public String name() {
      return "metronome";
    }

    @Override
    public TimeSource time() {
      return this;
    }

    @Override
    public long monotonicNanos() {
      return nanos;
    }

    @Override
    public long epochNanos() {
      return nanos;
    }

    @Override
    public boolean isOpen() {
      return !closed.isEmpty() && closed.peek() == 0;
    }

    @Override
    public void awaitOpen() throws InterruptedException {
      Long wait = closed.poll();
      if (wait == null) {
        throw new InterruptedException("the script has ended");
      }
      nanos += Duration.ofMillis(wait).toNanos();
    }

    @Override
    public void sleep(Duration duration) {
      nanos += duration.toNanos();
    }

    @Override
    public void emit(List<Event> events, Settlement settlement) {
      ticks.add(Duration.ofNanos(nanos).toMillis());
    }

    @Override
    public void requestStop() {}

    @Override
    public void warn(String text) {}
  }
}
