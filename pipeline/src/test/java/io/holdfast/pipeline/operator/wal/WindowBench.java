package io.holdfast.pipeline.operator.wal;

import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.Subscriber;
import io.holdfast.engine.TimeSource;
import io.holdfast.pipeline.Hold;
import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.bundle.EventBundle;
import io.holdfast.pipeline.bundle.StoredEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.RootAllocator;

/** A window of a real buffer, on a loop that the test runs, and downstream is the test. */
final class WindowBench implements AutoCloseable {
  final HandLoop loop = new HandLoop();
  final List<Notice> notices = new CopyOnWriteArrayList<>();

  /** What was sent, ever. */
  final List<Parcel> sent = new ArrayList<>();

  /** The sequences that were put on hold, each time. */
  final List<Long> onHold = new CopyOnWriteArrayList<>();

  /** The sequences that were read though they were on hold, each time. */
  final List<Long> readAgain = new CopyOnWriteArrayList<>();

  /** The sequences that cannot be read again. */
  final Set<Long> unreadable = new HashSet<>();

  /** The sequences that cannot be read the first time. */
  final Set<Long> unreadableAtFirst = new HashSet<>();

  /** What is thrown then. */
  Throwable trouble = new StorageException("by the test", null);

  /** How much later it is than the machine says. */
  final AtomicLong later = new AtomicLong();

  final DurableBuffer buffer;
  final Subscriber subscriber;
  final Window window;

  WindowBench(Path directory, int readCount, Patience patience, BufferOptions options) {
    buffer = DurableBuffer.open(directory.resolve("buffer"), options);
    subscriber = buffer.subscribe("s");
    Host host =
        Host.of(directory, directory)
            .withLoops(_ -> loop)
            .withListener(notices::add)
            .withTime(new Later(TimeSource.system(), later));
    window =
        new Window(
            new WalSettings(directory, readCount, 100, Long.MAX_VALUE),
            patience,
            new TestContext(loop, host, sent),
            new WrappingSubscriber(subscriber, Watched::new),
            () -> {},
            () -> false);
  }

  private record Later(TimeSource time, AtomicLong by) implements TimeSource {
    @Override
    public long epochNanos() {
      return time.epochNanos() + by.get();
    }

    @Override
    public long monotonicNanos() {
      return time.monotonicNanos() + by.get();
    }
  }

  /** Stores a bundle of events that are their numbers. */
  void append(int... ids) {
    List<StoredEvent> events = new ArrayList<>();
    for (int id : ids) {
      byte[] json = Integer.toString(id).getBytes(StandardCharsets.UTF_8);
      events.add(StoredEvent.ofJson(json, 1, id));
    }
    try (RootAllocator allocator = new RootAllocator();
        EventBundle bundle = new EventBundle(allocator)) {
      buffer.append(bundle.encode(events));
    }
  }

  /** Lets it send, and holds what comes. */
  void holdAll(Hold hold) {
    window.pump();
    for (int next = 0; next < sent.size(); next++) {
      sent.get(next).hold(hold);
      loop.runAll();
    }
  }

  /** What was sent and is not settled, by number. */
  List<Long> open() {
    return sent.stream().filter(it -> !it.isSpent()).map(it -> it.event().id()).toList();
  }

  /** The parcel of an event that was sent last. */
  Parcel last(long id) {
    return sent.reversed().stream()
        .filter(it -> it.event().id() == id)
        .findFirst()
        .orElseThrow(() -> new AssertionError(id + " was not sent"));
  }

  long kept() {
    return subscriber.backlog().items();
  }

  /** The numbers of the events in dead letters. */
  List<Long> deadLetters() {
    List<Long> ids = new ArrayList<>();
    var letters = buffer.deadLetters("s");
    letters
        .list(-1, 1000)
        .forEach(
            letter ->
                letters.read(
                    letter.number(),
                    bundle -> EventBundle.decode(bundle).forEach(event -> ids.add(event.id()))));
    return ids;
  }

  @Override
  public void close() {
    window.close();
    subscriber.close();
    buffer.close();
  }

  /** Notes when it is on hold, and may not be read again. */
  private final class Watched extends ForwardingDelivery {
    private boolean wasOnHold;

    Watched(Delivery real) {
      super(real);
    }

    @Override
    public void hold() {
      wasOnHold = true;
      onHold.add(sequence());
      super.hold();
    }

    @Override
    public RecordBundle bundle() {
      if (wasOnHold) {
        readAgain.add(sequence());
      }
      if ((wasOnHold ? unreadable : unreadableAtFirst).contains(sequence())) {
        switch (trouble) {
          case RuntimeException exception -> throw exception;
          case Error error -> throw error;
          default -> throw new AssertionError(trouble);
        }
      }
      return super.bundle();
    }

    @Override
    public void defer(Duration delay) {
      // The buffer's clock is the machine's, for which no test waits.
      super.defer(Duration.ZERO);
    }
  }
}
