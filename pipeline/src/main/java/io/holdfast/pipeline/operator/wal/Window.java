package io.holdfast.pipeline.operator.wal;

import io.holdfast.engine.ClosedException;
import io.holdfast.engine.CorruptException;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.Subscriber;
import io.holdfast.pipeline.Backoff;
import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.Outcome;
import io.holdfast.pipeline.bundle.EventBundle;
import io.holdfast.pipeline.bundle.StoredEvent;
import io.holdfast.pipeline.operator.OperatorContext;
import io.holdfast.pipeline.operator.wal.Held.Row;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Delivers what is stored, in order, at most so many events at once. When some fail, it stops until
 * all that is out is settled, waits, sends one of them to see whether downstream takes it, and goes
 * on from there; so what failed comes again in order and before anything newer. An event that
 * downstream can never take goes to the dead letters once the rest of its bundle is settled, and
 * holds nothing up.
 *
 * <p>What downstream collects, in windows and batches, is not on its way: more is sent meanwhile,
 * and nothing waits for it, so that the rest comes that it is collected with. Where only more
 * events end that, it must not fill the buffer, nor the memory: then the oldest of it is let go,
 * which is to count as delivered. Where time ends it, that is waited for. Runs on the loop.
 */
final class Window {
  private static final Duration FIRST_WAIT = Duration.ofMillis(50);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  /** If nothing has failed for so long, what failed before was another trouble. */
  private static final Duration OVER = LONGEST_WAIT.multipliedBy(3);

  /** So long is waited for what is out, if nothing of it is settled. */
  private static final Duration STALLED = Duration.ofSeconds(5);

  /** After so long a bundle comes again that could not be read a second time. */
  private static final Duration UNREADABLE_WAIT = Duration.ofSeconds(5);

  private final int readCount;
  private final OperatorContext context;
  private final Subscriber subscriber;
  private final Runnable roomCame;
  private final BooleanSupplier isFull;
  private final LetGoNotice letGo;
  private final Backoff backoff;
  private final Refusals refusals;

  private final Outstanding outstanding;
  private final Awake awake = new Awake();
  private final Reports reports;
  private @Nullable Held reading;
  private final TreeMap<Long, Row> again = new TreeMap<>();

  /** What has failed, whether it was sent again or not, until it is settled. */
  private final Set<Row> failed = new HashSet<>();

  private long nextOrder;

  /** Something failed: nothing is sent before {@link #resume}. */
  private boolean paused;

  /** Downstream has failed, and taken nothing since: one event at a time. */
  private boolean probing;

  private long pausedAt;

  /** Counts pauses and their ends, so that the timers of an earlier one do nothing. */
  private long pauses;

  private boolean resumeIsDue;

  /** Counts what was settled: as long as something is, nothing has stalled. */
  private long settlements;

  private boolean draining;
  private boolean closed;

  private volatile long pending;
  private volatile long waiting;
  private final LongAdder delivered = new LongAdder();
  private final LongAdder repeated = new LongAdder();

  /**
   * The downstream half.
   *
   * @param patience how much downstream may collect
   * @param roomCame is run when a bundle was resolved
   * @param isFull whether nothing new is stored until a bundle is resolved
   */
  Window(
      WalSettings settings,
      Patience patience,
      OperatorContext context,
      Subscriber subscriber,
      Runnable roomCame,
      BooleanSupplier isFull) {
    this.outstanding = new Outstanding(patience);
    this.reports = new Reports(context, this::takeAll);
    this.letGo = new LetGoNotice(context);
    this.roomCame = roomCame;
    this.isFull = isFull;
    this.readCount = settings.readCount();
    this.context = context;
    this.subscriber = subscriber;
    this.backoff = new Backoff(FIRST_WAIT, LONGEST_WAIT, context.host().random());
    this.refusals = new Refusals(context, settings.directory());
  }

  long pending() {
    // What was said of an event and not looked at yet may be that it comes again.
    return pending + (reports.isEmpty() ? 0 : 1);
  }

  /** Events that are kept only because downstream collects them, or others of their bundles. */
  long waiting() {
    return waiting;
  }

  long delivered() {
    return delivered.sum();
  }

  long repeated() {
    return repeated.sum();
  }

  long refused() {
    return refusals.refused();
  }

