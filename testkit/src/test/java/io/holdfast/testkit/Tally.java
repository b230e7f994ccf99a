package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BufferStatus;
import io.holdfast.engine.Delivery;

/** What was done in one life of a buffer, to compare with its counters. */
final class Tally {
  long refused;

  /** Times that the caller has given something up, by rejecting it or by failing it too often. */
  long givenUp;

  /** Whether all of those were done with at once: nothing failed, waited or was gone by then. */
  boolean simple = true;

  private long appended;
  private long delivered;
  private long redelivered;
  private long acked;
  private long deferred;
  private long failed;
  private long first = -1;
  private long last = -1;

  void accepted(long sequence) {
    appended++;
    first = first < 0 ? sequence : Math.min(first, sequence);
    last = Math.max(last, sequence);
  }

  void came(Delivery delivery) {
    delivered++;
    redelivered += delivery.attempt() > 1 ? 1 : 0;
  }

  void count(How how) {
    switch (how) {
      case ACK, ACK_DURABLY -> acked++;
      case FAIL -> failed++;
      case DEFER -> deferred++;
      case REJECT, REJECT_REST, GIVE_BACK, KEEP, HOLD -> {}
    }
  }

  /** The counter that an end of a delivery belongs to; 0 when there is none. */
  static long counter(BufferStatus status, How how) {
    return switch (how) {
      case ACK, ACK_DURABLY -> status.acked();
      case FAIL -> status.failed();
      case DEFER -> status.deferred();
      case REJECT, REJECT_REST -> status.rejected();
      case GIVE_BACK, KEEP, HOLD -> 0;
    };
  }

  /**
   * Compares, at any moment between two operations.
   *
   * @param pending appends of which the caller does not know yet how they ended
   * @param unsynced whether appends may end before they are synced
   * @param calm whether no call of this life has failed
   * @param told how often the listener was told that something was given up
   * @param toldOwn of these, what the engine gave up of its own accord
   */
  void compare(
      BufferStatus status, int pending, boolean unsynced, boolean calm, long told, long toldOwn) {
    assertThat(status.appended()).as("appended").isBetween(appended, appended + pending);
    assertThat(status.refused()).as("refused").isBetween(refused, refused + pending);
    assertThat(status.synced())
        .as("synced")
        .isBetween(unsynced ? 0 : status.appended(), status.appended());
    assertThat(status.groups().sum()).as("in groups").isEqualTo(status.synced());
    assertThat(status.delivered()).as("delivered").isEqualTo(delivered);
    assertThat(status.redelivered()).as("redelivered").isEqualTo(redelivered);
    assertThat(status.acked()).as("acked").isEqualTo(acked);
    assertThat(status.deferred()).as("deferred").isEqualTo(deferred);
    assertThat(status.failed()).as("failed").isEqualTo(failed);
    assertThat(status.rejected()).as("rejected").isEqualTo(told);
    assertThat(told - toldOwn)
        .as("given up for the caller")
        .isBetween(calm && simple ? givenUp : 0, givenUp);
    assertThat(status.nextSequence()).as("the next sequence").isGreaterThan(last);
    if (calm && pending == 0 && appended > 0) {
      assertThat(last - first + 1).as("sequences given out").isEqualTo(appended);
      assertThat(status.nextSequence()).as("the next sequence").isEqualTo(last + 1);
    }
  }
}
