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
  void aJoinThatFailsForgetsNoneOfThem() {
    Receiver starved =
        new Receiver() {
          @Override
          public void settled(Outcome outcome) {
            told.add(outcome);
          }

          @Override
          public void released() {
            throw new OutOfMemoryError("by the test");
          }
        };
    Parcel troubled = Parcel.of(Event.of(Value.NULL, 0, null, 0), starved);
    troubled.hold(Hold.UNTIL_TIME);
    List<Parcel> parcels = List.of(parcel(), troubled, parcel());

    assertThatThrownBy(() -> Parcel.join(Event.of(Value.NULL, 0, null, 0), parcels))
        .isInstanceOf(OutOfMemoryError.class);

    assertThat(told).hasSize(3).noneMatch(Outcome::isAcked);
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
    public void held(Hold hold) {
      notes.add(hold.toString());
    }

    @Override
    public void released() {
      notes.add("released");
    }
  }

  private static final String MORE = "UNTIL_MORE";
  private static final String TIME = "UNTIL_TIME";

  private final List<String> notes = new ArrayList<>();

  private Parcel noted() {
    return Parcel.of(Event.of(Value.of(1), 0, null, 7), new Notes(notes));
  }

  /** What was noted since this was asked last. */
  private List<String> news() {
    List<String> news = List.copyOf(notes);
    notes.clear();
    return news;
  }

  @Test
  void whoHandedItOutKnowsThatItIsHeldUntilItIsPassedOn() {
    Parcel parcel = noted();

    parcel.hold(Hold.UNTIL_MORE);
    parcel.hold(Hold.UNTIL_MORE);
    parcel.release();
    parcel.release();
    parcel.hold(Hold.UNTIL_TIME);
    Parcel derived = parcel.with(parcel.event());
    parcel.hold(Hold.UNTIL_TIME);
    parcel.release();
    assertThat(news()).containsExactly(MORE, "released", TIME, "released");
    derived.hold(Hold.UNTIL_MORE);
    derived.hold(Hold.UNTIL_TIME);
    derived.ack();
    derived.hold(Hold.UNTIL_MORE);

    assertThat(news()).containsExactly(MORE, TIME, "released", "ACKED");
  }

  @Test
  void aForkIsHeldWhileAllOfItThatIsLeftIs() {
    List<Parcel> copies = noted().fork(3);

    copies.get(0).hold(Hold.UNTIL_MORE);
    copies.get(1).hold(Hold.UNTIL_MORE);
    assertThat(news()).isEmpty();
    copies.get(2).ack();
    assertThat(news()).containsExactly(MORE);
    copies.get(0).release();
    assertThat(news()).containsExactly("released");
    copies.get(0).ack();
    assertThat(news()).containsExactly(MORE);
    copies.get(1).ack();

    assertThat(news()).containsExactly("released", "ACKED");
  }

  @Test
  void aForkIsHeldUntilTimeWhileOneCopyIs() {
    List<Parcel> copies = noted().fork(3);

    copies.get(0).hold(Hold.UNTIL_MORE);
    copies.get(1).hold(Hold.UNTIL_TIME);
    copies.get(2).hold(Hold.UNTIL_TIME);
    assertThat(news()).containsExactly(TIME);
    copies.get(2).hold(Hold.UNTIL_MORE);
    assertThat(news()).as("another one still is").isEmpty();
    copies.get(1).hold(Hold.UNTIL_MORE);
    assertThat(news()).containsExactly(MORE);
    copies.get(0).hold(Hold.UNTIL_TIME);
    assertThat(news()).containsExactly(TIME);
    copies.get(0).ack();
    assertThat(news()).containsExactly("released", MORE);
  }

  @Test
  void whatFailedIsToldAtOnceWhenAllThatIsLeftIsHeld() {
    List<Parcel> copies = noted().fork(3);

    copies.get(0).hold(Hold.UNTIL_MORE);
    copies.get(1).fail("not now");
    assertThat(news()).as("one is on its way").isEmpty();
    copies.get(2).hold(Hold.UNTIL_TIME);
    assertThat(news()).containsExactly("FAILED");
    copies.get(2).hold(Hold.UNTIL_MORE);
    copies.get(0).release();
    copies.get(0).refuse("never");
    copies.get(2).ack();

    assertThat(news()).as("nobody asks any more").isEmpty();
  }

  @Test
  void whatIsRefusedIsToldAtOnceWhenAllThatIsLeftIsHeld() {
    List<Parcel> copies = noted().fork(2);

    copies.get(0).hold(Hold.UNTIL_MORE);
    copies.get(1).hold(Hold.UNTIL_MORE);
    copies.get(1).refuse("never");
    assertThat(news()).containsExactly(MORE, "released", "REFUSED");
    copies.get(0).fail("late");
    assertThat(news()).isEmpty();
  }

  @Test
  void nobodyCaresForTheRestOfWhatIsToldAlready() {
    List<Parcel> copies = noted().fork(2);
    Parcel joined = Parcel.join(Event.of(Value.NULL, 0, null, 0), List.of(copies.get(0)));

    joined.hold(Hold.UNTIL_MORE);
    assertThat(joined.isCaredFor()).isTrue();
    copies.get(1).fail("not now");
    assertThat(joined.isCaredFor()).isFalse();
    Parcel other = Parcel.join(Event.of(Value.NULL, 0, null, 0), List.of(joined, noted(), noted()));
    assertThat(other.isCaredFor()).as("others of it are cared for").isTrue();
  }

  @Test
  void aJoinIsHeldWithAllThatItWasMadeOf() {
    List<Parcel> copies = noted().fork(2);
    Parcel joined = Parcel.join(Event.of(Value.NULL, 0, null, 0), List.of(copies.get(0), noted()));

    joined.hold(Hold.UNTIL_TIME);
    assertThat(news()).as("of one a copy is left").containsExactly(TIME);
    copies.get(1).hold(Hold.UNTIL_MORE);
    assertThat(news()).containsExactly(TIME);
    joined.hold(Hold.UNTIL_MORE);
    assertThat(news()).containsExactly(MORE, MORE);
    joined.release();
    assertThat(news()).containsExactly("released", "released");
  }
}
