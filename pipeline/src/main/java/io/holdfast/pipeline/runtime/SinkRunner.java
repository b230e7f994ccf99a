package io.holdfast.pipeline.runtime;

import io.holdfast.engine.TimeSource;
import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.Outcome;
import io.holdfast.pipeline.Outlet;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.Sink;
import io.holdfast.pipeline.SinkContext;
import io.holdfast.pipeline.Valve;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A sink, its thread, its queue and its breaker. It takes nothing before the sink first asks: one
 * that has to connect first is not sent anything that it would have to fail.
 */
final class SinkRunner implements SinkContext, Outlet {
  /** The valve closes at this many unsettled events, and opens again at half of it. */
  private static final int CAPACITY = 1024;

  private final String name;
  private final Sink sink;
  private final Host host;
  private final Valve valve = new Valve();
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean stopping;

  /** What was handed over and is not settled, in the queue or with the sink. */
  private final Set<Parcel> unsettled = ConcurrentHashMap.newKeySet();

  private final AtomicInteger unsettledCount = new AtomicInteger();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Parcel> queue = new ArrayDeque<>();
  private boolean ready;
  private boolean woken;
  private boolean congested;
  private boolean ended;
  private boolean probing;
  private @Nullable String outage;
  private long downSince;

  private final LongAdder delivered = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder refused = new LongAdder();

  SinkRunner(String name, Sink sink, Host host) {
    this.name = name;
    this.sink = sink;
    this.host = host;
    this.valve.set(false);
    this.thread = Thread.ofVirtual().name("holdfast-sink-" + name).unstarted(this::work);
  }

  void start() {
    thread.start();
  }

  /** Asks it to end. */
  void interrupt() {
    stopping = true;
    if (thread.getState() == Thread.State.NEW) {
      finished.countDown();
    }
    thread.interrupt();
  }

  /** Waits until it has ended. */
  boolean awaitFinished(Duration timeout) throws InterruptedException {
    return finished.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  SinkCounters counters() {
    boolean down;
    lock.lock();
    try {
      down = outage != null;
    } finally {
      lock.unlock();
    }
    return new SinkCounters(
        name, delivered.sum(), failed.sum(), refused.sum(), unsettledCount.get(), down);
  }

  private void work() {
    String end = "it has ended";
    try {
      sink.run(this);
    } catch (InterruptedException stopped) {
      end = "the host stops";
    } catch (Throwable failure) {
      end = Reasons.of(failure);
      // An interrupt closes files and sockets, which is no failure either.
      if (!stopping) {
        host.listener().told(new Notice.ConnectorFailed(name, end));
      }
    } finally {
      end(end);
      finished.countDown();
    }
  }

  private void end(String reason) {
    lock.lock();
    try {
      ended = true;
      probing = false;
      if (outage == null) {
        outage = reason;
      }
      queue.clear();
    } finally {
      lock.unlock();
    }
    updateValve();
    for (Parcel parcel : unsettled) {
      parcel.fail(reason);
    }
  }

  @Override
  public Valve valve() {
    return valve;
  }

  @Override
  public void deliver(List<Parcel> parcels) {
    List<Parcel> mine = new ArrayList<>(parcels.size());
    for (Parcel parcel : parcels) {
      mine.add(adopt(parcel));
    }
    String down;
    lock.lock();
    try {
      down = probing ? null : outage;
      if (down == null) {
        queue.addAll(mine);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    if (down != null) {
      for (Parcel parcel : mine) {
        parcel.fail(down);
      }
    }
    updateValve();
  }

  /** Takes the duty over in a way that knows what is left when the sink ends. */
  private Parcel adopt(Parcel parcel) {
    Parcel[] self = new Parcel[1];
    Parcel mine =
        Parcel.of(
            parcel.event(),
            outcome -> {
              settled(self[0], outcome);
              parcel.settle(outcome);
            });
    self[0] = mine;
    unsettled.add(mine);
    unsettledCount.incrementAndGet();
    return mine;
  }

  private void settled(Parcel mine, Outcome outcome) {
    unsettled.remove(mine);
    unsettledCount.decrementAndGet();
    switch (outcome.verdict()) {
      case ACKED -> delivered.increment();
      case FAILED -> failed.increment();
      case REFUSED -> refused.increment();
    }
    updateValve();
  }

  private void updateValve() {
    boolean open;
    lock.lock();
    try {
      int waiting = unsettledCount.get();
      congested = congested ? waiting > CAPACITY / 2 : waiting >= CAPACITY;
      open = ready && (outage == null || probing) && !congested;
      // Within the lock, so that the last to decide is the last to set.
      valve.set(open);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public TimeSource time() {
    return host.time();
  }

  @Override
  public RandomGenerator random() {
    return host.random();
  }

  @Override
  public List<Parcel> take(int most) throws InterruptedException {
    while (true) {
      List<Parcel> taken = take(most, Duration.ofDays(1));
      if (!taken.isEmpty()) {
        return taken;
      }
    }
  }

  @Override
  public List<Parcel> take(int most, Duration timeout) throws InterruptedException {
    makeReady();
    List<Parcel> taken = new ArrayList<>();
    long left = timeout.toNanos();
    lock.lockInterruptibly();
    try {
      while (queue.isEmpty() && !woken && left > 0) {
        left = changed.awaitNanos(left);
      }
      woken = false;
      for (int i = 0; i < most && !queue.isEmpty(); i++) {
        taken.add(queue.remove());
      }
    } finally {
      lock.unlock();
    }
    return taken;
  }

  private void makeReady() {
    lock.lock();
    try {
      if (ready) {
        return;
      }
      ready = true;
    } finally {
      lock.unlock();
    }
    updateValve();
  }

  @Override
  public void wake() {
    lock.lock();
    try {
      woken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void down(String reason) {
    List<Parcel> waiting;
    boolean first;
    lock.lock();
    try {
      if (ended) {
        return;
      }
      first = outage == null;
      if (first) {
        downSince = host.time().monotonicNanos();
      }
      outage = reason;
      probing = false;
      waiting = List.copyOf(queue);
      queue.clear();
    } finally {
      lock.unlock();
    }
    updateValve();
    // The interrupt of a stop closes files and sockets, which is no outage.
    if (first && !stopping) {
      host.listener().told(new Notice.BreakerOpened(name, reason));
    }
    for (Parcel parcel : waiting) {
      parcel.fail(reason);
    }
  }

  @Override
  public void probe() {
    lock.lock();
    try {
      if (ended || outage == null) {
        return;
      }
      probing = true;
    } finally {
      lock.unlock();
    }
    updateValve();
  }

  @Override
  public void up() {
    Duration lasted;
    lock.lock();
    try {
      if (ended || outage == null) {
        return;
      }
      outage = null;
      probing = false;
      lasted = Duration.ofNanos(host.time().monotonicNanos() - downSince);
    } finally {
      lock.unlock();
    }
    host.listener().told(new Notice.BreakerClosed(name, lasted));
    updateValve();
  }

  @Override
  public void warn(String text) {
    host.listener().told(new Notice.Warning(name, text));
  }
}
