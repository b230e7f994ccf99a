package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.BufferFullException;
import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.ClosedException;
import io.holdfast.engine.DiskBudget;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.LossReason;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.Subscriber;
import io.holdfast.engine.TaskExecutor;
import io.holdfast.engine.WhenFull;
import io.holdfast.testkit.Faults.Outcome;
import io.holdfast.testkit.StorageCall.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that somebody else has filled, and the reserve that helps out of it. */
class FullDiskTest extends EngineSuite {
  private static final int LARGE = 300_000;
  private static final String ACTIVE = "wal/quiver.wal";
  private static final String RESERVE = "holdfast.reserve";
  private static final int RESERVE_BYTES = 1 << 20;

  FullDiskTest() {
    super(Disk.SIMULATED);
  }

  private void fillToTheLastByte() {
    world.tasks().runUntilIdle();
    world.disk().setCapacity(world.disk().usedBytes());
  }

  /** Appends until the disk is full; says how many it took. */
  private long appendUntilFull(DurableBuffer buffer, long from) {
    for (long number = from; ; number++) {
      try (Bundles.Built built = world.bundles.sized(number, LARGE)) {
        buffer.append(built.bundle(), Duration.ZERO);
      } catch (BufferFullException full) {
        assertThat(full).hasMessageContaining("disk");
        return number - from;
      }
    }
  }

  private boolean appends(DurableBuffer buffer, long number, int bytes) {
    return appends(buffer, number, bytes, Duration.ZERO);
  }

  private boolean appends(DurableBuffer buffer, long number, int bytes, Duration timeout) {
    try (Bundles.Built built = world.bundles.sized(number, bytes)) {
      buffer.append(built.bundle(), timeout);
      return true;
    } catch (BufferFullException full) {
      return false;
    }
  }

  @Test
  void whoWaitsForSpaceOnADiskThatOthersHaveFilledTriesNowAndThenAndNotWithoutEnd() {
    world.disk().setCapacity(3000);
    DurableBuffer buffer = world.open();
    CompletableFuture<Long> waiting = appendAsync(buffer, 1, 5000, Duration.ofSeconds(10));
    world.tasks().runUntilIdle();
    long calls = world.disk().calls();
    world.tasks().advance(Duration.ofSeconds(1));
    assertThat(waiting).isNotDone();
    assertThat(world.disk().calls() - calls).isBetween(5L, 500L);
    world.disk().setCapacity(Long.MAX_VALUE);
    world.tasks().advance(Duration.ofSeconds(5));
    assertThat(waiting).isCompleted();
  }

  @Test
  void aDiskThatIsFullToTheLastByteHealsByAcksAlone() throws Exception {
    world.disk().setCapacity(7 << 20);
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    long took = appendUntilFull(buffer, 1);
    assertThat(took).as("several log files").isGreaterThan(14);
    fillToTheLastByte();
    assertThat(drain(subscriber)).isEqualTo(range(1, took));
    world.tasks().advance(Duration.ofSeconds(5));
    append(buffer, 100, LARGE);
    assertThat(drain(subscriber)).containsExactly(100L);
    assertThat(world.disk().bytes(RESERVE)).as("made again").hasSize(RESERVE_BYTES);
  }

