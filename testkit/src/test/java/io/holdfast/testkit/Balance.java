package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What came into the line of one subscriber since some moment, and what left it: what is in line
 * must be the difference. A bundle leaves it once, by an ack, as a dead letter or by a policy; each
 * of these is counted somewhere else.
 */
final class Balance {
  /**
   * Counts at one moment.
   *
   * @param line the subscriber's backlog
   * @param synced bundles that the buffer has taken in
   * @param lost what policies have taken from this subscriber
   * @param gaveUp bundles that left the line because they were given up
   */
  record Moment(long line, long synced, long lost, long gaveUp) {}

  private final Moment start;
  private long acked;

  Balance(Moment start) {
    this.start = start;
  }

  /** So many acks have each taken a bundle out of the line. */
  void acked(long bundles) {
    acked += bundles;
  }

  void compare(String id, Moment now) {
    long in = now.synced - start.synced;
    long out = acked + (now.lost - start.lost) + (now.gaveUp - start.gaveUp);
    assertThat(now.line)
        .as(
            "in line for %s: %s at first, %s came, %s acked, then %s, first %s",
            id, start.line, in, acked, now, start)
        .isEqualTo(start.line + in - out);
  }
}
