package io.holdfast.pipeline.operator.wal;

import io.holdfast.engine.BufferFullException;
import io.holdfast.engine.ClosedException;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.Subscriber;
import io.holdfast.engine.TooLargeException;
import io.holdfast.pipeline.Backoff;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.bundle.EntrySize;
import io.holdfast.pipeline.bundle.EventBundle;
import io.holdfast.pipeline.bundle.StoredEvent;
import io.holdfast.pipeline.operator.OperatorContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Makes what arrives durable, and acks it then. One bundle is on its way to the disk at a time:
 * what arrives meanwhile goes into the next, which keeps the order and shares the sync. What does
 * not fit waits here, with the flow upstream closed. Runs on the loop.
 */
final class Intake {
  private static final int MOST_ROWS = 1024;
  private static final Duration FIRST_WAIT = Duration.ofMillis(50);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  /** The disk has the room of what is resolved only a while later, and may not get any by it. */
  private static final Duration ROOM_COMES = Duration.ofSeconds(5);

  private final WalSettings settings;
  private final long largestEntry;
  private final OperatorContext context;
  private final DurableBuffer buffer;
  private final Subscriber subscriber;
  private final BufferAllocator allocator = new RootAllocator();
  private final EventBundle encoder = new EventBundle(allocator);
  private final Backoff backoff;
  private final FullNotice notice;
  private final BooleanSupplier needsRoom;

  private final ArrayDeque<Row> waiting = new ArrayDeque<>();
  private @Nullable Appending appending;
  private boolean retryIsDue;
  private boolean roomComes;
  private boolean closed;

  /** The size of the last event, as a guess of whether the next would fit. */
  private long typicalBytes;

  private volatile long pending;
  private final LongAdder stored = new LongAdder();

  /**
   * The upstream half.
   *
   * @param needsRoom is asked when nothing new is stored until a bundle is resolved, and says
   *     whether some are now
   */
  Intake(
      WalSettings settings,
      long largestEntry,
      OperatorContext context,
      DurableBuffer buffer,
      Subscriber subscriber,
      BooleanSupplier needsRoom) {
    this.needsRoom = needsRoom;
    this.settings = settings;
    this.largestEntry = largestEntry;
    this.context = context;
    this.buffer = buffer;
    this.subscriber = subscriber;
    this.backoff = new Backoff(FIRST_WAIT, LONGEST_WAIT, context.host().random());
    this.notice = new FullNotice(context, settings);
  }

  /** An event that waits for the disk. */
  private record Row(Parcel parcel, StoredEvent event) {}

  /** The bundle that is on its way to the disk. */
  private static final class Appending {
    final List<Row> rows;
    final CompletableFuture<Long> future;

    Appending(List<Row> rows, CompletableFuture<Long> future) {
      this.rows = rows;
      this.future = future;
    }
  }

  long pending() {
    return pending;
  }

  long stored() {
    return stored.sum();
  }

  void take(List<Parcel> parcels) {
    for (Parcel parcel : parcels) {
      StoredEvent event;
      try {
        event = StoredEvent.of(parcel.event());
      } catch (IllegalArgumentException e) {
        context.error(parcel, context.name() + " cannot keep an event: " + e.getMessage());
        continue;
      }
      long bytes = EntrySize.of(event);
      if (bytes > settings.maxBytes()) {
        tooLarge(parcel, bytes, settings.maxBytes() + " bytes of max_bytes");
      } else if (bytes > largestEntry) {
        tooLarge(parcel, bytes, largestEntry + " bytes of the largest entry of its buffer");
      } else {
        typicalBytes = bytes;
        waiting.add(new Row(parcel, event));
      }
    }
    pump();
  }

  private void tooLarge(Parcel parcel, long bytes, String limit) {
    context.error(
        parcel,
        context.name()
            + " can never keep an event that takes "
            + bytes
            + " bytes in the log: that is more than the "
            + limit);
  }

  /** Room may have come by itself: tries again, unless what is under way does so when it ends. */
  void wake() {
    if (appending == null && !retryIsDue) {
      pump();
    }
  }

  /** Room may have come: tries again. */
  void pump() {
    if (closed) {
      return;
    }
    if (appending == null && !retryIsDue) {
      List<Row> rows = nextRows();
      if (!rows.isEmpty()) {
        append(rows);
      }
    }
    update();
  }

