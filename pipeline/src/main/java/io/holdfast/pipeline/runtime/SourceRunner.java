package io.holdfast.pipeline.runtime;

import io.holdfast.engine.TimeSource;
import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.Hold;
import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.Outcome;
import io.holdfast.pipeline.Outlet;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.Receiver;
import io.holdfast.pipeline.Settlement;
import io.holdfast.pipeline.Source;
import io.holdfast.pipeline.SourceContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** A source, its thread, and what it is connected to. */
final class SourceRunner implements SourceContext {
  private final String name;
  private final Source source;
  private final Host host;
  private final List<Outlet> targets = new ArrayList<>();
  private final Object gate = new Object();
  private final CountDownLatch finished = new CountDownLatch(1);
  private final LongAdder emitted = new LongAdder();
  private final LongAdder acked = new LongAdder();
  private final LongAdder failed = new LongAdder();

  /** What operators hold until other events come, which may be never. */
  private final LongAdder held = new LongAdder();

  private final FailureNotices failures;
  private final Thread thread;
  private volatile boolean stopping;
  private volatile boolean stopRequested;

  SourceRunner(String name, Source source, Host host) {
    this.name = name;
    this.source = source;
    this.host = host;
    this.failures = new FailureNotices(name, host.listener(), host.time());
    this.thread = Thread.ofVirtual().name("holdfast-source-" + name).unstarted(this::work);
  }

  void connect(Outlet target) {
    targets.add(target);
    target.valve().onChange(this::wakeUp);
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

  SourceCounters counters() {
    // Settled first: an event is emitted before it is settled, so pending is never negative.
    long ackedNow = acked.sum();
    long failedNow = failed.sum();
    long heldNow = held.sum();
    long emittedNow = emitted.sum();
    return new SourceCounters(
        name,
        emittedNow,
        ackedNow,
        failedNow,
        emittedNow - ackedNow - failedNow - heldNow,
        finished.getCount() == 0);
  }

  void flushNotices() {
    failures.flush();
  }

  private void work() {
    try {
      source.run(this);
    } catch (InterruptedException stopped) {
      // The host asked for it.
    } catch (Throwable failure) {
      // An interrupt closes files and sockets, which is no failure either.
      if (!stopping) {
        host.listener().told(new Notice.ConnectorFailed(name, Reasons.of(failure)));
      }
    } finally {
      finished.countDown();
    }
  }

  private void wakeUp() {
    synchronized (gate) {
      gate.notifyAll();
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
  public boolean isOpen() {
    for (Outlet target : targets) {
      if (!target.valve().isOpen()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void awaitOpen() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    synchronized (gate) {
      while (!isOpen()) {
        gate.wait();
      }
    }
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    Thread.sleep(duration);
  }

  @Override
  public void emit(List<Event> events, Settlement settlement) {
    if (events.isEmpty()) {
      return;
    }
    emitted.add(events.size());
    List<Parcel> parcels = new ArrayList<>(events.size());
    for (Event event : events) {
      parcels.add(Parcel.of(event, new Emitted(event, settlement)));
    }
    if (targets.isEmpty()) {
      parcels.forEach(Parcel::ack);
      return;
    }
    if (targets.size() == 1) {
      targets.getFirst().deliver(parcels);
      return;
    }
    List<List<Parcel>> copies = new ArrayList<>();
    targets.forEach(target -> copies.add(new ArrayList<>(parcels.size())));
    for (Parcel parcel : parcels) {
      List<Parcel> forked = parcel.fork(targets.size());
      for (int i = 0; i < forked.size(); i++) {
        copies.get(i).add(forked.get(i));
      }
    }
    for (int i = 0; i < copies.size(); i++) {
      targets.get(i).deliver(copies.get(i));
    }
  }

  /** What this source handed out, and whoever is told what becomes of it. */
  private final class Emitted implements Receiver {
    private final Event event;
    private final Settlement settlement;
    private volatile boolean isHeld;

    Emitted(Event event, Settlement settlement) {
      this.event = event;
      this.settlement = settlement;
    }

    @Override
    public void settled(Outcome outcome) {
      if (outcome.isAcked()) {
        acked.increment();
      } else {
        failed.increment();
        failures.failed(outcome.reason());
      }
      settlement.settled(event, outcome);
    }

    @Override
    public void held(Hold hold) {
      if (!isHeld) {
        isHeld = true;
        held.increment();
      }
    }

    @Override
    public void released() {
      isHeld = false;
      held.decrement();
    }

    @Override
    public boolean cares() {
      return !settlement.equals(Settlement.NOBODY);
    }
  }

  @Override
  public void requestStop() {
    stopRequested = true;
  }

  /** Whether the source has asked the host to stop. */
  boolean isStopRequested() {
    return stopRequested;
  }

  @Override
  public void warn(String text) {
    host.listener().told(new Notice.Warning(name, text));
  }
}
