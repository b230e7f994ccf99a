package io.holdfast.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Whether a command was asked to stop. Thread-safe. */
final class StopSignal {
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** Stops at the first signal that asks this process to; the second one halts it. */
  static StopSignal install() {
    StopSignal stop = new StopSignal();
    Signals.onFirst(name -> stop.stop());
    return stop;
  }

  /** Stops. */
  void stop() {
    stopped.countDown();
  }

  /** Whether it has come. */
  boolean isStopped() {
    return stopped.getCount() == 0;
  }

  /** Waits for it; whether it came in time. */
  boolean await(Duration time) throws InterruptedException {
    return stopped.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }
}
