package io.holdfast.engine;

import io.holdfast.engine.tasks.WaitSet;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The task that writes the small files. Callers who need one written hand their job to it and wait:
 * so an interrupt of theirs closes no file, and no two jobs meet.
 */
final class Upkeep {
  /** Something to do on the disk. */
  @FunctionalInterface
  interface Job {
    void run() throws IOException;
  }

  /** When a job gets its turn. */
  @FunctionalInterface
  interface Turn {
    void run(Job job) throws IOException;
  }

  private static final long NEVER = Long.MAX_VALUE;

  private final ConcurrentLinkedQueue<Ticket> tickets = new ConcurrentLinkedQueue<>();

  /** Those that need not wait until a periodic run is through. */
  private final ConcurrentLinkedQueue<Ticket> urgent = new ConcurrentLinkedQueue<>();

  private final WaitSet waiting;
  private final Runnable periodic;
  private final TimeSource time;
  private final TaskExecutor.Task task;

  /** When the periodic run is asked for; {@link #NEVER} when it is not. */
  private final AtomicLong due = new AtomicLong(NEVER);

  /** When {@link #breathe} has run something last, and how long that took; the task's own. */
  private long breathed;

  private long breath;

  /** The job behind which none comes; set once. */
  private volatile @Nullable Ticket last;

  /** A task that runs {@code periodic} when it is due, and jobs when they come. */
  Upkeep(BufferOptions options, Runnable periodic) {
    this.waiting = new WaitSet(options.tasks(), options.time());
    this.periodic = periodic;
    this.time = options.time();
    this.breathed = time.monotonicNanos();
    this.task = options.tasks().register("holdfast-upkeep", this::step);
  }

  /** Asks for a periodic run within a time. */
  void within(Duration delay) {
    long at = time.monotonicNanos() + WaitSet.nanos(delay);
    due.accumulateAndGet(at, Math::min);
    task.signalAfter(delay);
  }

  /** Asks for a periodic run now. */
  void soon() {
    due.set(Long.MIN_VALUE);
    task.signal();
  }

  /**
   * Runs a job on the task, and waits for it.
   *
   * @throws ClosedException when {@link #end} came first
   */
  void run(Job job) throws IOException {
    run(job, tickets);
  }

  /**
   * As {@link #run}, but the job may run in the midst of another one, or of a periodic run, at
   * {@link #breathe}: those may take seconds.
   */
  void runUrgently(Job job) throws IOException {
    run(job, urgent);
  }

  private void run(Job job, Queue<Ticket> queue) throws IOException {
    Ticket ticket = new Ticket(job);
    queue.add(ticket);
    task.signal();
    if (last != null) {
      refuseAll();
    }
    await(ticket);
  }

  /**
   * Runs a job on the task, waits for it, and ends the task. What waits for its turn is refused at
   * once: the last job waits for threads that may be among those who ask.
   */
  void end(Job job) throws IOException {
    Ticket ticket = new Ticket(job);
    last = ticket;
    refuseAll();
    task.signal();
    try {
      await(ticket);
    } finally {
      task.close();
    }
  }

  private void await(Ticket ticket) throws IOException {
    waiting.await(() -> ticket.done, Long.MAX_VALUE);
    Throwable failure = ticket.failure;
    switch (failure) {
      case null -> {}
      case IOException io -> throw io;
      case RuntimeException runtime -> throw runtime;
      case Error error -> throw error;
      default -> throw new IllegalStateException(failure);
    }
  }

  /**
   * Runs what is urgent, unless that would take more time than the rest has had; called on the
   * task, where a job or a periodic run may be interrupted.
   */
  void breathe() {
    if (urgent.isEmpty()) {
      return;
    }
    long now = time.monotonicNanos();
    if (now - breathed >= breath) {
      runWaiting(urgent);
      breathed = time.monotonicNanos();
      breath = breathed - now;
    }
  }

  /** What comes meanwhile has its turn in another step: who asks again and again stops nobody. */
  private void runWaiting(Queue<Ticket> queue) {
    for (int left = queue.size(); left > 0; left--) {
      Ticket ticket = queue.poll();
      if (ticket == null) {
        return;
      }
      run(ticket);
    }
  }

  private void step() {
    runWaiting(urgent);
    runWaiting(tickets);
    Ticket end = last;
    if (end == null) {
      runPeriodicIfDue();
    } else if (!end.done) {
      run(end);
    }
  }

  private void run(Ticket ticket) {
    try {
      ticket.job.run();
    } catch (Throwable failure) {
      ticket.failure = failure;
    }
    ticket.done = true;
    waiting.signalAll();
  }

  /** Who only has a job to be done does not pay for the rest. */
  private void runPeriodicIfDue() {
    long at = due.get();
    if (at == NEVER) {
      return;
    }
    long left = at == Long.MIN_VALUE ? 0 : at - time.monotonicNanos();
    if (left > 0) {
      // This step has cleared the timer.
      task.signalAfter(Duration.ofNanos(left));
    } else {
      due.set(NEVER);
      periodic.run();
    }
  }

  private void refuseAll() {
    refuseAll(urgent);
    refuseAll(tickets);
    waiting.signalAll();
  }

  private static void refuseAll(Queue<Ticket> queue) {
    for (Ticket ticket = queue.poll(); ticket != null; ticket = queue.poll()) {
      ticket.failure = new ClosedException("the buffer was closed meanwhile");
      ticket.done = true;
    }
  }

  private static final class Ticket {
    private final Job job;
    private volatile boolean done;
    private @Nullable Throwable failure;

    Ticket(Job job) {
      this.job = job;
    }
  }
}
