package io.holdfast.pipeline.operator.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BufferFullException;
import io.holdfast.engine.BufferStatus;
import io.holdfast.engine.DeadLetters;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.RecoveryReport;
import io.holdfast.engine.StartAt;
import io.holdfast.engine.Subscriber;
import io.holdfast.pipeline.Event;
import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.Outcome;
import io.holdfast.pipeline.Parcel;
import io.holdfast.script.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What arrives at a real buffer that is full, or where memory is short. */
@Timeout(60)
class IntakeTest {
  private static final long LARGEST_ENTRY = 1 << 20;

  @TempDir private Path directory;
  private final List<Notice> notices = new CopyOnWriteArrayList<>();
  private final List<Outcome> outcomes = new ArrayList<>();
  private final HandLoop loop = new HandLoop();
  private DurableBuffer buffer;
  private Subscriber subscriber;

  /** How often the other half was asked to make room. */
  private int roomWanted;

  /** Whether it could. */
  private boolean makesRoom;

  @BeforeEach
  void open() {
    buffer = DurableBuffer.open(directory.resolve("buffer"));
    subscriber = buffer.subscribe("s");
  }

  @AfterEach
  void close() {
    subscriber.close();
    buffer.close();
  }

  private Intake intake(DurableBuffer into, long maxElements) {
    Host host = Host.of(directory, directory).withLoops(name -> loop).withListener(notices::add);
    return new Intake(
        new WalSettings(directory, 1, maxElements, Long.MAX_VALUE),
        LARGEST_ENTRY,
        new TestContext(loop, host, new ArrayList<>()),
        into,
        subscriber,
        () -> {
          roomWanted++;
          return makesRoom;
        });
  }

  private List<Parcel> event(long id) {
    return List.of(Parcel.of(Event.of(Value.of(id), 0, null, id), outcomes::add));
  }

  @Test
  void whatWaitsForRoomIsKeptWhenRoomHasComeByItself() throws Exception {
    Intake intake = intake(buffer, 1);
    intake.take(event(1));
    loop.runUntilPosted();
    intake.take(event(2));
    loop.runAll();
    assertThat(outcomes).containsExactly(Outcome.ACKED);

    try (Delivery delivery = Objects.requireNonNull(subscriber.next(Duration.ofSeconds(30)))) {
      delivery.ack();
    }
    intake.wake();
    loop.runUntilPosted();

    assertThat(outcomes).containsExactly(Outcome.ACKED, Outcome.ACKED);
    assertThat(intake.stored()).isEqualTo(2);
    intake.close();
  }

  @Test
  void anEventIsKeptLaterWhenMemoryIsShort() throws Exception {
    Error trouble = new OutOfMemoryError("by the test");
    Intake intake = intake(new Starved(buffer, trouble, new AtomicInteger(2)), 10);
    intake.take(event(1));
    loop.runUntilPosted();
    assertThat(outcomes).isEmpty();
    loop.fire();
    loop.runUntilPosted();
    assertThat(outcomes).isEmpty();
    loop.fire();
    loop.runUntilPosted();

    assertThat(outcomes).containsExactly(Outcome.ACKED);
    assertThat(subscriber.backlog().items()).isOne();
    assertThat(notices).hasSize(2);
    assertThat(notices.getFirst())
        .isInstanceOf(Notice.BufferFull.class)
        .asString()
        .contains("by the test");
    assertThat(notices.getLast()).isInstanceOf(Notice.BufferHasRoom.class);
    intake.close();
  }

  @Test
  void roomIsWantedWhenTheBufferIsFullAndNotWhenTheDiskIs() throws Exception {
    var full = new BufferFullException("the disk is full", false, null);
    Intake disk = intake(new Starved(buffer, full, new AtomicInteger(1)), 10);
    disk.take(event(1));
    loop.runUntilPosted();
    assertThat(notices).hasSize(1);
    assertThat(roomWanted).isZero();
    loop.fire();
    loop.runUntilPosted();
    assertThat(roomWanted).isZero();
    disk.close();

    full = new BufferFullException("the cap is reached", true, null);
    Intake cap = intake(new Starved(buffer, full, new AtomicInteger(1)), 10);
    cap.take(event(2));
    loop.runUntilPosted();
    assertThat(roomWanted).isOne();
    loop.fire();
    loop.runUntilPosted();
    assertThat(outcomes).containsExactly(Outcome.ACKED, Outcome.ACKED);
    assertThat(roomWanted).isOne();
    cap.close();

    Intake limited = intake(buffer, 2);
    limited.take(event(3));
    loop.runAll();
    assertThat(roomWanted).as("its limit is reached").isEqualTo(2);
    limited.close();
  }

  @Test
  void atTheCapTheDiskIsGivenTimeToGetTheRoomThatWasMade() throws Exception {
    var full = new BufferFullException("the cap is reached", true, null);
    Intake intake = intake(new Starved(buffer, full, new AtomicInteger(4)), 10);
    intake.take(event(1));
    loop.runUntilPosted();
    assertThat(roomWanted).as("there was none to be made").isOne();
    makesRoom = true;
    loop.fire();
    loop.runUntilPosted();
    assertThat(roomWanted).isEqualTo(2);
    loop.fire();
    loop.runUntilPosted();
    assertThat(roomWanted).as("it comes").isEqualTo(2);
    Duration comes = Duration.ofSeconds(5);
    assertThat(loop.delays).containsOnlyOnce(comes);
    loop.fire();
    loop.fire();
    loop.runUntilPosted();
    assertThat(roomWanted).as("it was not enough").isEqualTo(3);
    intake.close();
  }

  /** The first appends fail. */
  private record Starved(DurableBuffer real, Throwable trouble, AtomicInteger failures)
      implements DurableBuffer {
    @Override
    public CompletableFuture<Long> appendAsync(RecordBundle bundle) {
      if (failures.getAndDecrement() > 0) {
        return CompletableFuture.failedFuture(trouble);
      }
      return real.appendAsync(bundle);
    }

    @Override
    public CompletableFuture<Long> appendAsync(RecordBundle bundle, Duration timeout) {
      return real.appendAsync(bundle, timeout);
    }

    @Override
    public long append(RecordBundle bundle) {
      return real.append(bundle);
    }

    @Override
    public long append(RecordBundle bundle, Duration timeout) {
      return real.append(bundle, timeout);
    }

    @Override
    public Subscriber subscribe(String id) {
      return real.subscribe(id);
    }

    @Override
    public Subscriber subscribe(String id, StartAt start) {
      return real.subscribe(id, start);
    }

    @Override
    public void unsubscribe(String id) {
      real.unsubscribe(id);
    }

    @Override
    public Set<String> subscribers() {
      return real.subscribers();
    }

    @Override
    public DeadLetters deadLetters(String id) {
      return real.deadLetters(id);
    }

    @Override
    public RecoveryReport recovery() {
      return real.recovery();
    }

    @Override
    public BufferStatus status() {
      return real.status();
    }

    @Override
    public void flush() {
      real.flush();
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
