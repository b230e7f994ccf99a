package io.holdfast.pipeline.operator.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.Subscriber;
import io.holdfast.pipeline.Hold;
import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.Parcel;
import io.holdfast.pipeline.bundle.EventBundle;
import io.holdfast.pipeline.bundle.StoredEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What downstream collects, and how much of it. */
class CollectedTest {
  @TempDir private Path directory;
  private final List<Notice> notices = new CopyOnWriteArrayList<>();
  private final HandLoop loop = new HandLoop();
  private final List<Parcel> sent = new ArrayList<>();
  private DurableBuffer buffer;
  private Subscriber subscriber;

  @BeforeEach
  void open() {
    buffer = DurableBuffer.open(directory.resolve("buffer"));
    subscriber = buffer.subscribe("s");
    for (int i = 0; i < 12; i++) {
      append(i);
    }
  }

  @AfterEach
  void close() {
    subscriber.close();
    buffer.close();
  }

  private void append(int id) {
    try (RootAllocator allocator = new RootAllocator();
        EventBundle bundle = new EventBundle(allocator)) {
      byte[] json = Integer.toString(id).getBytes(StandardCharsets.UTF_8);
      buffer.append(bundle.encode(List.of(StoredEvent.ofJson(json, 1, id))));
    }
  }

  private Window window(Patience patience) {
    Host host = Host.of(directory, directory).withLoops(_ -> loop).withListener(notices::add);
    return new Window(
        new WalSettings(directory, 2, 100, Long.MAX_VALUE),
        patience,
        new TestContext(loop, host, sent),
        subscriber,
        () -> {},
        () -> false);
  }

  /** Lets it send, two at a time, and holds what comes. */
  private void holdAll(Window window) {
    window.pump();
    int held = 0;
    while (held < sent.size()) {
      sent.get(held++).hold(Hold.UNTIL_MORE);
      loop.runAll();
    }
  }

  @Test
  void noneIsLetGoAsLongAsThereIsRoom() {
    Window window = window(new Patience(12, Long.MAX_VALUE));
    holdAll(window);

    assertThat(sent).hasSize(12);
    assertThat(window.pending()).isZero();
    assertThat(window.waiting()).isEqualTo(12);
    assertThat(window.delivered()).isZero();
    assertThat(notices).isEmpty();
    sent.get(3).release();
    loop.runAll();
    assertThat(window.pending()).isOne();
    assertThat(window.waiting()).isEqualTo(11);
    sent.get(3).ack();
    loop.runAll();
    assertThat(window.pending()).isZero();
    assertThat(subscriber.backlog().items()).isEqualTo(11);
    window.close();
  }

  @Test
  void theOldestIsLetGoWhenItIsTooMuchForMemory() {
    Window window = window(new Patience(8, Long.MAX_VALUE));
    holdAll(window);

    // Of nine the first two, and of nine again the next two.
    assertThat(window.delivered()).isEqualTo(4);
    assertThat(subscriber.backlog().items()).isEqualTo(8);
    assertThat(window.waiting()).isEqualTo(8);
    assertThat(notices).singleElement().asString().contains("memory", "count as delivered");
    sent.forEach(parcel -> parcel.fail("late"));
    loop.runAll();
    assertThat(window.pending()).isZero();
    loop.fire();
    loop.runAll();
    assertThat(sent.getLast().event().id()).as("the first that was not let go").isEqualTo(4);
    window.close();
  }

  @Test
  void theOldestIsLetGoWhenItsTextsAreTooMuchForMemory() {
    long one = Patience.bytesOf(StoredEvent.ofJson(new byte[1], 0, 0));
    Window window = window(new Patience(Long.MAX_VALUE, 8 * one));
    holdAll(window);

    assertThat(window.delivered()).isPositive();
    assertThat(notices).hasSize(1);
    window.close();
  }

  @Test
  void roomIsMadeOnlyWhenNothingElseCanMakeIt() {
    Window window = window(new Patience(12, Long.MAX_VALUE));
    window.pump();
    sent.getFirst().hold(Hold.UNTIL_MORE);
    loop.runAll();
    window.makeRoom();
    assertThat(window.delivered()).as("others are on their way").isZero();

    holdAll(window);
    sent.getLast().fail("not now");
    loop.runAll();
    window.makeRoom();
    assertThat(window.delivered()).as("one comes again").isZero();
    loop.fire();
    loop.runAll();
    sent.getLast().hold(Hold.UNTIL_MORE);
    loop.runAll();
    window.makeRoom();
    assertThat(window.delivered()).isEqualTo(3);
    assertThat(notices).hasSize(1);
    window.makeRoom();
    assertThat(window.delivered()).isEqualTo(5);
    assertThat(notices).as("said once").hasSize(1);
    window.close();
  }
}