  @Test
  void anActiveFileThatNobodyNeedsAnyMoreIsLetGoOnAFullDisk() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    for (long number = 1; number <= 6; number++) {
      append(buffer, number, LARGE);
    }
    fillToTheLastByte();
    assertThat(appends(buffer, 7, LARGE)).isFalse();
    assertThat(drain(subscriber)).isEqualTo(range(1, 6));
    world.tasks().advance(Duration.ofSeconds(5));
    append(buffer, 7, LARGE);
    world.crash(1);
    assertThat(drain(world.open().subscribe("a"))).containsExactly(7L);
  }

  private DurableBuffer openWithoutRoomForCopies() {
    world.disk().setCapacity(world.disk().usedBytes() + 20_000);
    DurableBuffer buffer = world.open();
    assertThat(buffer.recovery().notes()).anyMatch(note -> note.contains("no room to copy"));
    return buffer;
  }

  @Test
  void damageThatFoundNoRoomForItsCopyIsCopiedWhenThereIsSomeAndTheLogGoesOn() throws Exception {
    DurableBuffer buffer = world.open();
    buffer.subscribe("a");
    for (long number = 1; number <= 9; number++) {
      append(buffer, number, 40_000);
    }
    world.kill();
    WalBytes.Entry hit = new WalBytes(world.read(ACTIVE)).entries.get(4);
    world.flip(ACTIVE, hit.offset() + 60, 0x08);
    byte[] damaged =
        Arrays.copyOfRange(world.read(ACTIVE), hit.offset(), hit.offset() + hit.length());
    buffer = openWithoutRoomForCopies();
    Subscriber subscriber = buffer.subscribe("a");
    assertThat(drain(subscriber)).containsExactly(1L, 2L, 3L, 4L, 6L, 7L, 8L, 9L);
    world.tasks().advance(Duration.ofMinutes(1));
    buffer.flush();
    assertThat(world.storage().list("quarantine")).isEmpty();
    world.kill();
    buffer = openWithoutRoomForCopies();
    subscriber = buffer.subscribe("a");
    assertThat(drain(subscriber)).isEmpty();
    buffer.close();
    buffer = openWithoutRoomForCopies();
    subscriber = buffer.subscribe("a");
    assertThat(drain(subscriber)).isEmpty();
    world.disk().setCapacity(Long.MAX_VALUE);
    world.tasks().advance(Duration.ofMinutes(1));
    append(buffer, 10);
    assertThat(drain(subscriber)).containsExactly(10L);
    buffer.flush();
    List<String> copies = world.storage().list("quarantine");
    assertThat(copies).hasSize(1);
    assertThat(world.read("quarantine/" + copies.getFirst())).isEqualTo(damaged);
    assertThat(world.storage().list("wal"))
        .containsExactlyInAnyOrder("quiver.wal", "quiver.wal.cursor");
    world.crash(1);
    buffer = world.open();
    assertThat(buffer.recovery().notes()).isEmpty();
    assertThat(drain(buffer.subscribe("a"))).isEmpty();
  }

  @Test
  void whatIsOlderThanDamageThatFindsNoRoomGoesAndMakesTheRoom() throws Exception {
    world.options = world.options.withCapBytes(64L << 20);
    world.holdSegmentsBack();
    DurableBuffer buffer = world.open();
    buffer.subscribe("a");
    long number = 0;
    while (world.storage().list("wal").stream().filter(name -> name.matches(".*\\d")).count() < 3) {
      append(buffer, ++number, LARGE);
    }
    world.kill();
    world.letSegmentsBe();
    WalBytes.Entry last = new WalBytes(world.read(ACTIVE)).entries.getLast();
    world.flip(ACTIVE, last.offset() + 60, 0x08);
    world.options = world.options.withCapBytes(BufferOptions.MIN_CAP_BYTES);
    buffer = world.open();
    assertThat(buffer.recovery().notes()).anyMatch(note -> note.contains("no room to copy"));
    Subscriber subscriber = buffer.subscribe("a");
    assertThat(drain(subscriber)).hasSizeBetween((int) number - 1, (int) number);
    world.tasks().advance(Duration.ofMinutes(1));
    assertThat(world.storage().list("quarantine")).hasSize(1);
    append(buffer, 1000, LARGE);
    assertThat(drain(subscriber)).containsExactly(1000L);
    buffer.close();
    assertThat(world.storage().list("wal"))
        .containsExactlyInAnyOrder("quiver.wal", "quiver.wal.cursor");
  }

  @Test
  void whileFilesStayForTheirDamageNoPolicyLetsGoWhatWouldFreeNothing() throws Exception {
    world.options = world.options.withWhenFull(WhenFull.DROP_OLDEST);
    world.holdSegmentsBack();
    DurableBuffer buffer = world.open();
    buffer.subscribe("a");
    for (long number = 1; number <= 12; number++) {
      append(buffer, number, LARGE);
    }
    world.kill();
    world.letSegmentsBe();
    String oldest =
        "wal/" + world.storage().list("wal").stream().sorted().skip(1).findFirst().orElseThrow();
    WalBytes.Entry hit = new WalBytes(world.read(oldest)).entries.getFirst();
    world.flip(oldest, hit.offset() + 60, 0x08);
    buffer = openWithoutRoomForCopies();
    assertThat(appends(buffer, 100, LARGE)).isFalse();
    world.tasks().advance(Duration.ofSeconds(30));
    assertThat(appends(buffer, 101, LARGE)).isFalse();
    List<Long> came = drain(buffer.subscribe("a"));
    assertThat(came).as("all but the damaged one").hasSize(11).startsWith(2L);
  }

  /** How many bundles of this size one file holds at most, when the cap is 64 MiB. */
  private static final int A_FILE = (8 << 20) / LARGE + 1;

  /** Has some files, and has lost nothing. */
  private DurableBuffer openWithBacklog(long bundles) {
    world.options = world.options.withCapBytes(64L << 20).withWhenFull(WhenFull.DROP_OLDEST);
    DurableBuffer buffer = world.open();
    buffer.subscribe("a").close();
    for (long number = 1; number <= bundles; number++) {
      append(buffer, number, LARGE);
    }
    world.tasks().advance(Duration.ofSeconds(3));
    return buffer;
  }

  private static long dropped(Subscriber subscriber) {
    return subscriber.lost(LossReason.DROPPED).bundles();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 30})
  void onADiskThatOthersHaveFilledOneFileGoesForOneAppend(long seconds) {
    DurableBuffer buffer = openWithBacklog(100);
    world.disk().setCapacity(world.disk().usedBytes() + LARGE / 3);
    Subscriber subscriber = buffer.subscribe("a");
    long number = 100;
    while (dropped(subscriber) == 0) {
      assertThat(++number).as("the disk is full").isLessThan(140);
      CompletableFuture<Long> _ = appendAsync(buffer, number, LARGE, Duration.ofSeconds(seconds));
      world.tasks().advance(Duration.ofSeconds(2));
    }
    world.tasks().advance(Duration.ofMinutes(1));
    assertThat(dropped(subscriber)).isBetween(1L, (long) A_FILE);
    long lost = dropped(subscriber);
    append(buffer, ++number, LARGE);
    assertThat(dropped(subscriber)).as("there is room").isEqualTo(lost);
    List<Long> came = drain(subscriber);
    assertThat(came).startsWith(lost + 1).endsWith(number);
  }

  @Test
  void whileAFileThatWasDroppedWaitsToBeDeletedNoOtherOneIsDropped() {
    openWithBacklog(100).close();
    AtomicBoolean stays = new AtomicBoolean(true);
    TroubledStorage storage =
        new TroubledStorage(
            world.storage(),
            (kind, name) -> {
              if (stays.get() && kind == TroubledStorage.Kind.DELETE && name.endsWith(".qseg")) {
                throw new IOException(name + " stays");
              }
            });
    try (DurableBuffer buffer = DurableBuffer.open(storage, world.options)) {
      world.disk().setCapacity(world.disk().usedBytes() + LARGE / 3);
      Subscriber subscriber = buffer.subscribe("a");
      CompletableFuture<Long> waiting = null;
      for (long number = 101; waiting == null || waiting.isDone(); number++) {
        assertThat(number).as("the disk is full").isLessThan(140);
        waiting = appendAsync(buffer, number, LARGE, Duration.ofMinutes(5));
        world.tasks().advance(Duration.ofSeconds(2));
      }
      world.tasks().advance(Duration.ofSeconds(20));
      assertThat(waiting).isNotDone();
      assertThat(dropped(subscriber)).isBetween(1L, (long) A_FILE);
      stays.set(false);
      world.tasks().advance(Duration.ofSeconds(10));
      assertThat(waiting).isCompleted();
      assertThat(dropped(subscriber)).isBetween(1L, (long) A_FILE);
      world.disk().setCapacity(Long.MAX_VALUE);
    }
  }

  @Test
  void onAFullDiskOnWhichNobodyAppendsNothingIsDropped() {
    DurableBuffer buffer = openWithBacklog(60);
    fillToTheLastByte();
    Subscriber subscriber = buffer.subscribe("a");
    for (int i = 0; i < 3; i++) {
      ackNext(subscriber);
      subscriber.flush();
      world.tasks().advance(Duration.ofSeconds(2));
    }
    assertThat(dropped(subscriber)).isZero();
    assertThat(drain(subscriber)).isEqualTo(range(4, 60));
  }

  @Test
  void whatWasAckedOnAFullDiskIsDurableAfterAFlush() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 5);
    fillToTheLastByte();
    ackNext(subscriber);
    subscriber.flush();
    world.crash(2);
    assertThat(drain(world.open().subscribe("a"))).isEqualTo(range(2, 5));
  }

  @Test
  void whatTheReserveLeftIsNotTakenByAppends() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 5);
    fillToTheLastByte();
    for (int i = 0; i < 4; i++) {
      ackNext(subscriber);
      subscriber.flush();
      // There is nearly 1 MiB now, and it is not for this.
      assertThat(appends(buffer, 6, 150_000)).isFalse();
      world.tasks().advance(Duration.ofSeconds(1));
    }
    world.disk().setCapacity(Long.MAX_VALUE);
    world.tasks().advance(Duration.ofSeconds(2));
    append(buffer, 6, 150_000);
    assertThat(drain(subscriber)).containsExactly(5L, 6L);
  }

  @Test
  void aBufferOpensOnADiskThatIsFullToTheLastByteAndHealsByAcks() throws Exception {
    DurableBuffer buffer = world.open();
    for (long number = 1; number <= 6; number++) {
      append(buffer, number, LARGE);
    }
    world.kill();
    fillToTheLastByte();
    DurableBuffer again = world.open();
    assertThat(drain(again.subscribe("a"))).isEqualTo(range(1, 6));
    world.tasks().advance(Duration.ofSeconds(5));
    append(again, 7, LARGE);
  }

  @Test
  void aBufferOpensOnAFullDiskWithoutItsReserveHoweverItEnded() throws Exception {
    for (int end = 0; end < 40; end++) {
      DurableBuffer buffer = world.open();
      Subscriber subscriber = buffer.subscribe("a");
      appendAll(buffer, 1, 3);
      if (end % 4 == 3) {
        append(buffer, 4, LARGE);
        drain(subscriber);
        buffer.flush();
      }
      switch (end % 3) {
        case 0 -> world.kill();
        case 1 -> buffer.close();
        default -> world.crash(end);
      }
      world.disk().delete(RESERVE);
      if (end % 5 == 1) {
        world.disk().delete("holdfast.state");
      } else if (end % 5 == 3) {
        world.cut("holdfast.state", end);
      }
      fillToTheLastByte();
      DurableBuffer again = world.open();
      Subscriber same = again.subscribe("a");
      assertThat(drain(same)).as("end %s", end).isEqualTo(end % 4 == 3 ? List.of() : range(1, 3));
      assertThat(appends(again, 5, 100_000)).isFalse();
      if (end % 2 == 0) {
        world.kill();
        again = world.open();
        same = again.subscribe("a");
        drain(same);
      }
      world.disk().setCapacity(Long.MAX_VALUE);
      world.tasks().advance(Duration.ofSeconds(5));
      append(again, 6, LARGE);
      assertThat(drain(same)).containsExactly(6L);
      again.close();
      world.nextLife();
    }
  }

  @Test
  void aBufferThatFindsNoByteToCloseOnSaysSoAndLosesNothing() throws Exception {
    DurableBuffer buffer = world.open();
    buffer.subscribe("a");
    appendAll(buffer, 1, 3);
    buffer.close();
    world.disk().delete(RESERVE);
    fillToTheLastByte();
    DurableBuffer again = world.open();
    again.subscribe("a");
    assertThatThrownBy(again::close)
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("was not closed cleanly")
        .hasMessageContaining("may be repeated");
    world.disk().setCapacity(Long.MAX_VALUE);
    world.nextLife();
    assertThat(drain(world.open().subscribe("a"))).isEqualTo(range(1, 3));
  }

  @Test
  void appendsThatMayWaitForAFullDiskKeepTheirOrder() {
    DurableBuffer buffer = world.open();
    append(buffer, 1);
    fillToTheLastByte();
    List<CompletableFuture<Long>> results = new ArrayList<>();
    for (long number = 2; number <= 9; number++) {
      results.add(appendAsync(buffer, number, 2_000_000 / (int) number, Duration.ofSeconds(30)));
      world.tasks().advance(Duration.ofMillis(150));
    }
    assertThat(results).noneMatch(CompletableFuture::isDone);
    CompletableFuture<Long> impatient = appendAsync(buffer, 10, 1, Duration.ZERO);
    world.tasks().runUntilIdle();
    assertThat(impatient).failsWithin(Duration.ZERO);
    world.disk().setCapacity(Long.MAX_VALUE);
    world.tasks().advance(Duration.ofSeconds(1));
    for (int i = 0; i < results.size(); i++) {
      assertThat(results.get(i)).isCompletedWithValue(i + 1L);
    }
    assertThat(drain(buffer.subscribe("a"))).isEqualTo(range(1, 9));
  }

  @Test
  void anAppendThatWaitsForAFullDiskIsRefusedWhenItsTimeIsOver() {
    DurableBuffer buffer = world.open();
    append(buffer, 1);
    fillToTheLastByte();
    CompletableFuture<Long> early = appendAsync(buffer, 2, LARGE * 6, Duration.ofSeconds(2));
    CompletableFuture<Long> late = appendAsync(buffer, 3, LARGE * 6, Duration.ofSeconds(9));
    world.tasks().advance(Duration.ofSeconds(3));
    assertThat(early).failsWithin(Duration.ZERO);
    assertThat(late).isNotDone();
    assertThat(buffer.status().refused()).isEqualTo(1);
    world.disk().setCapacity(Long.MAX_VALUE);
    world.tasks().advance(Duration.ofSeconds(1));
    assertThat(late).isCompletedWithValue(1L);
  }

  @Test
  void closingEndsTheWaitForAFullDisk() {
    DurableBuffer buffer = world.open();
    append(buffer, 1);
    fillToTheLastByte();
    CompletableFuture<Long> waiting = appendAsync(buffer, 2, LARGE * 6, Duration.ofDays(1));
    world.tasks().advance(Duration.ofSeconds(1));
    assertThat(waiting).isNotDone();
    buffer.close();
    assertThatThrownBy(waiting::join).hasCauseInstanceOf(ClosedException.class);
    assertThat(drain(world.open().subscribe("a"))).containsExactly(1L);
  }

  @Test
  void spaceThatIsToStayFreeStaysFree() {
    long keepFree = 5 << 20;
    world.disk().setCapacity(17 << 20);
    world.options = world.options.withBudget(DiskBudget.of(world.options.capBytes(), keepFree));
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    long took = 0;
    String refusal = null;
    while (refusal == null) {
      try (Bundles.Built built = world.bundles.sized(took + 1, LARGE)) {
        buffer.append(built.bundle(), Duration.ofSeconds(1));
        took++;
      } catch (BufferFullException full) {
        refusal = full.getMessage();
        assertThat(full.isCap()).isFalse();
      }
      assertThat(free()).isGreaterThanOrEqualTo(keepFree);
    }
    assertThat(took).isGreaterThan(10);
    assertThat(refusal).contains(keepFree + " are to stay free");
    // Somebody else makes room.
    world.disk().setCapacity(18 << 20);
    append(buffer, took + 1, LARGE);
    // And now it takes more than there was.
    world.disk().setCapacity(4 << 20);
    world.tasks().advance(Duration.ofSeconds(2));
    assertThat(drain(subscriber)).isEqualTo(range(1, took + 1));
    world.disk().setCapacity(Long.MAX_VALUE);
  }

  @Test
  void whoWaitsForSpaceThatIsToStayFreeGoesOnWhenOthersFreeSome() {
    long keepFree = 5 << 20;
    world.disk().setCapacity(17 << 20);
    world.options = world.options.withBudget(DiskBudget.of(world.options.capBytes(), keepFree));
    DurableBuffer buffer = world.open();
    buffer.subscribe("a");
    long number = 1;
    while (appends(buffer, number, LARGE, Duration.ofSeconds(1))) {
      number++;
    }
    TaskExecutor.Task others =
        world.tasks().register("others", () -> world.disk().setCapacity(19 << 20));
    others.signalAfter(Duration.ofSeconds(30));
    assertThat(appends(buffer, number, LARGE, Duration.ofMinutes(1))).isTrue();
    others.close();
    world.disk().setCapacity(Long.MAX_VALUE);
  }

  private long free() {
    return (17 << 20) - world.disk().usedBytes();
  }

  @Test
  void aReserveThatCannotBeMadeIsTriedAgain() {
    world
        .disk()
        .setFaults(
            Faults.nth(
                1, call -> call.kind() == Kind.WRITE && call.file().equals(RESERVE), Outcome.FAIL));
    DurableBuffer buffer = world.open();
    append(buffer, 1);
    world.tasks().advance(Duration.ofSeconds(2));
    fillToTheLastByte();
    Subscriber subscriber = buffer.subscribe("a");
    assertThat(drain(subscriber)).containsExactly(1L);
    subscriber.flush();
  }
}
