package io.holdfast.pipeline.operator.wal;

import io.holdfast.engine.ClosedException;
import io.holdfast.engine.CorruptException;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.Subscriber;
import io.holdfast.pipeline.Backoff;
import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.Hold;
import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.Outcome;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.Receiver;
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
 * and nothing waits for it, so that the rest comes that it is collected with. But it must not fill
 * the buffer, nor the memory: then the oldest of it is let go, which is to count as delivered. Runs
 * on the loop.
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
  private final BooleanSupplier isFull;
  private final Patience patience;
  private final LetGoNotice letGo;
  private final Backoff backoff;
  private final Refusals refusals;

  private final Set<Held> held = new LinkedHashSet<>();
  private @Nullable Held reading;
  private final TreeMap<Long, Row> again = new TreeMap<>();
  private long nextOrder;

  /** Events that are on their way. */
  private int out;

  /** Events that downstream collects, and what they take. */
  private int collected;

  private long collectedBytes;

  /** Events of bundles of which everything else is settled. */
  private long onlyCollected;

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

  /** What became of an event that was sent. */
  private sealed interface Report {
    Row row();
  }

  private record Settled(Row row, Outcome outcome) implements Report {}

  private record Collected(Row row) implements Report {}

  private record Released(Row row) implements Report {}

  private final ConcurrentLinkedQueue<Report> reports = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean reporting = new AtomicBoolean();

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
    this.patience = patience;
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
      List<Row> rows = nextRows((probing ? 1 : readCount) - out);
      if (rows.isEmpty()) {
        if (out == 0 && collected > 0 && isFull.getAsBoolean()) {
          makeRoom();
        }
        return;
      }
      send(rows);
    }
  }

  private boolean maySend() {
    return !closed && !draining && !paused && context.isDownstreamOpen() && refusals.hasRoom();
  }

  /**
   * Nothing new is stored for lack of room. If nothing else can make room, because what downstream
   * collects is all there is, then what it waits for would never come.
   */
  void makeRoom() {
    if (maySend()
        && collected > 0
        && out == 0
        && again.isEmpty()
        && (reading == null || !reading.hasNext())
        && refusals.pending() == 0
        && subscriber.backlog().bundles() <= held.size()) {
      letGoOldest("they fill the buffer and nothing new can come in");
    }
  }

  /** Lets a quarter go of what downstream collects, by whole bundles, the oldest first. */
  private void letGoOldest(String reason) {
    int before = collected;
    for (Held bundle : List.copyOf(held)) {
      if (before - collected >= Math.max(1, before / 4)) {
        break;
      }
      if (bundle.isOnlyCollected()) {
        letGo(bundle);
      }
    }
    if (collected < before) {
      letGo.letGo(reason);
      delivered.add(before - collected);
      count();
      roomCame.run();
    }
  }

  private void letGo(Held bundle) {
    onlyCollected -= bundle.size();
    for (Row row : bundle.collected()) {
      release(row);
      row.letGo();
    }
    end(bundle);
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
    return Parcel.of(event, new Sent(row));
  }

  /** An event that was sent. */
  private final class Sent implements Receiver {
    private final Row row;

    Sent(Row row) {
      this.row = row;
    }

    @Override
    public void settled(Outcome outcome) {
      report(new Settled(row, outcome));
    }

    @Override
    public void held(Hold hold) {
      report(new Collected(row));
    }

    @Override
    public void released() {
      report(new Released(row));
    }
  }

  /** On any thread. */
  private void report(Report report) {
    reports.add(report);
    if (reporting.compareAndSet(false, true)) {
      context.loop().post(this::takeAll);
    }
  }

  private void takeAll() {
    reporting.set(false);
    if (closed) {
      reports.clear();
      return;
    }
    takeReports();
    pump();
  }

  private void takeReports() {
    boolean resolved = false;
    for (Report next = reports.poll(); next != null; next = reports.poll()) {
      settlements++;
      Held bundle = next.row().held();
      boolean before = bundle.isOnlyCollected();
      resolved |= take(next);
      if (before != bundle.isOnlyCollected()) {
        onlyCollected += before ? -bundle.size() : bundle.size();
      }
    }
    count();
    if (paused && out == 0 && !resumeIsDue) {
      scheduleResume();
    }
    if (resolved) {
      roomCame.run();
    }
    if (!draining && (collected > patience.events() || collectedBytes > patience.bytes())) {
      letGoOldest("they take too much memory");
    }
  }

  /** Whether a bundle is resolved by it. */
  private boolean take(Report report) {
    Row row = report.row();
    if (row.isLetGo()) {
      return false;
    }
    return switch (report) {
      case Collected _ -> {
        out--;
        collected++;
        collectedBytes += Patience.bytesOf(row.event());
        row.setCollected(true);
        yield false;
      }
      case Released _ -> {
        out++;
        release(row);
        yield false;
      }
      case Settled(_, Outcome outcome) -> {
        out--;
        yield settle(row, outcome);
      }
    };
  }

  private void release(Row row) {
    collected--;
    collectedBytes -= Patience.bytesOf(row.event());
    row.setCollected(false);
  }

  private boolean settle(Row row, Outcome outcome) {
    switch (outcome.verdict()) {
      case ACKED -> {
        delivered.increment();
        probing = false;
        backoff.reset();
        row.held().delivered();
      }
      case FAILED -> {
        again.put(row.order(), row);
        pause();
      }
      case REFUSED -> row.held().refused(row, outcome.reason());
    }
    return end(row.held());
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
    waiting = onlyCollected;
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
              if (mine != pauses || closed || !(paused || probing) || out + collected == 0) {
                return;
              }
              if (before != settlements || out == 0) {
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
    takeReports();
    closed = true;
    refusals.close();
    held.forEach(Held::giveBack);
    held.clear();
    pending = 0;
    waiting = 0;
  }
}
