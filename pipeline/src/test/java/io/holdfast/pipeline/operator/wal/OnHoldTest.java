package io.holdfast.pipeline.operator.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.CorruptException;
import io.holdfast.engine.StorageException;
import io.holdfast.pipeline.Hold;
import io.holdfast.pipeline.Parcel;
import io.holdfast.script.Json;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A bundle of which all is collected is on the disk only, and is read again when it is needed. */
@Timeout(60)
class OnHoldTest {
  @TempDir private Path directory;
  private WindowBench bench;

  @BeforeEach
  void open() {
    bench = new WindowBench(directory, 2, Patience.usual(), BufferOptions.defaults());
    bench.append(1, 2, 3);
    bench.append(4, 5);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private void hold(long id) {
    bench.last(id).hold(Hold.UNTIL_MORE);
    bench.loop.runAll();
  }

  @Test
  void aBundleIsOnHoldOnceAllThatIsLeftOfItIsCollected() {
    bench.window.pump();
    hold(1);
    hold(2);
    assertThat(bench.sent).hasSize(4);
    assertThat(bench.onHold).as("its last is on its way").isEmpty();
    assertThat(bench.window.waiting()).isZero();
    bench.last(3).ack();
    bench.loop.runAll();
    assertThat(bench.onHold).containsExactly(0L);
    assertThat(bench.window.waiting()).isEqualTo(3);

    bench.last(1).release();
    bench.loop.runAll();
    assertThat(bench.window.waiting()).isZero();
    bench.last(1).ack();
    bench.last(2).ack();
    bench.loop.runAll();
    assertThat(bench.kept()).isEqualTo(2);
    assertThat(bench.readAgain).as("nothing was needed of it").isEmpty();
  }

  @Test
  void whatFailsIsReadAgainOnceWhenItIsSent() {
    bench.holdAll(Hold.UNTIL_MORE);
    assertThat(bench.onHold).containsExactly(0L, 1L);
    for (long id = 1; id <= 5; id++) {
      bench.last(id).fail("not now");
    }
    bench.loop.runAll();
    assertThat(bench.readAgain).as("it is not sent yet").isEmpty();

    bench.onHold.clear();
    bench.loop.fire();
    bench.loop.runAll();
    for (long id = 1; id <= 5; id++) {
      assertThat(bench.open())
          .as("until the first is collected")
          .hasSize(id == 1 || id == 5 ? 1 : 2);
      assertThat(bench.open()).contains(id);
      Parcel again = bench.last(id);
      assertThat(Json.write(again.event().value())).isEqualTo(Long.toString(id));
      if (id == 4) {
        again.ack();
        bench.loop.runAll();
      } else {
        hold(id);
        sentAndHeld(again);
      }
    }
    assertThat(bench.readAgain).containsExactly(0L, 1L);
    assertThat(bench.onHold).contains(0L, 1L);
    assertThat(bench.window.waiting()).isEqualTo(5);
    assertThat(bench.window.pending()).isZero();
  }

  /** What is held is no longer open for this test. */
  private void sentAndHeld(Parcel parcel) {
    bench.sent.remove(parcel);
  }

  @Test
  void fewBundlesAreInMemoryOfWhichOneEventIsSentAgain() {
    close();
    bench = new WindowBench(directory, 20, Patience.usual(), BufferOptions.defaults());
    for (int first = 10; first < 40; first += 2) {
      bench.append(first, first + 1);
    }
    bench.holdAll(Hold.UNTIL_MORE);
    List<Parcel> held = List.copyOf(bench.sent);
    held.stream().filter(it -> it.event().id() % 2 == 0).forEach(it -> it.fail("not now"));
    bench.loop.runAll();
    while (bench.sent.size() == held.size()) {
      bench.loop.fire();
      bench.loop.runAll();
    }
    bench.sent.getLast().hold(Hold.UNTIL_MORE);
    bench.loop.runAll();
    assertThat(bench.readAgain).as("each once").hasSize(17).doesNotHaveDuplicates();

    // Those that were sent again are still out.
    bench.sent.clear();
    bench.readAgain.clear();
    held.stream().filter(it -> it.event().id() >= 10).forEach(it -> it.fail("not now"));
    bench.loop.runAll();
    bench.window.downstreamChanged();
    while (bench.sent.isEmpty()) {
      bench.loop.fire();
      bench.loop.runAll();
    }
    assertThat(bench.readAgain).as("it was forgotten").contains(2L);
  }

  @Test
  void whatIsRefusedIsADeadLetterWithoutTheRest() throws Exception {
    bench.holdAll(Hold.UNTIL_MORE);
    bench.last(3).refuse("never");
    bench.loop.runAll();
    bench.last(1).refuse("never");
    bench.last(2).ack();
    bench.loop.runAll();
    while (bench.window.pending() > 0) {
      bench.loop.runUntilPosted();
    }

    assertThat(bench.deadLetters()).containsExactly(1L, 3L);
    assertThat(bench.kept()).isEqualTo(2);
    assertThat(bench.window.refused()).isEqualTo(2);
  }

  @Test
  void aBundleThatIsRefusedAsAWholeIsADeadLetter() throws Exception {
    bench.holdAll(Hold.UNTIL_MORE);
    bench.last(4).refuse("never");
    bench.last(5).refuse("never");
    bench.loop.runAll();
    while (bench.window.pending() > 0) {
      bench.loop.runUntilPosted();
    }

    assertThat(bench.deadLetters()).containsExactly(4L, 5L);
    assertThat(bench.kept()).isEqualTo(3);
  }

  private static List<Throwable> troubles() {
    return List.of(
        new StorageException("by the test", null),
        new CorruptException("by the test", "log", 7),
        new OutOfMemoryError("by the test"));
  }

  @ParameterizedTest
  @MethodSource("troubles")
  void whatCannotBeReadToBeSentAgainComesAgainAsAWhole(Throwable trouble) {
    bench.trouble = trouble;
    bench.holdAll(Hold.UNTIL_MORE);
    bench.last(1).fail("not now");
    bench.last(2).fail("not now");
    bench.last(4).fail("not now");
    bench.loop.runAll();
    Parcel third = bench.last(3);
    bench.sent.clear();
    bench.unreadable.add(0L);
    bench.loop.fire();
    bench.loop.runAll();

    assertThat(bench.open()).as("the others go on").containsExactly(4L);
    assertThat(bench.notices).singleElement().asString().contains("by the test");
    assertThat(third.isCaredFor()).isFalse();
    third.ack();
    bench.last(4).ack();
    bench.loop.runAll();
    bench.window.pump();
    assertThat(bench.open()).as("it comes again").containsExactly(1L, 2L);
    bench.last(1).ack();
    bench.last(2).ack();
    bench.loop.runAll();
    bench.last(3).ack();
    bench.loop.runAll();
    assertThat(bench.kept()).as("of the other one 5 is collected").isEqualTo(2);
    assertThat(bench.window.pending()).isZero();
    assertThat(bench.window.waiting()).isEqualTo(2);
  }

  @Test
  void whatWasToBeSentIsSentThoughTheNextBundleCannotBeDecodedYet() {
    bench.append(6);
    bench.window.pump();
    bench.sent.forEach(Parcel::ack);
    bench.loop.runAll();
    bench.trouble = new OutOfMemoryError("by the test");
    bench.unreadableAtFirst.add(2L);
    assertThat(bench.open()).containsExactly(3L, 4L);
    bench.last(3).ack();
    bench.last(4).ack();
    bench.loop.runAll();
    assertThat(bench.open()).containsExactly(5L);
    assertThat(bench.notices).singleElement().asString().contains("by the test");

    bench.last(5).ack();
    bench.loop.runAll();
    bench.unreadableAtFirst.clear();
    while (bench.open().isEmpty() && bench.loop.hasTimers()) {
      bench.loop.fire();
      bench.loop.runAll();
    }
    assertThat(bench.open()).containsExactly(6L);
    bench.last(6).ack();
    bench.loop.runAll();
    assertThat(bench.kept()).isZero();
    assertThat(bench.window.pending()).isZero();
  }

  @Test
  void whatCannotBeReadToBeADeadLetterComesAgainAsAWhole() throws Exception {
    bench.holdAll(Hold.UNTIL_MORE);
    bench.unreadable.add(0L);
    bench.last(1).refuse("never");
    bench.last(2).ack();
    bench.last(3).ack();
    bench.sent.clear();
    while (bench.sent.isEmpty()) {
      bench.loop.runUntilPosted();
    }
    assertThat(bench.deadLetters()).isEmpty();
    assertThat(bench.open()).containsExactly(1L, 2L);
    assertThat(bench.notices).anyMatch(notice -> notice.toString().contains("by the test"));
  }

  @Test
  void whatIsOnHoldIsGivenBackAtTheEnd() {
    bench.holdAll(Hold.UNTIL_MORE);
    Parcel first = bench.last(1);
    bench.window.close();

    assertThat(first.isCaredFor()).isFalse();
    assertThat(bench.window.waiting()).isZero();
    assertThat(bench.kept()).isEqualTo(5);
    first.ack();
    bench.sent.clear();
    try (WindowBench _ = bench) {
      // Its subscriber is closed with it.
    }
    bench = new WindowBench(directory, 10, Patience.usual(), BufferOptions.defaults());
    bench.window.pump();
    assertThat(bench.open()).containsExactly(1L, 2L, 3L, 4L, 5L);
  }
}