  /** Sends what there is room for. */
  void pump() {
    while (maySend()) {
      Shipment next = next((probing ? 1 : readCount) - outstanding.out());
      if (next.size() == 0) {
        if (outstanding.out() == 0 && isFull.getAsBoolean()) {
          makeRoom();
        }
        return;
      }
      count();
      next.send();
    }
  }

  private boolean maySend() {
    return !closed
        && !draining
        && !paused
        && context.isDownstreamOpen()
        && refusals.hasRoom()
        && !(outstanding.isTooMuch() && outstanding.isTimeComing());
  }

  /**
   * Nothing new is stored for lack of room. If nothing else can make room, because what downstream
   * collects is all there is, and only more events end that, then these would never come.
   *
   * @return whether something was let go
   */
  boolean makeRoom() {
    return maySend()
        // What was said and not taken yet may be that a result is on its way.
        && reports.isEmpty()
        && outstanding.collected() > 0
        && !outstanding.isTimeComing()
        && outstanding.out() == 0
        && again.isEmpty()
        && (reading == null || !reading.hasNext())
        && refusals.pending() == 0
        && subscriber.backlog().bundles() <= outstanding.size()
        && letGoOldest(LetGoNotice.Reason.NO_ROOM);
  }

  private boolean letGoOldest(LetGoNotice.Reason reason) {
    List<Held> oldest = outstanding.oldest();
    if (oldest.isEmpty()) {
      return false;
    }
    letGo.letGo(reason);
    for (Held bundle : oldest) {
      delivered.add(bundle.tally().collected());
      resolve(bundle);
    }
    failed.removeIf(row -> row.held().isOver());
    count();
    roomCame.run();
    return true;
  }

  private Shipment next(int room) {
    Shipment next = new Shipment(context, reports);
    while (next.size() < room) {
      boolean isRepeated = !again.isEmpty();
      Row row = isRepeated ? again.pollFirstEntry().getValue() : nextRow();
      if (row == null) {
        break;
      }
      try {
        next.add(row);
        awake.used(row.held());
        outstanding.move(row, Place.OUT);
        if (isRepeated) {
          repeated.increment();
        }
      } catch (Throwable unreadable) {
        // Also when memory is short.
        giveBack(row.held(), unreadable);
        next.dropGivenBack();
      }
    }
    return next;
  }

  /** What was sent before is on the disk only, and cannot be read: all of it comes again later. */
  private void giveBack(Held bundle, Throwable unreadable) {
    outstanding.remove(bundle);
    again.values().removeIf(row -> row.held() == bundle);
    failed.removeIf(row -> row.held() == bundle);
    if (reading == bundle) {
      reading = null;
    }
    bundle.giveBack(UNREADABLE_WAIT);
    warn(
        "the bundle "
            + bundle.delivery().sequence()
            + " cannot be read a second time, and comes again as a whole: "
            + reason(unreadable));
  }

