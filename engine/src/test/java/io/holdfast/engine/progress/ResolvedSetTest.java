package io.holdfast.engine.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResolvedSetTest {
  private static final int RANGE = 64;

  @Test
  void runsThatTouchBecomeOneAndTheLowestRaisesTheMark() {
    ResolvedSet set = new ResolvedSet(10);
    set.add(12, 13);
    set.add(15, 15);
    assertThat(set.runs()).hasSize(2);
    set.add(14, 14);
    assertThat(set.runs()).containsExactly(Map.entry(12L, 15L));
    set.add(10, 11);
    assertThat(set.lowWater()).isEqualTo(16);
    assertThat(set.runs()).isEmpty();
  }

  @Test
  void forgettingInTheMiddleOfARunKeepsItsHead() {
    ResolvedSet set = new ResolvedSet(10);
    set.add(11, 40);
    set.forgetFrom(30);
    assertThat(set.contains(29)).isTrue();
    assertThat(set.contains(30)).isFalse();
    assertThat(set.highest()).isEqualTo(29);
  }

  /** Repeat one history with -Dholdfast.seed=N. */
  @Test
  void itIsTheSetThatItsHistoryMakes() {
    Long only = Long.getLong("holdfast.seed");
    for (long seed = only == null ? 0 : only; seed < (only == null ? 2_000 : only + 1); seed++) {
      Random random = new Random(seed);
      ResolvedSet set = new ResolvedSet(0);
      BitSet model = new BitSet();
      for (int step = 0; step < 40; step++) {
        change(random, set, model);
        for (int i = 0; i < RANGE + 4; i++) {
          assertThat(set.contains(i))
              .as("seed %d, step %d, %d in %s", seed, step, i, set)
              .isEqualTo(model.get(i));
          assertThat(set.firstMissing(i))
              .as("seed %d, step %d, from %d in %s", seed, step, i, set)
              .isEqualTo(model.nextClearBit(i));
          assertThat(set.firstPresent(i, -1))
              .as("seed %d, step %d, present from %d in %s", seed, step, i, set)
              .isEqualTo(model.nextSetBit(i));
        }
        assertThat(set.highest()).isEqualTo(model.length() - 1);
      }
    }
  }

  private static void change(Random random, ResolvedSet set, BitSet model) {
    int first = random.nextInt(RANGE);
    int last = Math.min(RANGE - 1, first + random.nextInt(6));
    switch (random.nextInt(9)) {
      case 0 -> {
        set.forgetFrom(first);
        model.clear(first, RANGE);
      }
      case 1 -> {
        ResolvedSet other = new ResolvedSet(random.nextInt(20));
        other.add(first, last);
        BitSet both = new BitSet();
        both.set(0, Math.toIntExact(other.lowWater()));
        both.set(first, last + 1);
        set.retainAll(other);
        model.and(both);
      }
      case 3 -> {
        set.remove(first);
        model.clear(first);
      }
      case 2 -> {
        set.raise(first);
        model.set(0, first);
      }
      default -> {
        set.add(first, last);
        model.set(first, last + 1);
      }
    }
  }
}
