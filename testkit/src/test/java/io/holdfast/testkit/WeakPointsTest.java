package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.BufferFullException;
import io.holdfast.engine.BufferOptions;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.Durability;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.HoldfastException;
import io.holdfast.engine.LockedException;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.Subscriber;
import io.holdfast.testkit.Faults.Outcome;
import io.holdfast.testkit.StorageCall.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Ways in which durable buffers that are in use were seen to lose, double or refuse what they had
 * accepted, each with what must hold here instead.
 */
class WeakPointsTest extends EngineSuite {
  private static final String ACTIVE = "wal/quiver.wal";
  private static final int LARGE = 300_000;

  WeakPointsTest() {
    super(Disk.SIMULATED);
  }

  private List<Long> drainOf(String id) {
    try (Subscriber subscriber = world.open().subscribe(id)) {
      return drain(subscriber);
    }
  }

  @Test
  void whatIsAckedIsThereAfterAKillAtThatMoment() throws Exception {
    for (long life = 1; life <= 30; life++) {
      append(world.open(), life);
      world.kill();
    }
    assertThat(drainOf("a")).isEqualTo(range(1, 30));
  }

  @Test
  void whatIsAckedIsThereAfterAPowerCutAtThatMoment() {
    for (long life = 1; life <= 30; life++) {
      append(world.open(), life);
      world.crash(life);
    }
    assertThat(drainOf("a")).isEqualTo(range(1, 30));
  }

  @Test
  void theLastAppendsOfAnIntervalAreSyncedThoughNothingFollows() {
    world.options = world.options.withDurability(Durability.interval(Duration.ofMillis(25)));
    appendAll(world.open(), 1, 3);
    world.tasks().advance(Duration.ofMillis(25));
    world.crash(1);
    assertThat(drainOf("a")).isEqualTo(range(1, 3));
  }

  @Test
  void aDiskThatIsFullOnceWhileASegmentIsWrittenCostsNothing() {
    for (int nth = 1; nth <= 6; nth++) {
      try (World machine = World.simulated(nth)) {
        DurableBuffer buffer = machine.open();
        int before = nth;
        machine
            .disk()
            .setFaults(
                Faults.nth(
                    before,
                    call -> call.file().startsWith("segments") && call.kind().changes(),
                    Outcome.FULL));
        for (long number = 1; number <= 20; number++) {
          try (Bundles.Built built = machine.bundles.sized(number, LARGE)) {
            buffer.append(built.bundle());
          }
          machine.tasks().advance(Duration.ofSeconds(1));
        }
        buffer.close();
        assertThat(drain(machine.open().subscribe("a"))).as("call %s", nth).isEqualTo(range(1, 20));
      }
    }
  }

  @Test
  void aFlippedBitInTheMiddleOfTheLogCostsOneBundle() throws Exception {
    appendAll(world.open(), 1, 20);
    world.kill();
    WalBytes.Entry fifth = new WalBytes(world.read(ACTIVE)).entries.get(4);
    world.flip(ACTIVE, fifth.offset() + 70, 1);
    List<Long> expected = new ArrayList<>(range(1, 20));
    expected.remove(5L);
    assertThat(drainOf("a")).isEqualTo(expected);
  }

  @Test
  void aHeaderThatIsZeroedOrShortNeverStopsTheOpening() throws Exception {
    world.holdSegmentsBack();
    DurableBuffer buffer = world.open();
    for (long number = 1; number <= 20; number++) {
      append(buffer, number, LARGE);
    }
    world.kill();
    Map<String, byte[]> files = world.snapshot();
    for (String name : List.of(ACTIVE, "wal/quiver.wal.1")) {
      byte[] whole = world.read(name);
      byte[] zeroed = whole.clone();
      Arrays.fill(zeroed, 0, WalBytes.OWN_HEADER, (byte) 0);
      for (byte[] bad :
          List.of(zeroed, new byte[0], Arrays.copyOf(whole, 9), Arrays.copyOf(whole, 20))) {
        world.restore(files);
        world.write(name, bad);
        List<Long> came = drainOf("a");
        int held = new WalBytes(whole).entries.size();
        assertThat(came.size())
            .as("%s of %s bytes", name, bad.length)
            .isEqualTo(Arrays.equals(bad, zeroed) ? 20 : 20 - held);
        world.kill();
      }
      world.restore(files);
    }
  }

