package io.holdfast.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The limit of the scheduler: threads that do nothing but wait, one after the other's turn, and one
 * that does nothing but wake all who wait. Producers that wait for their bundles cannot go on more
 * often than that.
 */
final class Waking {
  private final AtomicReference<@Nullable Turn> waiting = new AtomicReference<>();
  private final Thread waker = Thread.ofPlatform().daemon().unstarted(this::wake);
  private volatile boolean ended;

  private Waking() {}

  /** Somebody who waits. */
  private static final class Turn {
    private final Thread thread = Thread.currentThread();
    private @Nullable Turn before;
    private volatile boolean over;
  }

  /**
   * Lets threads wait and be woken for a time.
   *
   * @param threads how many
   * @return how often one of them was woken, each second
   */
  static double perSecond(int threads, long nanos) throws InterruptedException {
    return new Waking().measure(threads, nanos);
  }

  private double measure(int threads, long nanos) throws InterruptedException {
    waker.start();
    long started = System.nanoTime();
    long end = started + nanos;
    long[] counts = new long[threads];
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int own = i;
      all.add(Thread.ofPlatform().daemon().start(() -> counts[own] = takeTurns(end)));
    }
    long total = 0;
    for (int i = 0; i < threads; i++) {
      all.get(i).join();
      total += counts[i];
    }
    long took = System.nanoTime() - started;
    ended = true;
    LockSupport.unpark(waker);
    waker.join();
    return total / (took / 1e9);
  }

  private long takeTurns(long end) {
    long count = 0;
    while (System.nanoTime() < end) {
      Turn turn = new Turn();
      Turn head;
      do {
        head = waiting.get();
        turn.before = head;
      } while (!waiting.compareAndSet(head, turn));
      if (head == null) {
        LockSupport.unpark(waker);
      }
      while (!turn.over) {
        LockSupport.park(this);
      }
      count++;
    }
    return count;
  }

  private void wake() {
    while (!ended) {
      Turn turn = waiting.getAndSet(null);
      if (turn == null) {
        LockSupport.park(this);
      }
      while (turn != null) {
        Turn before = turn.before;
        turn.over = true;
        LockSupport.unpark(turn.thread);
        turn = before;
      }
    }
  }
}
