package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BufferStatus;

/** What was done in one life of a buffer, to compare with its counters. */
final class Tally {
  long appended;
  long refused;
  long delivered;
  private long acked;
  private long rejected;
  private long deferred;
  private long failed;

  void count(How how) {
    switch (how) {
      case ACK, ACK_DURABLY -> acked++;
      case REJECT, REJECT_REST -> rejected++;
      case FAIL -> failed++;
      case DEFER -> deferred++;
      case GIVE_BACK, KEEP, HOLD -> {}
    }
  }

  /** Compares, when no call of this life has failed. */
  void compare(BufferStatus status) {
    assertThat(status.appended()).as("appended").isEqualTo(appended);
    assertThat(status.refused()).as("refused").isEqualTo(refused);
    assertThat(status.delivered()).as("delivered").isEqualTo(delivered);
    assertThat(status.acked()).as("acked").isEqualTo(acked);
    assertThat(status.deferred()).as("deferred").isEqualTo(deferred);
    assertThat(status.failed()).as("failed").isEqualTo(failed);
    // What has failed too often, or has ended the process too often, is rejected as well.
    assertThat(status.rejected()).as("rejected").isGreaterThanOrEqualTo(rejected);
  }
}