  @Test
  void aRestartAfterEarlierPurgesSeesAndFlushesEverything() throws Exception {
    long number = 1;
    for (int life = 0; life < 4; life++) {
      DurableBuffer buffer = world.open();
      Subscriber subscriber = buffer.subscribe("a");
      long first = number;
      for (int i = 0; i < 15; i++) {
        append(buffer, number++, LARGE);
      }
      assertThat(drain(subscriber)).isEqualTo(range(first, number - 1));
      buffer.flush();
      append(buffer, number, LARGE);
      world.kill();
      DurableBuffer again = world.open();
      again.flush();
      assertThat(drain(again.subscribe("a"))).containsExactly(number++);
      again.close();
    }
  }

  @Test
  void aBacklogOfLargerSegmentsIsReadWithASmallerTarget() throws Exception {
    world.options = world.options.withCapBytes(8 * BufferOptions.MIN_CAP_BYTES);
    DurableBuffer buffer = world.open();
    for (long number = 1; number <= 40; number++) {
      append(buffer, number, LARGE);
    }
    world.kill();
    world.options = world.options.withCapBytes(BufferOptions.MIN_CAP_BYTES);
    assertThat(drainOf("a")).isEqualTo(range(1, 40));
  }

  @Test
  void aPowerCutAnywhereInsideARotationSkipsNothing() {
    for (int nth = 1; nth <= 30; nth++) {
      try (World machine = World.simulated(nth)) {
        machine.holdSegmentsBack();
        DurableBuffer buffer = machine.open();
        int at = nth;
        long last = 0;
        try {
          for (long number = 1; number <= 9; number++) {
            if (number == 7) {
              machine
                  .disk()
                  .setFaults(Faults.nth(at, call -> call.kind().changes(), Outcome.POWER_CUT));
            }
            try (Bundles.Built built = machine.bundles.sized(number, LARGE)) {
              buffer.append(built.bundle(), Duration.ZERO);
            }
            last = number;
          }
        } catch (HoldfastException powerCut) {
          assertThat(last).isGreaterThanOrEqualTo(6);
        }
        machine.crash(nth);
        List<Long> came = drain(machine.open().subscribe("a"));
        assertThat(came).as("change %s", nth).startsWith(range(1, last).toArray(Long[]::new));
      }
    }
  }

  @Test
  void theCursorNeverGoesBack() throws Exception {
    long highest = 0;
    for (int life = 0; life < 5; life++) {
      DurableBuffer buffer = world.open();
      Subscriber subscriber = buffer.subscribe("a");
      appendAll(buffer, life * 10L + 1, life * 10L + 10);
      for (int i = 0; i < 7; i++) {
        ackNext(subscriber);
        buffer.flush();
        long cursor = WalBytes.cursor(world.read("wal/quiver.wal.cursor"));
        assertThat(cursor).isGreaterThanOrEqualTo(highest);
        highest = cursor;
      }
      if (life % 2 == 0) {
        world.kill();
      } else {
        buffer.close();
      }
    }
  }

  @Test
  void sequencesGoOnAfterEverythingWasDeliveredDeletedAndRestarted() throws Exception {
    long last = -1;
    for (int life = 0; life < 6; life++) {
      DurableBuffer buffer = world.open();
      Subscriber subscriber = buffer.subscribe("a");
      for (int i = 0; i < 10; i++) {
        long sequence = append(buffer, life * 10L + i, LARGE);
        assertThat(sequence).isGreaterThan(last);
        last = sequence;
      }
      assertThat(drain(subscriber)).hasSize(10);
      buffer.close();
      assertThat(world.storage().list("segments")).isEmpty();
    }
  }

