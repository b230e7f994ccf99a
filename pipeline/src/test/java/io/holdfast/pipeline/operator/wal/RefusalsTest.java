package io.holdfast.pipeline.operator.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.RecordBundle;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.Subscriber;
import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.bundle.EventBundle;
import io.holdfast.pipeline.bundle.StoredEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Deliveries of a real buffer whose rejection waits or fails as the test says. */
@Timeout(60)
class RefusalsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private final List<Notice> notices = new CopyOnWriteArrayList<>();
  private final HandLoop loop = new HandLoop();
  private DurableBuffer buffer;
  private Subscriber subscriber;
  private final List<Parcel> sent = new ArrayList<>();
  private TestContext context;
  private Refusals refusals;

  @BeforeEach
  void open() {
    buffer = DurableBuffer.open(directory.resolve("buffer"));
    subscriber = buffer.subscribe("s");
    Host host = Host.of(directory, directory).withLoops(name -> loop).withListener(notices::add);
    context = new TestContext(loop, host, sent);
    refusals = new Refusals(context, directory);
  }

  @AfterEach
  void close() {
    refusals.close();
    subscriber.close();
    buffer.close();
  }

  @Test
  void aLetterThatCannotBeWrittenIsDeferredAndSaidOnce() throws Exception {
    append(1);
    append(1);
    for (int i = 0; i < 2; i++) {
      Held held = held(new Rejecting(next(), null, new StorageException("no disk", null)));
      refuse(held, 0);
      giveUpAndWait(held);
    }

    assertThat(refusals.refused()).isZero();
    assertThat(refusals.pending()).isZero();
    assertThat(subscriber.next(Duration.ZERO)).as("it does not come again at once").isNull();
    assertThat(notices)
        .singleElement()
        .asString()
        .startsWith("p/01/wal: what was refused cannot be kept as a dead letter")
        .contains("no disk");
    assertThat(next()).as("it comes again").isNotNull();
  }

  @Test
  void whatWaitsForRoomIsNotCalledKeptAndTheNoticeSaysWhatToDo() throws Exception {
    append(1);
    Held held = held(new Rejecting(next(), null, null).withoutRoom());
    refuse(held, 0);
    giveUpAndWait(held);

    assertThat(notices)
        .singleElement()
        .isInstanceOf(Notice.Warning.class)
        .asString()
        .contains("cannot be kept as a dead letter", "raise max_bytes");
  }

  @Test
  void anErrorLikeWantOfMemoryIsAFailureToo() throws Exception {
    append(1);
    Held held = held(new Rejecting(next(), null, new OutOfMemoryError("by the test")));
    refuse(held, 0);
    giveUpAndWait(held);

    assertThat(subscriber.next(Duration.ZERO)).isNull();
    assertThat(notices).singleElement().asString().contains("by the test");
  }

  @Test
  void nothingIsSaidToBeKeptBeforeItIs() throws Exception {
    append(2);
    CountDownLatch disk = new CountDownLatch(1);
    Held held = held(new Rejecting(next(), disk, null));
    refuse(held, 0);
    held.delivered();
    refusals.giveUp(held, () -> {});
    loop.runAll();
    assertThat(notices).isEmpty();
    assertThat(refusals.refused()).isZero();
    assertThat(refusals.pending()).isOne();

    disk.countDown();
    loop.runUntilPosted();
    assertThat(notices).singleElement().isInstanceOf(Notice.EventsGivenUp.class);
    assertThat(refusals.refused()).isOne();
    assertThat(buffer.deadLetters("s").count()).isOne();
  }

  @Test
  void aStopWaitsForTheOneThatIsWrittenAndTheOthersComeAgain() throws Exception {
    append(1);
    append(1);
    CountDownLatch disk = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    Held first = held(new Rejecting(next(), disk, null).telling(begun));
    Held second = held(next());
    for (Held held : List.of(first, second)) {
      refuse(held, 0);
      refusals.giveUp(held, () -> {});
    }
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    Thread stopping = Thread.ofVirtual().start(refusals::close);
    while (!refusals.isClosing()) {
      Thread.onSpinWait();
    }
    disk.countDown();
    stopping.join();

    assertThat(buffer.deadLetters("s").count()).isOne();
    try (Delivery again = next()) {
      assertThat(again.sequence()).isEqualTo(1);
    }
  }

  @Test
  void aLetterThatIsDoneWhenTheOperatorIsClosedLeavesNothingPending() {
    append(1);
    append(1);
    append(1);
    WalSettings settings = new WalSettings(directory, 3, 10, Long.MAX_VALUE);
    Window window = window(settings, subscriber);
    window.pump();
    assertThat(sent).hasSize(3);
    sent.getFirst().refuse("never");
    loop.runAll();
    sent.get(1).ack();
    window.close();
    assertThat(window.pending()).isZero();
    loop.runAll();
    assertThat(window.pending()).isZero();
  }

  @Test
  void nothingMoreIsSentWhileTooManyLettersWaitForTheDisk() throws Exception {
    int bundles = 40;
    for (int i = 0; i < bundles; i++) {
      append(1);
    }
    CountDownLatch disk = new CountDownLatch(1);
    WalSettings settings = new WalSettings(directory, 1, 100, Long.MAX_VALUE);
    Window window =
        window(
            settings, new WrappingSubscriber(subscriber, real -> new Rejecting(real, disk, null)));
    window.pump();
    int refused = 0;
    while (refused < sent.size()) {
      sent.get(refused++).refuse("never");
      loop.runAll();
    }
    assertThat(refused).isLessThan(bundles);
    assertThat(window.pending()).isEqualTo(refused);

    disk.countDown();
    while (window.refused() < bundles) {
      loop.runUntilPosted();
      while (refused < sent.size()) {
        sent.get(refused++).refuse("never");
        loop.runAll();
      }
    }
    assertThat(buffer.deadLetters("s").count()).isEqualTo(bundles);
    window.close();
  }

  private Window window(WalSettings settings, Subscriber from) {
    return new Window(settings, Patience.usual(), context, from, () -> {}, () -> false);
  }

  private void append(int events) {
    List<StoredEvent> stored = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      stored.add(StoredEvent.ofJson("1".getBytes(StandardCharsets.UTF_8), 1, i));
    }
    try (RootAllocator allocator = new RootAllocator();
        EventBundle bundle = new EventBundle(allocator)) {
      buffer.append(bundle.encode(stored));
    }
  }

  private Delivery next() {
    return Objects.requireNonNull(subscriber.next(PATIENCE));
  }

  private static Held held(Delivery delivery) {
    return new Held(delivery, EventBundle.decode(delivery.bundle()));
  }

  private static void refuse(Held held, long order) {
    held.refused(held.next(order), "never");
  }

  private void giveUpAndWait(Held held) throws InterruptedException {
    refusals.giveUp(held, () -> {});
    loop.runUntilPosted();
  }

  /** A delivery whose rejection waits for the test, or fails. */
  private static final class Rejecting extends ForwardingDelivery {
    private final @Nullable CountDownLatch disk;
    private final @Nullable Throwable failure;
    private @Nullable CountDownLatch begun;
    private boolean hasRoom = true;

    Rejecting(Delivery real, @Nullable CountDownLatch disk, @Nullable Throwable failure) {
      super(real);
      this.disk = disk;
      this.failure = failure;
    }

    Rejecting telling(CountDownLatch latch) {
      begun = latch;
      return this;
    }

    /** As the engine answers when the rejection waits for room. */
    Rejecting withoutRoom() {
      hasRoom = false;
      return this;
    }

    private void disk() {
      if (begun != null) {
        begun.countDown();
      }
      try {
        if (disk != null) {
          assertThat(disk.await(30, TimeUnit.SECONDS)).isTrue();
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      if (failure instanceof Error error) {
        throw error;
      }
      if (failure instanceof RuntimeException exception) {
        throw exception;
      }
    }

    @Override
    public boolean reject(String reason) {
      disk();
      return hasRoom && super.reject(reason);
    }

    @Override
    public boolean reject(String reason, RecordBundle rest) {
      disk();
      return hasRoom && super.reject(reason, rest);
    }
  }
}
