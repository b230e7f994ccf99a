package io.holdfast.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.Lincheck;

/**
 * Runs a scenario of a few threads in the orders that Lincheck's model checker tries, {@code
 * -Dholdfast.orders=N} of them. What waits for ever fails.
 *
 * <p>It tries orders in which each call sees what came before it; what compilers and processors may
 * turn round beyond that is not tried. Not all of the engine can be put to it. It does not run what
 * calls the disk; it takes the JDK's collections as they are; it lets a parked thread go on by
 * itself, so that a lost wake-up shows only where a scenario waits in a loop instead; and it does
 * not see threads that are not the scenario's own, or hangs when it joins them. So {@link
 * WaitingTest} has those on real threads, and the testkit's {@code StressTest} the whole.
 */
public final class AllOrders {
  private static final int ORDERS = Integer.getInteger("holdfast.orders", 60);

  private static final Duration FIRST = Duration.ofSeconds(20);

  private static volatile Object unusedElsewhere = FIRST;

  private AllOrders() {}

  /** Tries a scenario, which leaves nothing behind. */
  public static void of(Runnable scenario) {
    // Loads the classes: a thread that is held up in that would hold up the others. A scenario that
    // waits for ever does so here as well, and only the model checker says where.
    Thread first = Thread.ofPlatform().daemon().start(scenario);
    try {
      boolean _ = first.join(FIRST);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    Lincheck.runConcurrentTest(ORDERS, scenario);
  }

  /** Runs one part in this thread and each other one in its own; until all have ended. */
  public static void together(Runnable here, Runnable... there) {
    List<Thread> others = new ArrayList<>();
    for (Runnable part : there) {
      Thread other = new Thread(part);
      other.start();
      others.add(other);
    }
    here.run();
    for (Thread other : others) {
      try {
        other.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /**
   * Says that several threads will have it. What no field of a class has led to the checker takes
   * for one thread's own, and tries no orders of what is done to its fields.
   */
  public static <T> T shared(T object) {
    unusedElsewhere = object;
    return object;
  }

  /** By hand: what AssertJ does for it would be tried in all orders as well. */
  public static void check(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }
}