  /** As many of those that wait as fit. */
  private List<Row> nextRows() {
    Subscriber.Backlog backlog = subscriber.backlog();
    long room = Math.min(MOST_ROWS, settings.maxElements() - backlog.items());
    long bytes = Math.min(largestEntry, settings.maxBytes() - backlog.bytes());
    EntrySize size = new EntrySize();
    List<Row> rows = new ArrayList<>();
    for (Row row : waiting) {
      if (rows.size() >= room || size.bytesWith(row.event()) > bytes) {
        break;
      }
      size.add(row.event());
      rows.add(row);
    }
    return rows;
  }

  private void append(List<Row> rows) {
    for (int i = 0; i < rows.size(); i++) {
      waiting.remove();
    }
    CompletableFuture<Long> future;
    try {
      RecordBundle bundle = encoder.encode(rows.stream().map(Row::event).toList());
      future = buffer.appendAsync(bundle);
    } catch (Throwable e) {
      // Also when memory is short: it is tried again.
      future = CompletableFuture.failedFuture(e);
    }
    Appending now = new Appending(rows, future);
    appending = now;
    var _ = future.whenComplete((sequence, failure) -> context.loop().post(() -> finish(now)));
  }

  private void finish(Appending finished) {
    if (finished != appending) {
      return;
    }
    appending = null;
    try {
      finished.future.join();
      backoff.reset();
      notice.storing();
      stored.add(finished.rows.size());
      finished.rows.forEach(row -> row.parcel().ack());
    } catch (CompletionException e) {
      failed(finished.rows, e.getCause() == null ? e : e.getCause());
    }
    pump();
  }

  private void failed(List<Row> rows, Throwable failure) {
    switch (failure) {
      case ClosedException e -> fail(rows, context.name() + " is closed");
      case TooLargeException e ->
          rows.forEach(row -> context.error(row.parcel(), context.name() + ": " + e.getMessage()));
      default -> {
        // No room on the disk, or an error of it. Whether it was kept may be open; twice is
        // allowed.
        notice.cannotStore(failure);
        for (int i = rows.size() - 1; i >= 0; i--) {
          waiting.addFirst(rows.get(i));
        }
        retryIsDue = true;
        context.loop().schedule(backoff.next(), this::retry);
        if (failure instanceof BufferFullException full && full.isCap()) {
          makeRoomOnDisk();
        }
      }
    }
  }

  private void makeRoomOnDisk() {
    if (!roomComes && needsRoom.getAsBoolean()) {
      roomComes = true;
      context.loop().schedule(ROOM_COMES, () -> roomComes = false);
    }
  }

  private void retry() {
    retryIsDue = false;
    pump();
  }

  /** Says upstream whether there is room, and how much is under way. */
  private void update() {
    Subscriber.Backlog backlog = subscriber.backlog();
    boolean full = isFull(backlog);
    boolean stuck = isStuck();
    notice.limits(full || (stuck && !retryIsDue), !waiting.isEmpty(), backlog);
    // What waits for room is not about to become safe, so nobody should wait for it at a stop.
    pending = appending == null ? 0 : appending.rows.size() + waiting.size();
    context.setAccepting(!full && !retryIsDue && !stuck && waiting.size() < MOST_ROWS);
    if (isFull()) {
      boolean _ = needsRoom.getAsBoolean();
    }
  }

  /**
   * Whether nothing new is stored until a bundle is resolved: a limit of the settings is reached.
   */
  boolean isFull() {
    return appending == null && !retryIsDue && (isStuck() || isFull(subscriber.backlog()));
  }

  private boolean isFull(Subscriber.Backlog backlog) {
    return backlog.items() >= settings.maxElements()
        || settings.maxBytes() - backlog.bytes() < typicalBytes;
  }

  /** What waits does not fit, or would be on its way. */
  private boolean isStuck() {
    return appending == null && !waiting.isEmpty();
  }

  private static void fail(List<Row> rows, String reason) {
    rows.forEach(row -> row.parcel().fail(reason));
  }

  /** Waits for what is on its way to the disk; the rest fails. */
  void close() {
    Appending last = appending;
    if (last != null) {
      closed = true;
      last.future.handle((sequence, failure) -> null).join();
      finish(last);
    }
    closed = true;
    fail(List.copyOf(waiting), context.name() + " has no room, and is closed");
    waiting.clear();
    pending = 0;
    encoder.close();
    allocator.close();
  }
}
