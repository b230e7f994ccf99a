package io.holdfast.pipeline.operator.wal;

import io.holdfast.pipeline.operator.wal.Held.Row;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The bundles that were read and are not resolved, in order, where their events are, and which of
 * them can be let go. Runs on the loop.
 */
final class Outstanding {
  private final Patience patience;
  private final Set<Held> bundles = new LinkedHashSet<>();
  private final Tally total = new Tally();

  /** Events of bundles of which all that is left is collected. */
  private long waiting;

  Outstanding(Patience patience) {
    this.patience = patience;
  }

  void add(Held bundle) {
    bundles.add(bundle);
  }

  /** Nothing that is said of its events counts any more. */
  void remove(Held bundle) {
    if (!bundles.remove(bundle)) {
      return;
    }
    total.subtract(bundle.tally());
    if (bundle.isResting()) {
      waiting -= bundle.size();
    }
    bundle.end();
  }

  /** An event is somewhere else now. */
  void move(Row row, Place place) {
    total.count(row.place(), -1);
    total.count(place, 1);
    row.move(place);
    look(row.held());
  }

  /** An event is done for good. */
  void delivered(Row row) {
    row.held().delivered();
    move(row, Place.HERE);
  }

  /** Downstream will never take this event. */
  void refused(Row row, String reason) {
    row.held().refused(row, reason);
    move(row, Place.HERE);
  }

  private void look(Held bundle) {
    if (bundle.isOnlyCollected() != bundle.isResting()) {
      if (bundle.isResting()) {
        bundle.wake();
        waiting -= bundle.size();
      } else {
        bundle.rest();
        waiting += bundle.size();
      }
    }
  }

  /** How many bundles there are. */
  int size() {
    return bundles.size();
  }

  /** Events that are on their way. */
  int out() {
    return total.out();
  }

  /** Events that downstream collects. */
  int collected() {
    return total.collected();
  }

  /** Whether some of it will go on when time has passed. */
  boolean isTimeComing() {
    return total.untilTime() > 0;
  }

  /** Whether downstream collects too much. */
  boolean isTooMuch() {
    return collected() > patience.events();
  }

  /** Events that are kept only because downstream collects them, or others of their bundles. */
  long waiting() {
    return waiting;
  }

  /** The oldest bundles of which only more events end it, with a quarter of what is collected. */
  List<Held> oldest() {
    List<Held> oldest = new ArrayList<>();
    int enough = Math.max(1, collected() / 4);
    int events = 0;
    for (Held bundle : bundles) {
      if (events >= enough) {
        break;
      }
      if (bundle.isResting() && bundle.tally().untilTime() == 0) {
        oldest.add(bundle);
        events += bundle.tally().collected();
      }
    }
    return oldest;
  }

  /** Gives all of them back. */
  void close() {
    for (Held bundle : List.copyOf(bundles)) {
      remove(bundle);
      bundle.giveBack();
    }
  }
}
