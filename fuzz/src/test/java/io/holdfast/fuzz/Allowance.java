package io.holdfast.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * How much may be allocated for an input: a constant, which is for what is done whatever the input
 * is, and a multiple of the input's size. All that the thread allocates on the heap counts, also
 * what is garbage at once, and what Jazzer allocates on it while it watches: megabytes for some
 * inputs that take kilobytes without it, so the constants are not small.
 *
 * @param constant in bytes
 * @param factor in bytes for each byte of the input
 */
public record Allowance(long constant, long factor) {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Classes are loaded once, so what takes too much is done again, and the least counts. */
  private static final int TRIES = 4;

  /**
   * What is done with an input, all on the thread that it is called on; it can be done again, and
   * does the same. It throws nothing for an input that it refuses, which counts as well.
   */
  @FunctionalInterface
  public interface Work<T extends @Nullable Object, E extends Exception> {
    /** Does it. */
    T run() throws E;
  }

  /** As {@link Work}, without a result. */
  @FunctionalInterface
  public interface Action<E extends Exception> {
    /** Does it. */
    void run() throws E;
  }

  /** Does it within this limit. */
  public <E extends Exception> void covers(byte[] input, Action<E> action) throws E {
    byte[] _ =
        covers(
            input.length,
            () -> {
              action.run();
              return input;
            });
  }

  /** Does it within this limit for an input of some bytes, and returns what comes of it. */
  public <T extends @Nullable Object, E extends Exception> T covers(int bytes, Work<T, E> work)
      throws E {
    long limit = constant + factor * bytes;
    long taken = Long.MAX_VALUE;
    for (int i = 0; i < TRIES; i++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      T result = work.run();
      taken = Math.min(taken, THREADS.getCurrentThreadAllocatedBytes() - before);
      if (taken <= limit) {
        return result;
      }
    }
    throw new AssertionError(
        "%,d bytes are allocated for an input of %,d bytes, and %,d are allowed"
            .formatted(taken, bytes, limit));
  }
}