  private static String reason(Throwable failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  private @Nullable Row nextRow() {
    if (reading == null || !reading.hasNext()) {
      reading = readNext();
    }
    return reading == null ? null : reading.next(nextOrder++);
  }

  /** The next bundle that holds events, null when there is none now. */
  private @Nullable Held readNext() {
    while (true) {
      Delivery delivery;
      try {
        delivery = subscriber.next(Duration.ZERO);
      } catch (ClosedException e) {
        return null;
      } catch (Throwable trouble) {
        cannotRead(trouble);
        return null;
      }
      if (delivery == null) {
        return null;
      }
      try {
        List<StoredEvent> events = EventBundle.decode(delivery.bundle());
        if (!events.isEmpty()) {
          Held bundle = new Held(delivery, events);
          outstanding.add(bundle);
          return bundle;
        }
        delivery.ack();
      } catch (IllegalArgumentException | CorruptException e) {
        String reason = reason(e);
        warn("the bundle " + delivery.sequence() + " is given up: " + reason);
        refusals.giveUp(delivery, reason, this::givenUp);
        count();
        continue;
      } catch (Throwable trouble) {
        // Also when memory is short.
        delivery.close();
        cannotRead(trouble);
        return null;
      }
      delivery.close();
    }
  }

  private void cannotRead(Throwable trouble) {
    warn("cannot be read, tries again: " + reason(trouble));
    pause();
  }

  private void takeAll() {
    if (closed) {
      reports.clear();
      return;
    }
    takeReports();
    pump();
  }

  private void takeReports() {
    boolean resolved = false;
    for (Reports.Report next = reports.next(); next != null; next = reports.next()) {
      settlements++;
      resolved |= take(next);
    }
    count();
    if (paused && outstanding.out() == 0 && !resumeIsDue) {
      scheduleResume();
    }
    if (resolved) {
      roomCame.run();
    }
    if (!draining && outstanding.isTooMuch() && !outstanding.isTimeComing()) {
      letGoOldest(LetGoNotice.Reason.NO_MEMORY);
    }
  }

  /** Whether a bundle is resolved by it. */
  private boolean take(Reports.Report report) {
    Row row = report.row();
    if (row.held().isOver()) {
      return false;
    }
    switch (report) {
      case Reports.Collected(_, var hold) -> {
        // To wait for more than that, one at a time, would take as long as the window is.
        probing = false;
        outstanding.move(row, Place.of(hold));
      }
      case Reports.Released _ -> outstanding.move(row, Place.OUT);
      case Reports.Settled(_, Outcome outcome) -> settle(row, outcome);
    }
    return row.held().isSettled() && resolve(row.held());
  }

  private void settle(Row row, Outcome outcome) {
    switch (outcome.verdict()) {
      case ACKED -> {
        delivered.increment();
        probing = false;
        outstanding.delivered(row);
        resolved(row);
      }
      case FAILED -> {
        outstanding.move(row, Place.HERE);
        again.put(row.order(), row);
        failed.add(row);
        pause();
      }
      case REFUSED -> {
        outstanding.refused(row, outcome.reason());
        failed.remove(row);
      }
    }
  }

  /**
   * What goes well beside what fails again and again does not make that come sooner. But some that
   * failed may be in a window now that nothing closes.
   */
  private void resolved(Row row) {
    failed.remove(row);
    if (failed.isEmpty() || nanoTime() - pausedAt > OVER.toNanos()) {
      backoff.reset();
    }
  }

  private long nanoTime() {
    return context.host().time().monotonicNanos();
  }

  /** Resolves a bundle of which nothing is waited for; whether it is resolved already. */
  private boolean resolve(Held bundle) {
    outstanding.remove(bundle);
    if (bundle.refused().isEmpty()) {
      bundle.ack();
      return true;
    }
    refusals.giveUp(bundle, this::givenUp);
    return false;
  }

  private void givenUp() {
    if (!closed) {
      count();
      roomCame.run();
      pump();
    }
  }

  private void count() {
    pending = outstanding.out() + refusals.pending();
    waiting = outstanding.waiting();
  }

  private void pause() {
    if (!paused) {
      paused = true;
      pausedAt = nanoTime();
      pauses++;
      if (outstanding.out() == 0) {
        scheduleResume();
      } else {
        watch();
      }
    }
  }

  /**
   * Whoever collects events before it passes them on, and does not say so, may have what is out,
   * and wait for more: then more must come, though what failed is not all here yet, or though one
   * was to go alone.
   */
  private void watch() {
    long mine = pauses;
    long before = settlements;
    context
        .loop()
        .schedule(
            STALLED,
            () -> {
              int held = outstanding.out() + outstanding.collected();
              if (mine != pauses || closed || !(paused || probing) || held == 0) {
                return;
              }
              if (before != settlements || outstanding.out() == 0) {
                watch();
              } else if (paused) {
                resume();
              } else {
                probing = false;
                pump();
              }
            });
  }

  private void scheduleResume() {
    resumeIsDue = true;
    long mine = pauses;
    context
        .loop()
        .schedule(
            backoff.next(),
            () -> {
              if (mine == pauses) {
                resume();
              }
            });
  }

  private void resume() {
    pauses++;
    resumeIsDue = false;
    paused = false;
    probing = true;
    pump();
    watch();
  }

  /** A sink that is there again need not wait for the timer of what it failed. */
  void downstreamChanged() {
    if (context.isDownstreamOpen() && paused && outstanding.out() == 0) {
      resume();
    } else {
      pump();
    }
  }

  void drain() {
    draining = true;
  }

  private void warn(String text) {
    context.host().listener().told(new Notice.Warning(context.name(), text));
  }

  /** Takes the outcomes that have come, and gives the rest back. */
  void close() {
    draining = true;
    takeReports();
    closed = true;
    refusals.close();
    outstanding.close();
    pending = 0;
    waiting = 0;
  }
}
