package io.holdfast.pipeline.runtime;

import io.holdfast.pipeline.EventLoop;
import io.holdfast.pipeline.Inlet;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.Valve;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An entry of a pipeline: queues what comes until the loop gets to it, and lets nothing in while
 * the graph is closed. What queued up goes in together.
 */
final class Mailbox implements Inlet {
  /** The valve closes at this many queued events, and opens again at half of it. */
  private static final int CAPACITY = 1024;

  /** No more than this go in together, so that the loop gets to other work in between. */
  private static final int LARGEST_BATCH = 1024;

  private final String port;
  private final Node node;
  private final EventLoop loop;
  private final Valve valve = new Valve();
  private final ConcurrentLinkedQueue<List<Parcel>> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong queued = new AtomicLong();
  private final AtomicBoolean scheduled = new AtomicBoolean();

  /** How many the loop is working on. */
  private volatile int goingIn;

  private volatile boolean closed;

  Mailbox(String port, Node node, EventLoop loop) {
    this.port = port;
    this.node = node;
    this.loop = loop;
  }

  @Override
  public String port() {
    return port;
  }

  @Override
  public Valve valve() {
    return valve;
  }

  @Override
  public void deliver(List<Parcel> parcels) {
    if (parcels.isEmpty()) {
      return;
    }
    queued.addAndGet(parcels.size());
    queue.add(parcels);
    if (closed) {
      failAll();
    } else {
      schedule();
    }
  }

  /** What is about to go in; nothing while the graph is closed. */
  long pending() {
    // In this order: the loop says what is going in before it is not queued any more.
    long waiting = node.isFlowing() ? queued.get() : 0;
    return waiting + goingIn;
  }

  boolean leadsTo(Node other) {
    return node == other;
  }

  /** On the loop: the graph behind may have opened or closed. */
  void flowChanged() {
    updateValve();
    if (node.isFlowing()) {
      schedule();
    }
  }

  /** On the loop: what is queued, and what still comes, fails. */
  void close() {
    closed = true;
    valve.set(false);
    failAll();
  }

  private void schedule() {
    if (scheduled.compareAndSet(false, true)) {
      loop.post(this::run);
    }
    if (queued.get() >= CAPACITY) {
      valve.set(false);
      // The loop may have emptied the queue just now, and would not open the valve again.
      loop.post(this::updateValve);
    }
  }

  private void run() {
    scheduled.set(false);
    if (!node.isFlowing() || closed) {
      return;
    }
    List<Parcel> first = queue.poll();
    if (first == null) {
      return;
    }
    List<Parcel> batch = new ArrayList<>(first);
    for (List<Parcel> next = queue.peek();
        next != null && batch.size() + next.size() <= LARGEST_BATCH;
        next = queue.peek()) {
      batch.addAll(next);
      queue.remove();
    }
    // Before they are not queued any more: whoever stops waits for them either way.
    goingIn = batch.size();
    queued.addAndGet(-batch.size());
    try {
      node.process(Graph.IN, batch);
    } finally {
      goingIn = 0;
      updateValve();
      if (!queue.isEmpty()) {
        schedule();
      }
    }
  }

  private void updateValve() {
    long waiting = queued.get();
    if (closed || !node.isFlowing() || waiting >= CAPACITY) {
      valve.set(false);
    } else if (waiting <= CAPACITY / 2) {
      valve.set(true);
    }
  }

  private void failAll() {
    for (List<Parcel> parcels = queue.poll(); parcels != null; parcels = queue.poll()) {
      queued.addAndGet(-parcels.size());
      for (Parcel parcel : parcels) {
        parcel.fail("the pipeline has stopped");
      }
    }
  }
}