  @Test
  void aSecondOwnerIsRefused() {
    append(world.open(), 1);
    assertThatThrownBy(() -> DurableBuffer.open(world.storage(), world.options))
        .isInstanceOf(LockedException.class);
  }

  @Test
  void whatACrashLeavesOfASegmentIsDeleted() throws Exception {
    appendAll(world.open(), 1, 3);
    world.kill();
    world.storage().createDirectory("segments");
    world.write("segments/0000000000000001.qseg.tmp", new byte[700]);
    assertThat(drainOf("a")).isEqualTo(range(1, 3));
    assertThat(world.storage().list("segments")).noneMatch(name -> name.endsWith(".tmp"));
  }

  @Test
  void aSegmentThatIsNotWholeIsSetAsideAndNamed() throws Exception {
    DurableBuffer buffer = world.open();
    for (long number = 1; number <= 20; number++) {
      append(buffer, number, LARGE);
    }
    buffer.close();
    String last = "segments/" + world.storage().list("segments").getLast();
    world.write(last, Arrays.copyOf(world.read(last), 20));
    try (Subscriber subscriber = world.open().subscribe("a")) {
      List<Long> came = drain(subscriber);
      assertThat(came).isEqualTo(range(1, came.size())).hasSizeBetween(1, 19);
    }
    world.tasks().advance(Duration.ofSeconds(5));
    assertThat(world.storage().status(last)).isEmpty();
    assertThat(world.storage().list("quarantine")).isNotEmpty();
  }

  @Test
  void whatIsAppendedWhileSegmentsAreWrittenIsInThemOrStaysInTheLog() {
    for (int seed = 1; seed <= 20; seed++) {
      try (World machine = World.simulated(seed)) {
        machine.options = machine.options.withCapBytes(2 * BufferOptions.MIN_CAP_BYTES);
        DurableBuffer buffer = machine.open();
        buffer.subscribe("a");
        List<Long> acked = new ArrayList<>();
        List<CompletableFuture<Void>> appends = new ArrayList<>();
        for (long number = 1; number <= 45; number++) {
          long appended = number;
          try (Bundles.Built built = machine.bundles.sized(number, LARGE)) {
            appends.add(buffer.appendAsync(built.bundle()).thenRun(() -> acked.add(appended)));
          }
          if ((number + seed) % 7 == 0) {
            machine.tasks().advance(Duration.ofSeconds(1));
          }
        }
        machine.crash(seed);
        List<Long> came = drain(machine.open().subscribe("a"));
        assertThat(appends.stream().filter(CompletableFuture::isDone)).hasSameSizeAs(acked);
        assertThat(acked).as("seed %s", seed).hasSizeGreaterThan(30);
        assertThat(came).as("seed %s", seed).startsWith(acked.toArray(Long[]::new));
      }
    }
  }

  @Test
  void whatIsAckedBeforeDuringAndAfterAFullDiskSurvivesACrash() {
    DurableBuffer buffer = world.open();
    appendAll(buffer, 1, 5);
    world.disk().setCapacity(world.disk().usedBytes() + 200);
    List<Long> acked = new ArrayList<>(range(1, 5));
    for (long number = 6; number <= 400; number++) {
      if (number == 300) {
        world.disk().setCapacity(Long.MAX_VALUE);
        world.tasks().advance(Duration.ofSeconds(10));
      }
      try (Bundles.Built built = world.bundles.sized(number, 20_000)) {
        buffer.append(built.bundle(), Duration.ZERO);
        acked.add(number);
      } catch (BufferFullException full) {
        assertThat(number).isLessThan(320);
      }
    }
    world.crash(3);
    assertThat(drainOf("a")).isEqualTo(acked);
  }

