package io.holdfast.testkit.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/** Waiting for what a worker does, as long as it lives. */
final class Patience {
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(120);

  /** Whether something has come about. */
  interface Condition {
    boolean holds() throws IOException;
  }

  private Patience() {}

  /**
   * Waits.
   *
   * @param what is waited for, for the message when it does not come
   * @throws AssertionError when it does not come, or the worker ends before it
   */
  static void until(Witness.Life life, String what, Condition condition) throws IOException {
    long end = System.nanoTime() + MOST_NANOS;
    while (!condition.holds()) {
      try {
        life.checkAlive();
      } catch (InterruptedException e) {
        throw interrupted();
      }
      assertThat(System.nanoTime() - end).as(what).isNegative();
      pause(2);
    }
  }

  static void pause(long millis) throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static IOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while waiting");
  }
}
