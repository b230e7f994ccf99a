package io.holdfast.pipeline.operator.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.engine.BufferOptions;
import io.holdfast.pipeline.Hold;
import io.holdfast.pipeline.Parcel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What downstream collects, how much of it, and what is let go. */
class CollectedTest {
  @TempDir private Path directory;
  private @Nullable WindowBench opened;

  @AfterEach
  void close() {
    if (opened != null) {
      opened.close();
    }
  }

  /** Twelve events, each in a bundle of its own, of which two may be on their way. */
  private WindowBench bench(long patience) {
    BufferOptions options = BufferOptions.defaults().withMaxInFlight(3);
    WindowBench bench = new WindowBench(directory, 2, new Patience(patience), options);
    opened = bench;
    for (int id = 0; id < 12; id++) {
      bench.append(id);
    }
    return bench;
  }

  @Test
  void noneIsLetGoAsLongAsThereIsRoom() {
    WindowBench bench = bench(12);
    bench.holdAll(Hold.UNTIL_MORE);

    assertThat(bench.sent).as("more than may be in flight").hasSize(12);
    assertThat(bench.window.pending()).isZero();
    assertThat(bench.window.waiting()).isEqualTo(12);
    assertThat(bench.window.delivered()).isZero();
    assertThat(bench.notices).isEmpty();
    bench.sent.get(3).release();
    bench.loop.runAll();
    assertThat(bench.window.pending()).isOne();
    assertThat(bench.window.waiting()).isEqualTo(11);
    bench.sent.get(3).ack();
    bench.loop.runAll();
    assertThat(bench.window.pending()).isZero();
    assertThat(bench.kept()).isEqualTo(11);
  }

  @Test
  void theOldestIsLetGoWhenItIsTooMuchForMemory() {
    WindowBench bench = bench(8);
    bench.holdAll(Hold.UNTIL_MORE);

    // Of nine the first two, and of nine again the next two.
    assertThat(bench.window.delivered()).isEqualTo(4);
    assertThat(bench.kept()).isEqualTo(8);
    assertThat(bench.window.waiting()).isEqualTo(8);
    assertThat(bench.notices).singleElement().asString().contains("memory", "count as delivered");
    assertThat(bench.sent)
        .allSatisfy(parcel -> assertThat(parcel.isCaredFor()).isEqualTo(parcel.event().id() >= 4));
    bench.sent.forEach(parcel -> parcel.fail("late"));
    bench.loop.runAll();
    assertThat(bench.window.pending()).isZero();
    bench.loop.fire();
    bench.loop.runAll();
    assertThat(bench.sent.getLast().event().id()).as("the first that was not let go").isEqualTo(4);
  }

  @Test
  void nothingMoreIsSentWhenItIsTooMuchAndTimeEndsSomeOfIt() {
    WindowBench bench = bench(8);
    bench.holdAll(Hold.UNTIL_TIME);

    // The last two were sent while there were eight.
    assertThat(bench.sent).hasSize(10);
    assertThat(bench.window.delivered()).isZero();
    bench.sent.subList(1, 10).forEach(parcel -> parcel.hold(Hold.UNTIL_MORE));
    bench.loop.runAll();
    bench.window.pump();
    assertThat(bench.sent).as("time ends one of them").hasSize(10);
    assertThat(bench.window.delivered()).isZero();
    assertThat(bench.notices).isEmpty();

    bench.sent.getFirst().release();
    bench.loop.runAll();
    bench.sent.getFirst().ack();
    bench.loop.runAll();
    assertThat(bench.window.delivered()).as("it, and a quarter of nine").isEqualTo(3);
    assertThat(bench.notices).hasSize(1);
    assertThat(bench.sent).hasSize(12);
  }

  @Test
  void whenTimeHasMadeRoomMoreIsSentAndNothingIsLetGo() {
    WindowBench bench = bench(8);
    bench.holdAll(Hold.UNTIL_TIME);
    assertThat(bench.sent).hasSize(10);

    bench.sent.subList(0, 3).forEach(parcel -> parcel.ack());
    bench.loop.runAll();
    assertThat(bench.sent).hasSize(12);
    assertThat(bench.window.delivered()).isEqualTo(3);
    assertThat(bench.notices).isEmpty();
  }

  @Test
  void roomIsMadeOnlyWhenNothingElseCanMakeIt() {
    WindowBench bench = bench(12);
    bench.window.pump();
    bench.sent.getFirst().hold(Hold.UNTIL_MORE);
    bench.loop.runAll();
    bench.window.makeRoom();
    assertThat(bench.window.delivered()).as("others are on their way").isZero();

    bench.holdAll(Hold.UNTIL_MORE);
    bench.sent.getLast().fail("not now");
    bench.loop.runAll();
    bench.window.makeRoom();
    assertThat(bench.window.delivered()).as("one comes again").isZero();
    bench.loop.fire();
    bench.loop.runAll();
    bench.sent.getLast().hold(Hold.UNTIL_TIME);
    bench.loop.runAll();
    bench.window.makeRoom();
    assertThat(bench.window.delivered()).as("time makes some").isZero();
    bench.sent.getLast().hold(Hold.UNTIL_MORE);
    bench.loop.runAll();
    bench.window.makeRoom();
    assertThat(bench.window.delivered()).isEqualTo(3);
    assertThat(bench.notices).hasSize(1);
    bench.window.makeRoom();
    assertThat(bench.window.delivered()).isEqualTo(5);
    assertThat(bench.notices).as("said once").hasSize(1);
  }

  @Test
  void noRoomIsMadeWhileSomethingWasSaidThatIsNotTakenYet() {
    WindowBench bench = bench(12);
    bench.holdAll(Hold.UNTIL_MORE);
    // As when a window closes on another loop.
    bench.sent.forEach(Parcel::release);
    bench.window.makeRoom();
    assertThat(bench.window.delivered()).isZero();
    bench.loop.runAll();
    bench.window.makeRoom();
    assertThat(bench.window.delivered()).isZero();
    assertThat(bench.notices).isEmpty();
  }
}
