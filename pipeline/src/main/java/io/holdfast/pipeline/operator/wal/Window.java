package io.holdfast.pipeline.operator.wal;

import io.holdfast.engine.ClosedException;
import io.holdfast.engine.CorruptException;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.Subscriber;
import io.holdfast.pipeline.Backoff;
import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.Outcome;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.bundle.EventBundle;
import io.holdfast.pipeline.bundle.StoredEvent;
import io.holdfast.pipeline.operator.OperatorContext;
import io.holdfast.pipeline.operator.wal.Held.Row;
import io.holdfast.script.JsonException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Delivers what is stored, in order, at most so many events at once. When some fail, it stops until
 * all that is out is settled, waits, sends one of them to see whether downstream takes it, and goes
 * on from there; so what failed comes again in order and before anything newer. An event that
 * downstream can never take goes to the dead letters once the rest of its bundle is settled, and
 * holds nothing up. Runs on the loop.
 */
final class Window {
  private static final Duration FIRST_WAIT = Duration.ofMillis(50);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  /** So long is waited for what is out, if nothing of it is settled. */
  private static final Duration STALLED = Duration.ofSeconds(5);

  private final int readCount;
  private final OperatorContext context;
  private final Subscriber subscriber;
  private final Runnable roomCame;
  private final Backoff backoff;
  private final Refusals refusals;

  private final Set<Held> held = new LinkedHashSet<>();
  private @Nullable Held reading;
  private final TreeMap<Long, Row> again = new TreeMap<>();
  private long nextOrder;
  private int out;

  /** Something failed: nothing is sent before {@link #resume}. */
  private boolean paused;

  /** Downstream has failed, and not acked since: one event at a time. */
  private boolean probing;

  /** Counts pauses and their ends, so that the timers of an earlier one do nothing. */
  private long pauses;

  private boolean resumeIsDue;

  /** Counts what was settled: as long as something is, nothing has stalled. */
  private long settlements;

  private boolean draining;
  private boolean closed;

  private record Settled(Row row, Outcome outcome) {}

  private final ConcurrentLinkedQueue<Settled> settled = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean settling = new AtomicBoolean();

  private volatile long pending;
  private final LongAdder delivered = new LongAdder();
  private final LongAdder repeated = new LongAdder();

  /**
   * The downstream half.
   *
   * @param roomCame is run when a bundle was resolved
   */
  Window(WalSettings settings, OperatorContext context, Subscriber subscriber, Runnable roomCame) {
    this.roomCame = roomCame;
    this.readCount = settings.readCount();
    this.context = context;
    this.subscriber = subscriber;
    this.backoff = new Backoff(FIRST_WAIT, LONGEST_WAIT, context.host().random());
    this.refusals = new Refusals(context, settings.directory());
  }

  long pending() {
    return pending;
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
    while (!closed && !draining && !paused && context.isDownstreamOpen() && refusals.hasRoom()) {
      List<Row> rows = nextRows((probing ? 1 : readCount) - out);
      if (rows.isEmpty()) {
        return;
      }
      send(rows);
    }
  }

  private List<Row> nextRows(int room) {
    List<Row> rows = new ArrayList<>();
    while (rows.size() < room) {
      if (!again.isEmpty()) {
        rows.add(again.pollFirstEntry().getValue());
        repeated.increment();
        continue;
      }
      if (reading == null || !reading.hasNext()) {
        reading = readNext();
        if (reading == null) {
          break;
        }
      }
      rows.add(reading.next(nextOrder++));
    }
    return rows;
  }

  /** The next bundle that holds events, null when there is none now. */
  private @Nullable Held readNext() {
    while (true) {
      Delivery delivery;
      try {
        delivery = subscriber.next(Duration.ZERO);
      } catch (ClosedException e) {
        return null;
      } catch (StorageException e) {
        warn("cannot be read, tries again: " + e.getMessage());
        pause();
        return null;
      }
      if (delivery == null) {
        return null;
      }
      try {
        List<StoredEvent> events = EventBundle.decode(delivery.bundle());
        if (!events.isEmpty()) {
          Held bundle = new Held(delivery, events);
          held.add(bundle);
          return bundle;
        }
        delivery.ack();
      } catch (IllegalArgumentException | CorruptException e) {
        String reason = e.getMessage() == null ? e.toString() : e.getMessage();
        warn("the bundle " + delivery.sequence() + " is given up: " + reason);
        refusals.giveUp(delivery, reason, this::givenUp);
        count();
        continue;
      }
      delivery.close();
    }
  }

  private void send(List<Row> rows) {
    out += rows.size();
    count();
    List<Parcel> parcels = new ArrayList<>(rows.size());
    List<Parcel> unreadable = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    for (Row row : rows) {
      try {
        parcels.add(parcel(row, row.event().toEvent()));
      } catch (JsonException e) {
        unreadable.add(parcel(row, row.event().toRawEvent()));
        reasons.add(context.name() + " holds an event that is no JSON: " + e.getMessage());
      }
    }
    context.emit("out", parcels);
    for (int i = 0; i < unreadable.size(); i++) {
      context.error(unreadable.get(i), reasons.get(i));
    }
  }

  private Parcel parcel(Row row, Event event) {
    return Parcel.of(event, outcome -> settled(row, outcome));
  }

  /** On any thread. */
  private void settled(Row row, Outcome outcome) {
    settled.add(new Settled(row, outcome));
    if (settling.compareAndSet(false, true)) {
      context.loop().post(this::settleAll);
    }
  }

  private void settleAll() {
    settling.set(false);
    if (!closed) {
      takeOutcomes();
      pump();
    }
  }

  private void takeOutcomes() {
    boolean resolved = false;
    for (Settled next = settled.poll(); next != null; next = settled.poll()) {
      out--;
      settlements++;
      Row row = next.row();
      switch (next.outcome().verdict()) {
        case ACKED -> {
          delivered.increment();
          probing = false;
          backoff.reset();
          row.held().delivered();
          resolved |= end(row.held());
        }
        case FAILED -> {
          again.put(row.order(), row);
          pause();
        }
        case REFUSED -> {
          row.held().refused(row, next.outcome().reason());
          resolved |= end(row.held());
        }
      }
    }
    count();
    if (paused && out == 0 && !resumeIsDue) {
      scheduleResume();
    }
    if (resolved) {
      roomCame.run();
    }
  }

  /** Resolves a bundle when all of it is settled; whether it is resolved already. */
  private boolean end(Held bundle) {
    if (!bundle.isSettled()) {
      return false;
    }
    held.remove(bundle);
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
    pending = out + refusals.pending();
  }

  private void pause() {
    if (!paused) {
      paused = true;
      pauses++;
      if (out == 0) {
        scheduleResume();
      } else {
        watch();
      }
    }
  }

  /**
   * Whoever collects events before it passes them on may have what is out, and wait for more: then
   * more must come, though what failed is not all here yet, or though one was to go alone.
   */
  private void watch() {
    long mine = pauses;
    long before = settlements;
    context
        .loop()
        .schedule(
            STALLED,
            () -> {
              if (mine != pauses || out == 0 || closed || !(paused || probing)) {
                return;
              }
              if (before != settlements) {
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
    if (context.isDownstreamOpen() && paused && out == 0) {
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
    takeOutcomes();
    closed = true;
    refusals.close();
    held.forEach(Held::giveBack);
    held.clear();
    pending = 0;
  }
}
