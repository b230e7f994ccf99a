package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.Delivery;
import io.holdfast.engine.Subscriber;
import io.holdfast.testkit.Knowledge.Expected;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/** Takes all that comes to one subscriber, compares, and puts it back in line. */
final class Inspection {
  private final Knowledge known;
  private final Subscriber subscriber;
  private final Tally tally;
  private final int most;
  private final BooleanSupplier paused;
  private int taken;

  /**
   * An inspection.
   *
   * @param most no more can be out or deferred
   * @param paused whether the subscriber gets nothing, because something cannot become a dead
   *     letter
   */
  Inspection(
      Knowledge known, Subscriber subscriber, Tally tally, int most, BooleanSupplier paused) {
    this.most = most;
    this.paused = paused;
    this.known = known;
    this.subscriber = subscriber;
    this.tally = tally;
  }

  /** The sequences that came. */
  Set<Long> run() {
    String id = subscriber.id();
    Expected mine = known.of(id);
    TreeSet<Long> came = new TreeSet<>();
    Set<Long> letters = known.letters(id).ever;
    boolean ordered = letters.isEmpty();
    for (; taken < most; taken++) {
      try (Delivery next = subscriber.next(Duration.ZERO)) {
        if (next == null) {
          break;
        }
        tally.came(next);
        known.seen(id, next.sequence(), Bundles.number(next.bundle()), Bundles.hash(next.bundle()));
        // Given up before a crash and replayed after it: there it comes in line and as a letter.
        assertThat(came.add(next.sequence()) || letters.contains(next.sequence()))
            .as("%s is out once", next.sequence())
            .isTrue();
        if (ordered) {
          assertThat(came.last()).as("in order").isEqualTo(next.sequence());
        }
        mine.handedOut.add(next.sequence());
        // Not held: after several crashes in a row bundles come one at a time.
        next.defer(Duration.ofSeconds(1));
        tally.count(How.DEFER);
      }
    }
    if (!sawAll()) {
      return came;
    }
    Set<Long> missing = new TreeSet<>(mine.must);
    missing.removeAll(came);
    compareLosses(missing);
    assertThat(subscriber.backlog().bundles())
        .as("backlog of %s", id)
        .isBetween(came.stream().filter(s -> !letters.contains(s)).count(), (long) came.size());
    mine.newlyLost.addAll(missing);
    // Given up once, and not known to be in line: it may have come as a letter.
    came.stream()
        .filter(s -> letters.contains(s) && !mine.must.contains(s))
        .forEach(mine.replayed::add);
    mine.must.clear();
    mine.must.addAll(came);
    mine.replayed.retainAll(came);
    mine.may.removeAll(came);
    mine.unflushed.addAll(mine.may);
    mine.may.clear();
    return came;
  }

  /** Whether all that there was could be taken. */
  boolean sawAll() {
    return taken < most && !paused.getAsBoolean();
  }

  /** Each bundle that must have come and has not is one that the engine has counted as lost. */
  void compareLosses(Set<Long> missing) {
    String id = subscriber.id();
    Expected mine = known.of(id);
    long lostNow = History.lost(subscriber);
    if (!known.losing) {
      if (!known.liar) {
        assertThat(missing).as("accepted and not resolved, but does not come to %s", id).isEmpty();
        assertThat(lostNow).as("lost for %s", id).isZero();
      }
      return;
    }
    long uncounted =
        mine.may.size()
            + (long) mine.newlyLost.size()
            + mine.resolvedLate.size()
            + known.unknown.size();
    assertThat(lostNow - mine.lost)
        .as("losses counted for %s while %s are gone, and %s in doubt", id, missing, uncounted)
        .isBetween((long) missing.size(), missing.size() + uncounted);
    mine.lost = lostNow;
    mine.resolvedLate.clear();
  }
}
