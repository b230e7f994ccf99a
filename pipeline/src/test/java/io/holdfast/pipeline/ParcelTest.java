package io.holdfast.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.script.Value;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParcelTest {
  private final List<Outcome> told = new ArrayList<>();

  private Parcel parcel() {
    return Parcel.of(Event.of(Value.of(1), 0, null, 7), told::add);
  }

  @Test
  void settlesOnceHoweverOftenItIsAsked() {
    Parcel parcel = parcel();

    assertThat(parcel.ack()).isTrue();
    assertThat(parcel.fail("late")).isFalse();
    assertThat(parcel.refuse("later")).isFalse();

    assertThat(told).containsExactly(Outcome.ACKED);
  }

  @Test
  void aForkIsSettledWhenTheLastCopyIsAndTheWorstCounts() {
    List<Parcel> copies = parcel().fork(3);

    copies.get(1).fail("not now");
    copies.get(0).refuse("never");
    assertThat(told).isEmpty();
    copies.get(2).ack();

    assertThat(told).containsExactly(Outcome.failed("not now"));
  }

  @Test
  void aRefusalOfOneCopyOutweighsTheAcksOfTheOthers() {
    List<Parcel> copies = parcel().fork(2);

    copies.get(0).refuse("never");
    copies.get(1).ack();

    assertThat(told).containsExactly(Outcome.refused("never"));
  }

  @Test
  void theSameCopySettledTwiceDoesNotStandForAnother() {
    List<Parcel> copies = parcel().fork(2);

    copies.get(0).ack();
    copies.get(0).ack();

    assertThat(told).isEmpty();
  }

  @Test
  void aJoinSettlesAllThatItWasMadeOf() {
    Parcel joined = Parcel.join(Event.of(Value.NULL, 0, null, 0), List.of(parcel(), parcel()));

    joined.fail("no");

    assertThat(told).containsExactly(Outcome.failed("no"), Outcome.failed("no"));
  }

  @Test
  void aJoinWithASpentOneForgetsNoneOfTheOthers() {
    List<Parcel> parcels = List.of(parcel(), parcel(), parcel());
    parcels.get(1).ack();

    assertThatThrownBy(() -> Parcel.join(Event.of(Value.NULL, 0, null, 0), parcels))
        .isInstanceOf(IllegalStateException.class);

    assertThat(told).hasSize(3);
    assertThat(told).filteredOn(Outcome::isAcked).hasSize(1);
  }

  @Test
  void theDutyCanBePassedOnOnce() {
    Parcel parcel = parcel();
    Parcel derived = parcel.with(Event.of(Value.of(2), 0, null, 7));

    assertThatThrownBy(() -> parcel.with(derived.event()))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> parcel.fork(2)).isInstanceOf(IllegalStateException.class);
    assertThat(parcel.ack()).isFalse();
    assertThat(told).isEmpty();

    derived.ack();
    assertThat(told).containsExactly(Outcome.ACKED);
  }

  /** Notes all that it is told. */
  private record Notes(List<String> notes) implements Receiver {
    @Override
    public void settled(Outcome outcome) {
      notes.add(outcome.verdict().toString());
    }

    @Override
    public void held() {
      notes.add("held");
    }

    @Override
    public void released() {
      notes.add("released");
    }
  }

  private final List<String> notes = new ArrayList<>();

  private Parcel noted() {
    return Parcel.of(Event.of(Value.of(1), 0, null, 7), new Notes(notes));
  }

  @Test
  void whoHandedItOutKnowsThatItIsHeldUntilItIsPassedOn() {
    Parcel parcel = noted();

    parcel.hold();
    parcel.hold();
    parcel.release();
    parcel.release();
    parcel.hold();
    Parcel derived = parcel.with(parcel.event());
    parcel.hold();
    parcel.release();
    assertThat(notes).containsExactly("held", "released", "held", "released");
    derived.hold();
    derived.ack();
    derived.hold();

    assertThat(notes)
        .containsExactly("held", "released", "held", "released", "held", "released", "ACKED");
  }

  @Test
  void aForkIsHeldWhileAllOfItThatIsLeftIs() {
    List<Parcel> copies = noted().fork(3);

    copies.get(0).hold();
    copies.get(1).hold();
    assertThat(notes).isEmpty();
    copies.get(2).ack();
    assertThat(notes).containsExactly("held");
    copies.get(0).release();
    assertThat(notes).containsExactly("held", "released");
    copies.get(0).fail("no");
    assertThat(notes).containsExactly("held", "released", "held");
    copies.get(1).ack();

    assertThat(notes).containsExactly("held", "released", "held", "released", "FAILED");
  }

  @Test
  void aJoinIsHeldWithAllThatItWasMadeOf() {
    List<Parcel> copies = noted().fork(2);
    Parcel joined = Parcel.join(Event.of(Value.NULL, 0, null, 0), List.of(copies.get(0), noted()));

    joined.hold();
    assertThat(notes).as("of one a copy is left").containsExactly("held");
    copies.get(1).hold();
    assertThat(notes).containsExactly("held", "held");
    joined.release();
    assertThat(notes).containsExactly("held", "held", "released", "released");
  }
}
