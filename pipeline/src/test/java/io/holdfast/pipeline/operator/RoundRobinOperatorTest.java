package io.holdfast.pipeline.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.EventLoop;
import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.Parcel;
import io.holdfast.script.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoundRobinOperatorTest {
  /** Its outputs are closed, as buffers close in the middle of what they are handed. */
  private record Closed(Set<String> connected, List<String> sentTo) implements OperatorContext {
    @Override
    public String name() {
      return "p/01/r";
    }

    @Override
    public EventLoop loop() {
      throw new AssertionError("nothing is put off");
    }

    @Override
    public Host host() {
      throw new AssertionError("nothing is told");
    }

    @Override
    public void emit(String port, List<Parcel> parcels) {
      parcels.forEach(_ -> sentTo.add(port));
    }

    @Override
    public void error(Parcel parcel, Event left, String message) {
      throw new AssertionError(message);
    }

    @Override
    public boolean isDownstreamOpen() {
      return false;
    }

    @Override
    public boolean isOpen(String port) {
      return false;
    }

    @Override
    public boolean isConnected(String port) {
      return connected.contains(port);
    }

    @Override
    public void setAccepting(boolean accepting) {}
  }

  private static List<String> dealt(Set<String> connected) {
    Closed context = new Closed(connected, new ArrayList<>());
    List<Parcel> parcels = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      parcels.add(Parcel.of(Event.of(Value.of(i), 0, null, i), _ -> {}));
    }
    new RoundRobinOperator(context, List.of("a", "b")).process("in", parcels);
    return context.sentTo;
  }

  @Test
  void whatComesAfterAllHaveClosedIsNotLeftToAPortThatLeadsNowhere() {
    assertThat(dealt(Set.of("a", "b"))).containsExactly("a", "b", "a");
  }

  @Test
  void itOverflowsWhereThatLeadsSomewhere() {
    assertThat(dealt(Set.of("a", "b", "overflow"))).containsOnly("overflow").hasSize(3);
  }
}
