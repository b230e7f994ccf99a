package io.holdfast.pipeline.operator.wal;

/** How many events are where. */
final class Tally {
  private int out;
  private int untilMore;
  private int untilTime;

  /** Some have come to a place, or have left it. */
  void count(Place place, int events) {
    switch (place) {
      case HERE -> {}
      case OUT -> out += events;
      case UNTIL_MORE -> untilMore += events;
      case UNTIL_TIME -> untilTime += events;
    }
  }

  /** All of another one are gone. */
  void subtract(Tally gone) {
    out -= gone.out;
    untilMore -= gone.untilMore;
    untilTime -= gone.untilTime;
  }

  int out() {
    return out;
  }

  int untilTime() {
    return untilTime;
  }

  /** What downstream collects. */
  int collected() {
    return untilMore + untilTime;
  }
}
