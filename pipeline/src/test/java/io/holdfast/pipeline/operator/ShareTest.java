package io.holdfast.pipeline.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.Outcome;
import io.holdfast.pipeline.Parcel;
import io.holdfast.script.Duty;
import io.holdfast.script.Value;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShareTest {
  private static final Event EVENT = Event.of(Value.NULL, 0, null, 0);

  private final List<Outcome> told = new ArrayList<>();

  private Share share() {
    return Share.of(Parcel.of(EVENT, told::add));
  }

  @Test
  void aResultThatNobodyWaitsForIsNotCaredFor() {
    assertThat(Share.parcel(null, EVENT).isCaredFor()).isFalse();
    assertThat(Share.parcel(share(), EVENT).isCaredFor()).isTrue();
  }

  @Test
  void whatCannotBeJoinedForWantOfMemoryHasFailed() {
    List<Duty> others = List.of(share(), share());
    List<Duty> tooMany =
        new AbstractList<>() {
          private boolean tried;

          @Override
          public Duty get(int index) {
            return others.get(index);
          }

          @Override
          public int size() {
            if (!tried) {
              tried = true;
              throw new OutOfMemoryError("by the test");
            }
            return others.size();
          }
        };
    Share first = share();
    assertThatThrownBy(() -> first.join(tooMany)).isInstanceOf(OutOfMemoryError.class);
    assertThat(told).hasSize(3).noneMatch(Outcome::isAcked);
  }
}
