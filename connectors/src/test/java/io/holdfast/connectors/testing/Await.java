package io.holdfast.connectors.testing;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits on conditions. */
public final class Await {
  private static final Duration MOST = Duration.ofSeconds(60);

  private Await() {}

  /** Returns once the condition holds; fails when it never does. */
  public static void until(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + MOST.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited in vain until " + what);
      }
      Thread.sleep(5);
    }
  }
}