  @Test
  void aSyncThatFailsIsNeverTrustedAgain() {
    DurableBuffer buffer = world.open();
    appendAll(buffer, 1, 3);
    world.disk().setFaults(Faults.nth(1, call -> call.kind() == Kind.SYNC, Outcome.FAIL));
    append(buffer, 4);
    world.disk().setFaults(Faults.none());
    appendAll(buffer, 5, 6);
    world.crash(5);
    assertThat(drainOf("a")).isEqualTo(range(1, 6));
  }

  @Test
  void manyProducersAndAKillDoubleNothing() throws Exception {
    DurableBuffer buffer = world.open();
    List<CompletableFuture<Long>> results = new ArrayList<>();
    for (long number = 1; number <= 160; number++) {
      results.add(appendAsync(buffer, number, 100));
      if (number == 90) {
        world.tasks().runUntilIdle();
      }
    }
    TreeSet<Long> acked = new TreeSet<>();
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i).isDone()) {
        acked.add(i + 1L);
      }
    }
    world.kill();
    List<Long> came = drainOf("a");
    assertThat(came).doesNotHaveDuplicates().containsAll(acked);
  }

  @Test
  void moreBundlesThanAProgressFileCanCountGoToSeveralSegments() throws Exception {
    world.options = world.options.withCapBytes(1L << 30);
    DurableBuffer buffer = world.open();
    buffer.subscribe("a");
    List<CompletableFuture<Long>> results = new ArrayList<>();
    for (long number = 1; number <= 65_540; number++) {
      results.add(appendAsync(buffer, number, 0));
      if (number % 1000 == 0) {
        world.tasks().runUntilIdle();
      }
    }
    world.tasks().runUntilIdle();
    assertThat(results).allMatch(CompletableFuture::isDone);
    buffer.close();
    assertThat(world.storage().list("segments").size()).isGreaterThan(1);
    DurableBuffer again = world.open();
    assertThat(again.subscribe("a").backlog().bundles()).isEqualTo(65_540);
    assertThat(again.recovery().notes()).isEmpty();
  }

  @Test
  void aProgressFileThatClaimsMoreThanThereIsIsDamageAndNoMore() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 5);
    ackNext(subscriber);
    buffer.close();
    byte[] progress = world.read("quiver.sub.a");
    ByteBuffer bytes = ByteBuffer.wrap(progress).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(32 + 8, -1);
    bytes.putInt(progress.length - 4, WalBytes.crc(progress, 0, progress.length - 4));
    world.write("quiver.sub.a", progress);
    Map<String, byte[]> files = world.snapshot();
    assertThat(drainOf("a")).isEqualTo(range(2, 5));
    world.kill();
    files.remove("holdfast.sub.a");
    world.restore(files);
    assertThat(drainOf("a")).as("all that is kept, without ours").isEqualTo(range(2, 5));
  }

  /** The last entry is damaged like one that was torn, so its sequence is given out again. */
  @Test
  void whatCountsAgainstABundleThatIsGoneCountsAgainstNoOther() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 3);
    ackNext(subscriber);
    ackNext(subscriber);
    long gone;
    try (Delivery delivery = take(subscriber)) {
      gone = delivery.sequence();
      delivery.fail("the peer is away");
    }
    subscriber.flush();
    world.kill();
    byte[] log = world.read(ACTIVE);
    log[new WalBytes(log).entries.getLast().end() - 1] ^= 1;
    world.write(ACTIVE, log);
    DurableBuffer again = world.open();
    appendAll(again, 4, 4);
    try (Delivery delivery = take(again.subscribe("a"))) {
      assertThat(Bundles.number(delivery.bundle())).isEqualTo(4);
      assertThat(delivery.sequence()).isEqualTo(gone);
      assertThat(delivery.failures()).isZero();
    }
  }

  @Test
  void anEntryOfAnUnknownTypeIsSteppedOver() throws Exception {
    appendAll(world.open(), 1, 6);
    world.kill();
    byte[] log = world.read(ACTIVE);
    WalBytes.Entry third = new WalBytes(log).entries.get(2);
    int body = third.offset() + 4;
    log[body] = 9;
    ByteBuffer.wrap(log)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(third.end() - 4, WalBytes.crc(log, body, third.length() - 8));
    world.write(ACTIVE, log);
    assertThat(drainOf("a")).containsExactly(1L, 2L, 4L, 5L, 6L);
  }

  @Test
  void theFirstBundleOfANewDirectorySurvivesAPowerCut() {
    for (int seed = 1; seed <= 100; seed++) {
      try (World machine = World.simulated(seed);
          Bundles.Built built = machine.bundles.small(1)) {
        machine.open().append(built.bundle());
        machine.crash(seed);
        assertThat(drain(machine.open().subscribe("a"))).as("seed %s", seed).containsExactly(1L);
      }
    }
  }

  @Test
  void aSegmentFolderThatCannotBeReadStopsTheOpeningAndNothingIsOverwritten() throws Exception {
    DurableBuffer buffer = world.open();
    appendAll(buffer, 1, 8);
    buffer.close();
    Map<String, byte[]> before = world.snapshot();
    world
        .disk()
        .setFaults(
            Faults.when(
                call -> call.kind() == Kind.LIST && call.file().equals("segments"), Outcome.FAIL));
    assertThatThrownBy(() -> world.open()).isInstanceOf(StorageException.class);
    world.disk().setFaults(Faults.none());
    Map<String, byte[]> after = world.snapshot();
    for (String name : before.keySet()) {
      if (name.startsWith("segments/")) {
        assertThat(after.get(name)).isEqualTo(before.get(name));
      }
    }
    assertThat(drainOf("a")).isEqualTo(range(1, 8));
  }

  @Test
  void aSegmentIsDeliveredAsSoonAsItIsThere() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    for (long number = 1; number <= 20; number++) {
      append(buffer, number, LARGE);
      world.tasks().advance(Duration.ofSeconds(1));
    }
    assertThat(drain(subscriber)).isEqualTo(range(1, 20));
  }

  @Test
  void whatWasAckedAndDeletedDoesNotComeBackAfterAPowerCut() {
    for (int seed = 1; seed <= 20; seed++) {
      try (World machine = World.simulated(seed)) {
        DurableBuffer buffer = machine.open();
        Subscriber subscriber = buffer.subscribe("a");
        for (long number = 1; number <= 20; number++) {
          try (Bundles.Built built = machine.bundles.sized(number, LARGE)) {
            buffer.append(built.bundle());
          }
          machine.tasks().advance(Duration.ofSeconds(1));
        }
        drain(subscriber);
        buffer.flush();
        machine.crash(seed);
        assertThat(drain(machine.open().subscribe("a"))).as("seed %s", seed).isEmpty();
      }
    }
  }

  @Test
  void theAgeOfABundleIsThatOfItsDataAlsoInASegment() throws Exception {
    world.options = world.options.withMaxAge(Duration.ofHours(1));
    DurableBuffer buffer = world.open();
    buffer.subscribe("a");
    appendAll(buffer, 1, 3);
    world.tasks().advance(Duration.ofMinutes(45));
    appendAll(buffer, 4, 5);
    buffer.close();
    world.tasks().advance(Duration.ofMinutes(30));
    assertThat(drainOf("a")).isEqualTo(range(4, 5));
  }

  @Test
  void dictionariesComeBackAsTheyWere() throws Exception {
    DurableBuffer buffer = world.open();
    buffer.subscribe("a");
    List<String> expected = new ArrayList<>();
    for (long number = 1; number <= 30; number++) {
      try (Bundles.Built built = world.bundles.mixed(number)) {
        expected.add(Bundles.describe(built.bundle()));
        buffer.append(built.bundle());
      }
    }
    buffer.close();
    List<String> came = new ArrayList<>();
    Subscriber subscriber = world.open().subscribe("a");
    while (subscriber.backlog().bundles() > 0) {
      try (Delivery delivery = take(subscriber)) {
        came.add(Bundles.describe(delivery.bundle()));
        delivery.ack();
      }
    }
    assertThat(came).isEqualTo(expected);
  }
}
