package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.BufferFullException;
import io.holdfast.engine.BundleReader;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.Durability;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.EngineEvent;
import io.holdfast.engine.HoldfastException;
import io.holdfast.engine.OutcomeUnknownException;
import io.holdfast.engine.RecoveryReport;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.Subscriber;
import io.holdfast.testkit.Faults.Outcome;
import io.holdfast.testkit.StorageCall.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What single faults of the disk do, and power cuts at chosen moments. */
class FaultTest extends EngineSuite {
  private static final int SEEDS = 40;

  FaultTest() {
    super(Disk.SIMULATED);
  }

  private static boolean isLog(StorageCall call) {
    return call.file().matches("wal/quiver\\.wal(\\.\\d+)?|wal/holdfast\\.next");
  }

  private static boolean isLogSync(StorageCall call) {
    return call.kind() == Kind.SYNC && isLog(call);
  }

  private static boolean isLogWrite(StorageCall call) {
    return call.kind() == Kind.WRITE && isLog(call);
  }

  /** What a new life after a power cut delivers, for many cuts of this moment; ends this life. */
  private void assertAfterEveryCrash(List<Long> must, List<Long> may) {
    SimulatedStorage now = world.disk();
    for (int seed = 0; seed < SEEDS; seed++) {
      try (History unused = new History(seed);
          DurableBuffer buffer =
              DurableBuffer.open(now.crash(seed), world.options.withTasks(unused.world.tasks()))) {
        assertThat(buffer.recovery().isDamaged()).as("seed %s", seed).isFalse();
        List<Long> came = drain(buffer.subscribe("fresh" + seed));
        assertThat(came).as("seed %s", seed).containsAll(must).doesNotHaveDuplicates();
        came.removeAll(must);
        assertThat(may).as("seed %s", seed).containsAll(came);
      }
    }
    world.crash(1);
  }

  @Test
  void whatWasAckedIsThereAfterEveryPowerCut() {
    DurableBuffer buffer = world.open();
    appendAll(buffer, 1, 10);
    List<Long> all = new ArrayList<>(range(1, 10));
    for (long number = 11; number <= 14; number++) {
      append(buffer, number, 100_000);
      all.add(number);
    }
    assertAfterEveryCrash(all, List.of());
  }

  /** One wrong bit in the n-th read from now on; whether there were so many, once asked. */
  private static BooleanSupplier oneBadRead(World of, long n) {
    AtomicLong reads = new AtomicLong();
    of.disk()
        .setFaults(
            call ->
                call.kind() == Kind.READ && reads.incrementAndGet() == n
                    ? Outcome.BAD_BITS
                    : Outcome.WORK);
    return () -> reads.get() >= n;
  }

  @Test
  void aSegmentWhoseNameDidNotBecomeDurableIsNotLeftForOtherEngines() throws Exception {
    AtomicInteger refusals = new AtomicInteger();
    world
        .disk()
        .setFaults(
            call ->
                call.kind() == Kind.SYNC_DIRECTORY && call.file().equals("segments")
                    ? fail(refusals)
                    : Outcome.WORK);
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    long number = 0;
    while (refusals.get() == 0) {
      append(buffer, ++number, 300_000);
      world.tasks().advance(Duration.ofSeconds(1));
    }
    assertThat(world.storage().list("segments")).isEmpty();
    world.disk().setFaults(Faults.none());
    assertThat(drain(subscriber)).isEqualTo(range(1, number));
  }

  private static Outcome fail(AtomicInteger count) {
    count.incrementAndGet();
    return Outcome.FAIL;
  }

  @Test
  void oneReadThatGoesWrongLosesNothing() {
    boolean hit = true;
    for (long n = 1; hit; n++) {
      try (World one = World.simulated(n)) {
        DurableBuffer buffer = one.open();
        BooleanSupplier reached = oneBadRead(one, n);
        Subscriber subscriber = buffer.subscribe("a");
        for (long number = 1; number <= 8; number++) {
          append(buffer, number, 300_000);
        }
        one.tasks().advance(Duration.ofSeconds(5));
        append(buffer, 9, 10);
        assertThat(drain(subscriber)).as("read %s", n).isEqualTo(range(1, 9));
        hit = reached.getAsBoolean();
      }
    }
  }

  @Test
  void oneReadThatGoesWrongWhileItOpensLosesNothing() {
    boolean hit = true;
    for (long n = 1; hit; n++) {
      // A wrong bit in the last entry is the one that nothing behind it tells of.
      for (long seed = 0; seed < 12; seed++) {
        try (World one = World.simulated(seed)) {
          DurableBuffer buffer = one.open();
          buffer.subscribe("a");
          for (long number = 1; number <= 7; number++) {
            append(buffer, number, 100_000);
          }
          one.nextLife();
          BooleanSupplier reached = oneBadRead(one, n);
          DurableBuffer second = one.open();
          assertThat(append(second, 8, 10)).as("read %s, seed %s", n, seed).isEqualTo(7);
          List<Long> came = drain(second.subscribe("a"));
          assertThat(came).as("read %s, seed %s", n, seed).isEqualTo(range(1, 8));
          hit = reached.getAsBoolean();
        }
      }
    }
  }

  @Test
  void aRotationAndThePreparationOfTheNextOneLoseNothingInAnyPowerCut() {
    DurableBuffer buffer = world.open();
    List<Long> all = new ArrayList<>();
    for (long number = 1; number <= 12; number++) {
      append(buffer, number, 300_000);
      all.add(number);
    }
    assertThat(world.disk().trace()).anyMatch(call -> call.file().equals("wal/holdfast.next"));
    assertAfterEveryCrash(all, List.of());
  }

  /** With one sync for both, the second could be kept and the first not: no name for what was. */
  @Test
  void theFirstNameOfARotationIsDurableBeforeTheSecondIsGiven() {
    for (int seed = 0; seed < SEEDS; seed++) {
      try (World one = World.simulated(seed)) {
        DurableBuffer buffer = one.open();
        buffer.subscribe("a");
        for (long number = 1; number <= 3; number++) {
          appendTo(buffer, one, number);
        }
        AtomicReference<@Nullable Object> failing = new AtomicReference<>();
        AtomicBoolean named = new AtomicBoolean();
        one.disk()
            .setFaults(
                call -> {
                  if (isLogSync(call)
                      && (failing.compareAndSet(null, call.key())
                          || Objects.equals(failing.get(), call.key()))) {
                    return Outcome.FAIL;
                  }
                  named.set(
                      named.get()
                          || (call.kind() == Kind.RENAME
                              && call.file().equals("wal/holdfast.next")));
                  return named.get() && call.kind() == Kind.SYNC_DIRECTORY
                      ? Outcome.POWER_CUT
                      : Outcome.WORK;
                });
        assertThatThrownBy(() -> appendTo(buffer, one, 4)).isInstanceOf(HoldfastException.class);
        one.crash(seed);
        assertThat(drain(one.open().subscribe("a"))).as("seed %s", seed).containsAll(range(1, 3));
      }
    }
  }

  @Test
  void whatAFailedSyncGaveUpBeforeAKillIsWrittenAgainBeforeItIsDelivered() {
    for (int seed = 0; seed < SEEDS; seed++) {
      try (World one = World.simulated(seed)) {
        DurableBuffer buffer = one.open();
        try (Bundles.Built built = one.bundles.small(1)) {
          buffer.append(built.bundle());
        }
        boolean[] failed = new boolean[1];
        one.disk()
            .setFaults(
                call -> {
                  if (failed[0]) {
                    return Outcome.POWER_CUT;
                  }
                  failed[0] = isLogSync(call);
                  return failed[0] ? Outcome.FAIL : Outcome.WORK;
                });
        try (Bundles.Built built = one.bundles.sized(2, 3000)) {
          assertThatThrownBy(() -> buffer.append(built.bundle()))
              .isInstanceOf(HoldfastException.class);
        }
        one.nextLife();
        DurableBuffer second = one.open();
        List<Long> came = new ArrayList<>();
        List<Delivery> out = new ArrayList<>();
        Subscriber subscriber = second.subscribe("a");
        for (Delivery next = subscriber.next(Duration.ZERO);
            next != null;
            next = subscriber.next(Duration.ZERO)) {
          came.add(Bundles.number(next.bundle()));
          out.add(next);
        }
        out.forEach(Delivery::close);
        assertThat(came).startsWith(1L);
        one.crash(seed);
        DurableBuffer third = one.open();
        assertThat(drain(third.subscribe("b"))).containsAll(came);
      }
    }
  }

  @Test
  void whatWasWrittenButNotAckedComesWholeOrNotAtAll() {
    DurableBuffer buffer = world.open();
    appendAll(buffer, 1, 3);
    // The power goes at the sync: the write is there, nobody was told.
    world.disk().setFaults(Faults.nth(1, FaultTest::isLogSync, Outcome.POWER_CUT));
    assertThatThrownBy(() -> append(buffer, 4, 20_000)).isInstanceOf(HoldfastException.class);
    assertAfterEveryCrash(range(1, 3), List.of(4L));
  }

  @Test
  void whatWasAckedAndFlushedDoesNotComeBackAfterAnyPowerCut() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 6);
    ackNext(subscriber);
    ackNext(subscriber);
    Delivery third = take(subscriber);
    assertThat(ackNext(subscriber)).isEqualTo(4);
    third.close();
    subscriber.flush();
    SimulatedStorage now = world.disk();
    for (int seed = 0; seed < SEEDS; seed++) {
      world.crash(seed);
      world.options = world.options.withTasks(world.tasks());
      DurableBuffer again = DurableBuffer.open(now.crash(seed), world.options);
      assertThat(drain(again.subscribe("a"))).containsExactly(3L, 5L, 6L);
      again.close();
    }
  }

  @Test
  void progressIsDurableWithinItsIntervalWithoutAFlush() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 3);
    ackNext(subscriber);
    world.tasks().advance(world.options.progressInterval());
    SimulatedStorage now = world.disk();
    for (int seed = 0; seed < SEEDS; seed++) {
      world.crash(seed);
      DurableBuffer again = DurableBuffer.open(now.crash(seed), world.options);
      assertThat(drain(again.subscribe("a"))).containsExactly(2L, 3L);
      again.close();
    }
  }

  @Test
  void aSubscriberExistsDurablyOnceSubscribeHasReturned() {
    DurableBuffer buffer = world.open();
    buffer.subscribe("keeper");
    SimulatedStorage now = world.disk();
    for (int seed = 0; seed < SEEDS; seed++) {
      world.crash(seed);
      DurableBuffer again = DurableBuffer.open(now.crash(seed), world.options);
      assertThat(again.subscribers()).containsExactly("keeper");
      again.close();
    }
  }

  @Test
  void whoCannotBeMadeDurableIsNoSubscriber() {
    DurableBuffer buffer = world.open();
    world
        .disk()
        .setFaults(
            Faults.when(
                call -> call.kind() == Kind.SYNC_DIRECTORY && call.file().isEmpty(), Outcome.FAIL));
    assertThatThrownBy(() -> buffer.subscribe("a"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("cannot be made");
    world.disk().setFaults(Faults.none());
    assertThat(buffer.subscribers()).isEmpty();
    buffer.subscribe("a");
    assertThat(buffer.subscribers()).containsExactly("a");
  }

  @Test
  void oneFailedSyncCostsNobodyAnythingAndTheFileIsNeverSyncedAgain() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 3);
    List<StorageCall> after = new ArrayList<>();
    AtomicReference<@Nullable Object> fenced = new AtomicReference<>();
    world
        .disk()
        .setFaults(
            call -> {
              if (fenced.get() != null) {
                after.add(call);
              } else if (isLogSync(call)) {
                fenced.set(call.key());
                return Outcome.FAIL;
              }
              return Outcome.WORK;
            });
    assertThat(append(buffer, 4)).isEqualTo(3);
    assertThat(append(buffer, 5)).isEqualTo(4);
    assertThat(fenced.get()).isNotNull();
    assertThat(after)
        .noneMatch(c -> c.kind() == Kind.SYNC && c.key() != null && c.key().equals(fenced.get()));
    assertThat(world.events).anyMatch(event -> event.name().equals("holdfast.wal.fence"));
    assertThat(drain(subscriber)).isEqualTo(range(1, 5));
    assertAfterEveryCrash(range(1, 5), List.of());
  }

  @Test
  void whileNoSyncWorksAppendsFailAndAfterwardsTheyGoOnByThemselves() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    long last = 0;
    for (long number = 1; number <= 3; number++) {
      last = append(buffer, number);
    }
    world.disk().setFaults(Faults.when(FaultTest::isLogSync, Outcome.FAIL));
    assertThatThrownBy(() -> append(buffer, 4))
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("may be delivered later");
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> append(buffer, 5)).isInstanceOf(HoldfastException.class);
    }
    assertThat(drain(subscriber)).as("what is confirmed is delivered").isEqualTo(range(1, 3));
    world.disk().setFaults(Faults.none());
    world.tasks().advance(Duration.ofSeconds(10));
    long next = append(buffer, 6);
    assertThat(next).isGreaterThan(last);
    assertThat(drain(subscriber)).containsExactly(6L);
    world.crash(3);
    DurableBuffer again = world.open();
    assertThat(again.recovery().isDamaged()).as("%s", again.recovery()).isFalse();
    assertThat(drain(again.subscribe("new"))).contains(6L).isSubsetOf(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(append(again, 7)).isGreaterThan(next);
  }

  @Test
  void aFileOfWhichNobodyKnowsWhetherItWasRenamedIsNotTakenForOneThatSomebodyElseHasChanged()
      throws Exception {
    int renamed = 0;
    for (int n = 0; n < SEEDS / 4; n++) {
      try (World one = World.simulated(n)) {
        DurableBuffer buffer = one.open();
        Subscriber subscriber = buffer.subscribe("a");
        AtomicBoolean fails = new AtomicBoolean();
        one.disk()
            .setFaults(
                call -> {
                  boolean rotates =
                      call.kind() == Kind.RENAME && call.file().equals("wal/quiver.wal");
                  fails.set(fails.get() || rotates);
                  return fails.get() ? Outcome.FAIL : Outcome.WORK;
                });
        List<Long> kept = new ArrayList<>();
        long number = 1;
        while (!fails.get()) {
          try (Bundles.Built built = one.bundles.sized(number, 300_000)) {
            long _ = buffer.append(built.bundle());
            kept.add(number);
          } catch (StorageException refused) {
            assertThat(refused).hasMessageContaining("nothing was kept");
          }
          number++;
        }
        one.disk().setFaults(Faults.none());
        renamed += one.snapshot().containsKey("wal/quiver.wal") ? 0 : 1;
        one.tasks().advance(Duration.ofSeconds(10));
        appendTo(buffer, one, number);
        kept.add(number);
        assertThat(drain(subscriber)).isEqualTo(kept);
      }
    }
    assertThat(renamed).as("times the rename had happened").isPositive();
  }

  @Test
  void whatMayHaveBeenKeptCountsUntilTheNextFileIsBegun() throws Exception {
    DurableBuffer buffer = world.open();
    world.disk().setFaults(Faults.when(call -> call.kind() == Kind.SYNC, Outcome.FULL));
    assertThatThrownBy(() -> append(buffer, 1, 400)).isInstanceOf(OutcomeUnknownException.class);
    assertThat(buffer.status().disk().log()).isEqualTo(world.bytesIn("wal", "cursor"));
    world.disk().setFaults(Faults.none());
    append(buffer, 2, 400);
    assertThat(buffer.status().disk().log()).isEqualTo(world.bytesIn("wal", "cursor"));
  }

  @Test
  void whatAFailedWriteLeftCountsUntilTheNextFileIsBegun() throws Exception {
    int left = 0;
    for (int n = 0; n < SEEDS / 4; n++) {
      try (World one = World.simulated(n)) {
        DurableBuffer buffer = one.open();
        AtomicBoolean fails = new AtomicBoolean();
        one.disk()
            .setFaults(
                call -> {
                  fails.compareAndSet(false, call.kind() == Kind.WRITE);
                  return fails.get() ? Outcome.FAIL : Outcome.WORK;
                });
        assertThatThrownBy(() -> append(buffer, 1, 40_000))
            .isInstanceOf(OutcomeUnknownException.class);
        one.disk().setFaults(Faults.none());
        long files = one.bytesIn("wal", "cursor");
        assertThat(buffer.status().disk().log()).as("seed %s", n).isGreaterThanOrEqualTo(files);
        left += files > 1_000 ? 1 : 0;
        append(buffer, 2, 400);
        assertThat(buffer.status().disk().log())
            .as("seed %s", n)
            .isEqualTo(one.bytesIn("wal", "cursor"));
      }
    }
    assertThat(left).as("disks on which something was left").isPositive();
  }

  @Test
  void aFailedWriteLeavesNothingThatComesBack() {
    for (int n = 0; n < SEEDS; n++) {
      try (World one = World.simulated(n)) {
        DurableBuffer buffer = one.open();
        try (Bundles.Built built = one.bundles.small(1)) {
          buffer.append(built.bundle());
        }
        one.disk()
            .setFaults(
                Faults.nth(1, call -> isLogWrite(call) && call.length() < 100_000, Outcome.FAIL));
        try (Bundles.Built built = one.bundles.sized(2, 5000)) {
          assertThatThrownBy(() -> buffer.append(built.bundle()))
              .isInstanceOf(StorageException.class)
              .hasMessageContaining("nothing was kept");
        }
        try (Bundles.Built built = one.bundles.small(3)) {
          assertThat(buffer.append(built.bundle())).isEqualTo(1);
        }
        assertThat(drain(buffer.subscribe("a"))).containsExactly(1L, 3L);
        one.crash(n);
        DurableBuffer again = one.open();
        assertThat(drain(again.subscribe("b"))).containsExactly(1L, 3L);
      }
    }
  }

  /** Its second half is whole on the disk when the first one is written over, or the power goes. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ofAGroupThatWasRefusedNoPartComesBack(boolean goesOn) {
    for (int seed = 0; seed < SEEDS; seed++) {
      try (World one = World.simulated(seed)) {
        DurableBuffer buffer = one.open();
        List<Long> kept = new ArrayList<>(List.of(1L));
        appendTo(buffer, one, 1);
        one.disk()
            .setFaults(
                Faults.nth(1, call -> isLogWrite(call) && call.length() < 100_000, Outcome.FAIL));
        List<CompletableFuture<Long>> refused = new ArrayList<>();
        for (long number = 2; number <= 6; number++) {
          try (Bundles.Built built = one.bundles.small(number)) {
            refused.add(buffer.appendAsync(built.bundle()));
          }
        }
        one.tasks().runUntilIdle();
        assertThat(refused).allMatch(CompletableFuture::isCompletedExceptionally);
        if (goesOn) {
          appendTo(buffer, one, 7);
          kept.add(7L);
          one.nextLife();
        } else {
          one.crash(seed);
        }
        DurableBuffer again = one.open();
        assertThat(drain(again.subscribe("a"))).as("seed %s", seed).isEqualTo(kept);
      }
    }
  }

  private static void appendTo(DurableBuffer buffer, World one, long number) {
    try (Bundles.Built built = one.bundles.small(number)) {
      buffer.append(built.bundle());
    }
  }

  @Test
  void aFullDiskIsBackpressureAndHealsByItselfWhenSpaceReturns() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 3);
    for (int round = 0; round < 3; round++) {
      long first = 10 * (round + 1L);
      world.disk().setCapacity(world.disk().usedBytes() + 1000);
      try (Bundles.Built built = world.bundles.sized(first, 700_000)) {
        for (int i = 0; i < 10; i++) {
          assertThatThrownBy(() -> buffer.append(built.bundle(), Duration.ZERO))
              .isInstanceOfSatisfying(
                  BufferFullException.class, full -> assertThat(full.isCap()).isFalse())
              .hasMessageContaining("full");
        }
        assertThatThrownBy(() -> buffer.append(built.bundle(), Duration.ofSeconds(2)))
            .isInstanceOf(BufferFullException.class);
        world.disk().setCapacity(Long.MAX_VALUE);
        buffer.append(built.bundle(), Duration.ofSeconds(2));
      }
    }
    assertThat(drain(subscriber)).containsExactly(1L, 2L, 3L, 10L, 20L, 30L);
    assertAfterEveryCrash(List.of(10L, 20L, 30L), range(1, 3));
  }

  @Test
  void onAFullDiskAcksStillGoThroughOrAreRepeatedAndNothingIsLost() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 5);
    world.disk().setCapacity(0);
    ackNext(subscriber);
    assertThatThrownBy(subscriber::flush).isInstanceOf(StorageException.class);
    world.tasks().advance(Duration.ofSeconds(5));
    world.disk().setCapacity(Long.MAX_VALUE);
    world.tasks().advance(Duration.ofSeconds(5));
    world.crash(2);
    assertThat(drain(world.open().subscribe("a"))).isEqualTo(range(2, 5));
  }

  @Test
  void aFullDiskDoesNotKeepABufferFromOpening() {
    DurableBuffer buffer = world.open();
    appendAll(buffer, 1, 5);
    buffer.close();
    world.disk().setCapacity(world.disk().usedBytes() + 5000);
    DurableBuffer again = world.open();
    assertThat(drain(again.subscribe("a"))).isEqualTo(range(1, 5));
  }

  @Test
  void intervalDurabilitySurvivesAKillAtOnceAndAPowerCutAfterItsTime() throws Exception {
    world.options = world.options.withDurability(Durability.interval(Duration.ofMillis(500)));
    DurableBuffer buffer = world.open();
    appendAll(buffer, 1, 5);
    world.tasks().advance(Duration.ofMillis(500));
    assertAfterEveryCrash(range(1, 5), List.of());

    world.kill();
    DurableBuffer second = world.open();
    appendAll(second, 6, 8);
    world.kill();
    assertThat(drain(world.open().subscribe("a"))).isEqualTo(range(1, 8));
  }

  @Test
  void intervalDurabilityDeliversNothingThatAPowerCutCouldTakeBack() {
    world.options = world.options.withDurability(Durability.interval(Duration.ofMillis(500)));
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1);
    assertThat(subscriber.next(Duration.ZERO)).isNull();
    world.tasks().advance(Duration.ofMillis(500));
    assertThat(ackNext(subscriber)).isEqualTo(1);
  }

  @Test
  void withIntervalDurabilityAFailedSyncCostsNothingOfWhatItShouldHaveCovered() {
    world.options = world.options.withDurability(Durability.interval(Duration.ofMillis(500)));
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, 1);
    world.tasks().advance(Duration.ofMillis(500));
    appendAll(buffer, 2, 5);
    world.disk().setFaults(Faults.nth(1, FaultTest::isLogSync, Outcome.FAIL));
    world.tasks().advance(Duration.ofSeconds(2));
    append(buffer, 6);
    world.tasks().advance(Duration.ofSeconds(2));
    assertThat(drain(subscriber)).isEqualTo(range(1, 6));
    assertAfterEveryCrash(range(2, 6), List.of(1L));
  }

  @Test
  void intervalDurabilitySyncsAtTheLatestAfterItsBytes() {
    world.options =
        world.options.withDurability(new Durability.Interval(Duration.ofDays(1), 50_000));
    DurableBuffer buffer = world.open();
    for (long number = 1; number <= 6; number++) {
      append(buffer, number, 10_000);
    }
    assertAfterEveryCrash(range(1, 4), range(5, 6));
  }

  /** More than 8 MiB: 5 MiB, and a last group of 7. The sync of all that has an outcome. */
  private static void appendMoreThanOneGroup(World one, Outcome outcome) {
    one.options =
        one.options
            .withCapBytes(256 << 20)
            .withDurability(new Durability.Interval(Duration.ofDays(1), 6 << 20));
    DurableBuffer buffer = one.open();
    AtomicBoolean fails = new AtomicBoolean();
    for (long number = 1; number <= 12; number++) {
      if (number == 6) {
        one.disk()
            .setFaults(
                call -> {
                  fails.compareAndSet(false, isLogSync(call));
                  return fails.get() ? outcome : Outcome.WORK;
                });
      }
      try (Bundles.Built built = one.bundles.sized(number, 1 << 20)) {
        if (number < 6) {
          buffer.append(built.bundle());
        } else {
          CompletableFuture<Long> _ = buffer.appendAsync(built.bundle());
        }
      }
    }
    one.tasks().runUntilIdle();
    assertThat(fails).isTrue();
  }

  @Test
  void withIntervalDurabilityAHoleInAllThatNoSyncHasCoveredIsNoDamage() throws Exception {
    int holes = 0;
    for (int seed = 0; seed < 20; seed++) {
      try (World one = World.simulated(seed)) {
        appendMoreThanOneGroup(one, Outcome.POWER_CUT);
        one.crash(seed);
        RecoveryReport report = one.open().recovery();
        assertThat(report.isDamaged()).as("%s", report).isFalse();
        holes += report.missing().isEmpty() ? 0 : 1;
      }
    }
    assertThat(holes).isPositive();
  }

  @Test
  void withIntervalDurabilityOpeningMakesAllDurableThatAFailedSyncHasDropped() throws Exception {
    for (int seed = 0; seed < 10; seed++) {
      try (World one = World.simulated(seed)) {
        appendMoreThanOneGroup(one, Outcome.FAIL);
        one.kill();
        one.disk().setFaults(Faults.none());
        assertThat(one.open().recovery().replayed()).isEqualTo(12);
        one.crash(seed);
        RecoveryReport report = one.open().recovery();
        assertThat(report.replayed()).as("%s", report).isEqualTo(12);
      }
    }
  }

  @Test
  void withIntervalDurabilityARotationThatBreaksOffLosesNothingByAKillOrAPowerCutBehindIt()
      throws Exception {
    for (int n = 1; n <= 40; n++) {
      try (World one = World.simulated(n)) {
        one.options = one.options.withDurability(Durability.interval(Duration.ofMillis(500)));
        DurableBuffer buffer = one.open();
        for (long number = 1; number <= 5; number++) {
          appendTo(buffer, one, number);
        }
        List<Kind> failed = new ArrayList<>();
        AtomicInteger calls = new AtomicInteger();
        int dead = n;
        one.disk()
            .setFaults(
                call -> {
                  boolean fails =
                      (failed.isEmpty() && isLogSync(call))
                          || (failed.size() == 1 && call.kind() == Kind.SYNC_DIRECTORY);
                  if (fails) {
                    failed.add(call.kind());
                    return Outcome.FAIL;
                  }
                  return failed.size() == 2 && calls.incrementAndGet() >= dead
                      ? Outcome.POWER_CUT
                      : Outcome.WORK;
                });
        one.tasks().advance(Duration.ofSeconds(3));
        assertThat(failed).containsExactly(Kind.SYNC, Kind.SYNC_DIRECTORY);
        one.kill();
        one.disk().setFaults(Faults.none());
        RecoveryReport killed = one.open().recovery();
        assertThat(killed.replayed()).as("killed before call %s: %s", n, killed).isEqualTo(5);
        one.crash(n);
        RecoveryReport cut = one.open().recovery();
        assertThat(cut.replayed()).as("killed before call %s, then cut: %s", n, cut).isEqualTo(5);
        assertThat(cut.isDamaged()).as("killed before call %s, then cut: %s", n, cut).isFalse();
      }
    }
  }

  @Test
  void withIntervalDurabilityThatOnlyTheClockEndsOpeningMakesAllDurable() throws Exception {
    for (int seed = 0; seed < 3; seed++) {
      try (World one = World.simulated(seed)) {
        one.options =
            one.options
                .withCapBytes(256 << 20)
                .withDurability(new Durability.Interval(Duration.ofSeconds(1), Long.MAX_VALUE));
        DurableBuffer buffer = one.open();
        for (long number = 1; number <= 12; number++) {
          try (Bundles.Built built = one.bundles.sized(number, 300_000)) {
            buffer.append(built.bundle());
          }
        }
        one.disk().setFaults(Faults.when(FaultTest::isLogSync, Outcome.FAIL));
        one.tasks().advance(Duration.ofSeconds(2));
        one.kill();
        one.disk().setFaults(Faults.none());
        assertThat(one.open().recovery().replayed()).isEqualTo(12);
        one.crash(seed);
        RecoveryReport report = one.open().recovery();
        assertThat(report.replayed()).as("%s", report).isEqualTo(12);
        assertThat(report.isDamaged()).as("%s", report).isFalse();
      }
    }
  }

  /** Room for large entries, which are synced by their bytes only. */
  private DurableBuffer openWithoutTimer() {
    world.options =
        world
            .options
            .withCapBytes(256 << 20)
            .withDurability(Durability.interval(Duration.ofDays(1)));
    return world.open();
  }

  @Test
  void withIntervalDurabilityWhatWasSyncedIsDamagedWhateverIsNotBehindIt() throws Exception {
    DurableBuffer buffer = openWithoutTimer();
    append(buffer, 1, 20 << 20);
    append(buffer, 2, 1 << 20);
    world.kill();
    world.flip("wal/quiver.wal", 10 << 20, 4);
    assertThat(world.open().recovery().isDamaged()).isTrue();
  }

  @Test
  void withIntervalDurabilityAHoleBeforeALargeEntryThatWasTornIsNoDamage() throws Exception {
    DurableBuffer buffer = openWithoutTimer();
    for (long number = 1; number <= 5; number++) {
      append(buffer, number, 1 << 20);
    }
    world.disk().setFaults(Faults.when(FaultTest::isLogSync, Outcome.POWER_CUT));
    CompletableFuture<Long> _ = appendAsync(buffer, 6, 20 << 20);
    world.tasks().runUntilIdle();
    world.kill();
    world.disk().setFaults(Faults.none());
    world.flip("wal/quiver.wal", (3 << 20) / 2, 1);
    world.flip("wal/quiver.wal", 20 << 20, 1);
    RecoveryReport report = world.open().recovery();
    assertThat(report.isDamaged()).as("%s", report).isFalse();
    assertThat(report.unconfirmed()).hasSize(2);
  }

  private static boolean isSegmentName(StorageCall call) {
    return call.kind() == Kind.SYNC_DIRECTORY && call.file().equals("segments");
  }

  /** Closes, with a folder of segments that does not take a new name; the process is killed. */
  @ParameterizedTest
  @EnumSource(names = {"FAIL", "POWER_CUT"})
  void aSegmentWhoseNameWasNotSyncedIsDurableBeforeTheLogIsLetGo(Outcome outcome) throws Exception {
    for (int seed = 0; seed < 12; seed++) {
      try (World one = World.simulated(seed)) {
        DurableBuffer buffer = one.open();
        buffer.subscribe("a");
        for (long number = 1; number <= 10; number++) {
          appendTo(buffer, one, number);
        }
        one.disk().setFaults(Faults.when(FaultTest::isSegmentName, outcome));
        try {
          buffer.close();
        } catch (HoldfastException _) {
          // The power was cut.
        }
        one.kill();
        one.disk().setFaults(Faults.none());
        DurableBuffer second = one.open();
        appendTo(second, one, 11);
        Subscriber subscriber = second.subscribe("a");
        List<Delivery> all = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
          all.add(take(subscriber));
        }
        all.getLast().ack();
        all.forEach(Delivery::close);
        second.close();
        one.crash(seed);
        assertThat(drain(one.open().subscribe("a"))).as("seed %s", seed).isEqualTo(range(1, 10));
      }
    }
  }

  @Test
  void aSegmentWhoseNameWasNotSyncedIsDurableBeforeUpkeepDeletesLogFiles() throws Exception {
    for (int seed = 0; seed < 8; seed++) {
      try (World one = World.simulated(seed)) {
        DurableBuffer buffer = one.open();
        buffer.subscribe("a");
        one.disk().setFaults(Faults.when(FaultTest::isSegmentName, Outcome.POWER_CUT));
        long confirmed = 0;
        try {
          while (confirmed < 40) {
            try (Bundles.Built built = one.bundles.sized(confirmed + 1, 300_000)) {
              buffer.append(built.bundle());
            }
            confirmed++;
          }
        } catch (HoldfastException _) {
          // The power was cut.
        }
        assertThat(confirmed).isBetween(1L, 39L);
        one.kill();
        one.disk().setFaults(Faults.none());
        DurableBuffer _ = one.open();
        one.tasks().advance(Duration.ofSeconds(5));
        one.crash(seed);
        assertThat(drain(one.open().subscribe("a")))
            .as("seed %s", seed)
            .containsAll(range(1, confirmed));
      }
    }
  }

  @Test
  void whatIsLeftOfARemovedSubscriberSaysNothingOfANewOneOfItsName() {
    DurableBuffer buffer = world.open();
    buffer.subscribe("a");
    buffer.subscribe("slow");
    appendAll(buffer, 1, 10);
    buffer.close();
    DurableBuffer second = world.open();
    try (Subscriber subscriber = second.subscribe("a")) {
      for (int i = 0; i < 6; i++) {
        ackNext(subscriber);
      }
      second.flush();
      world.tasks().advance(Duration.ofSeconds(5));
    }
    world
        .disk()
        .setFaults(
            Faults.when(
                call -> call.kind() == Kind.DELETE && call.file().equals("quiver.sub.a"),
                Outcome.FAIL));
    assertThatThrownBy(() -> second.unsubscribe("a")).isInstanceOf(StorageException.class);
    world.disk().setFaults(Faults.none());
    assertThat(second.subscribe("a").backlog().bundles()).isEqualTo(10);
    world.nextLife();
    assertThat(drain(world.open().subscribe("a"))).isEqualTo(range(1, 10));
  }

  @Test
  void aRemovalThatWasBegunIsFinishedByTheNextOpening() throws Exception {
    DurableBuffer buffer = world.open();
    buffer.subscribe("a").close();
    world
        .disk()
        .setFaults(
            Faults.when(
                call -> call.kind() == Kind.DELETE && call.file().equals("holdfast.sub.a"),
                Outcome.FAIL));
    assertThatThrownBy(() -> buffer.unsubscribe("a")).isInstanceOf(StorageException.class);
    world.disk().setFaults(Faults.none());
    world.kill();
    assertThat(world.open().subscribers()).isEmpty();
    assertThat(world.storage().list("")).noneMatch(name -> name.contains(".sub."));
  }

  @Test
  void aReadThatTheDiskRefusesLeavesTheBundleInLine() {
    DurableBuffer buffer = world.open();
    appendAll(buffer, 1, 2);
    // Who was there before reads it from memory.
    Subscriber subscriber = buffer.subscribe("a");
    world.disk().setFaults(Faults.when(call -> call.kind() == Kind.READ, Outcome.FAIL));
    assertThatThrownBy(() -> subscriber.next(Duration.ZERO)).isInstanceOf(StorageException.class);
    world.disk().setFaults(Faults.none());
    world.tasks().advance(Duration.ofSeconds(5));
    assertThat(drain(subscriber)).containsExactly(1L, 2L);
  }

  @Test
  void aBundleInABadSectorHoldsNobodyBackAndIsGivenUpAfterManyTries() throws Exception {
    DurableBuffer buffer = world.open();
    appendAll(buffer, 1, 3);
    // Who was there before reads it from memory.
    Subscriber subscriber = buffer.subscribe("a");
    long bad = new WalBytes(world.read("wal/quiver.wal")).entries.get(0).offset();
    world
        .disk()
        .setFaults(
            Faults.when(call -> call.kind() == Kind.READ && call.offset() == bad, Outcome.FAIL));
    assertThatThrownBy(() -> subscriber.next(Duration.ZERO)).isInstanceOf(StorageException.class);
    assertThat(ackNext(subscriber)).isEqualTo(2);
    int refused = 1;
    while (subscriber.backlog().bundles() > 1) {
      world.tasks().advance(Duration.ofSeconds(5));
      try {
        assertThat(ackNext(subscriber)).isEqualTo(3);
      } catch (StorageException again) {
        refused++;
      }
    }
    while (subscriber.backlog().bundles() > 0) {
      world.tasks().advance(Duration.ofSeconds(5));
      try {
        assertThat(subscriber.next(Duration.ZERO)).isNull();
      } catch (StorageException again) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(10);
    assertThat(world.events).extracting(EngineEvent::name).contains("holdfast.wal.corrupt");
  }

  /** Three bundles in the log, none of which is in memory; where the first one lies. */
  private long threeInTheLog(DurableBuffer buffer) throws Exception {
    appendAll(buffer, 1, 3);
    return new WalBytes(world.read("wal/quiver.wal")).entries.get(0).offset();
  }

  private void refuse(long bad) {
    world
        .disk()
        .setFaults(
            Faults.when(call -> call.kind() == Kind.READ && call.offset() == bad, Outcome.FAIL));
  }

  /**
   * The first bundle is refused, then the second one read, which is sent back: so many times, every
   * five seconds.
   */
  private void refuseTheFirst(Subscriber subscriber, int times) {
    for (int i = 0; i < times; i++) {
      assertThatThrownBy(() -> subscriber.next(Duration.ZERO)).isInstanceOf(StorageException.class);
      try (Delivery second = take(subscriber)) {
        assertThat(Bundles.number(second.bundle())).isEqualTo(2);
        second.defer(Duration.ofSeconds(5));
      }
      world.tasks().advance(Duration.ofSeconds(5));
    }
  }

  @Test
  void aDiskThatReadsNothingForAWhileCostsNoBundle() throws Exception {
    DurableBuffer buffer = world.open();
    threeInTheLog(buffer);
    Subscriber subscriber = buffer.subscribe("a");
    world.disk().setFaults(Faults.when(call -> call.kind() == Kind.READ, Outcome.FAIL));
    for (int i = 0; i < 120; i++) {
      for (int bundle = 0; bundle < 3; bundle++) {
        assertThatThrownBy(() -> subscriber.next(Duration.ZERO))
            .isInstanceOf(StorageException.class);
      }
      world.tasks().advance(Duration.ofSeconds(5));
    }
    world.disk().setFaults(Faults.none());
    assertThat(drain(subscriber)).isEqualTo(range(1, 3));
    assertThat(world.events).extracting(EngineEvent::name).doesNotContain("holdfast.wal.corrupt");
  }

  @Test
  void aBundleIsGivenUpThatIsRefusedTwentyTimesWhileOthersAreRead() throws Exception {
    DurableBuffer buffer = world.open();
    long bad = threeInTheLog(buffer);
    Subscriber subscriber = buffer.subscribe("a");
    refuse(bad);
    refuseTheFirst(subscriber, 19);
    assertThat(subscriber.backlog().bundles()).isEqualTo(3);
    assertThat(ackNext(subscriber)).isEqualTo(2);
    assertThat(subscriber.backlog().bundles()).isEqualTo(1);
  }

  @Test
  void whatWasRefusedBeforeABundleWasReadDoesNotCountAfterwards() throws Exception {
    DurableBuffer buffer = world.open();
    long bad = threeInTheLog(buffer);
    Subscriber subscriber = buffer.subscribe("a");
    refuse(bad);
    refuseTheFirst(subscriber, 15);
    world.disk().setFaults(Faults.none());
    try (Delivery first = take(subscriber)) {
      assertThat(Bundles.number(first.bundle())).isEqualTo(1);
      first.defer(Duration.ZERO);
    }
    refuse(bad);
    refuseTheFirst(subscriber, 15);
    world.disk().setFaults(Faults.none());
    assertThat(drain(subscriber)).isEqualTo(range(1, 3));
  }

  @Test
  void aBundleForWhichThereIsNoMemoryHoldsNobodyBackAndComesWhenThereIs() throws Exception {
    DurableBuffer buffer = world.open();
    long large = threeInTheLog(buffer);
    Subscriber subscriber = buffer.subscribe("a");
    world
        .disk()
        .setFaults(
            call -> {
              if (call.kind() == Kind.READ && call.offset() == large) {
                throw new OutOfMemoryError("of the test");
              }
              return Outcome.WORK;
            });
    List<Long> came = new ArrayList<>();
    // Who reads waits after a failure.
    for (int tries = 0; tries < 500; tries++) {
      try (Delivery delivery = subscriber.next(Duration.ZERO)) {
        if (delivery != null) {
          came.add(Bundles.number(delivery.bundle()));
          delivery.ack();
        }
      } catch (StorageException noMemory) {
        assertThat(noMemory).hasMessageContaining("too little memory");
      }
      world.tasks().advance(Duration.ofSeconds(10));
    }
    world.disk().setFaults(Faults.none());
    assertThat(came).isEqualTo(range(2, 3));
    world.tasks().advance(Duration.ofMinutes(1));
    assertThat(drain(subscriber)).containsExactly(1L);
  }

  @Test
  void aReaderGivesWhatTheDiskRefusedWhenItIsAskedAgain() throws Exception {
    long bad = threeInTheLog(world.open());
    try (BundleReader reader = BundleReader.open(world.storage())) {
      refuse(bad);
      assertThatThrownBy(reader::next).isInstanceOf(StorageException.class);
      assertThatThrownBy(reader::next).isInstanceOf(StorageException.class);
      world.disk().setFaults(Faults.none());
      assertThat(rest(reader)).isEqualTo(range(1, 3));
    }
  }

  @Test
  void aBundleThatTurnsBadWhileTheBufferIsOpenIsGivenUpAloneAndNamed() throws Exception {
    DurableBuffer buffer = world.open();
    appendAll(buffer, 1, 3);
    // Who was there before reads it from memory.
    Subscriber subscriber = buffer.subscribe("a");
    WalBytes.Entry second = new WalBytes(world.read("wal/quiver.wal")).entries.get(1);
    world.disk().flip("wal/quiver.wal", second.offset() + 90, 0x01);
    assertThat(ackNext(subscriber)).isEqualTo(1);
    assertThat(ackNext(subscriber)).isEqualTo(3);
    assertThat(world.events)
        .anySatisfy(
            event -> {
              assertThat(event.name()).isEqualTo("holdfast.wal.corrupt");
              assertThat(event.message()).contains("quiver.wal");
            });
    assertThat(subscriber.backlog().bundles()).isZero();
  }

  @Test
  void anEngineWhoseLogIsChangedUnderItFencesAndSaysSo() throws Exception {
    DurableBuffer buffer = world.open();
    append(buffer, 1);
    world.tasks().advance(Duration.ofSeconds(5));
    world.disk().rename("wal/quiver.wal", "wal/elsewhere");
    world.write("wal/quiver.wal", WalBytes.header(1, WalBytes.configurationHex(), false));
    world.tasks().advance(Duration.ofSeconds(5));
    assertThatThrownBy(() -> append(buffer, 2))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("another program");
    assertThat(world.read("wal/quiver.wal")).hasSize(38);
    world.crash(1);
  }

  @Test
  void noBitThatFlipsInTheProgressOfASubscriberHidesABundle() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber first = buffer.subscribe("a");
    appendAll(buffer, 1, 6);
    assertThat(ackNext(first)).isEqualTo(1);
    buffer.flush();
    world.kill();
    Map<String, byte[]> files = world.snapshot();
    String name = "holdfast.sub.a";
    byte[] progress = Objects.requireNonNull(files.get(name));
    for (int bit = 0; bit < 8 * progress.length; bit += 3) {
      byte[] flipped = progress.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      world.nextLife();
      world.restore(files);
      world.write(name, flipped);
      List<Long> came = drain(world.open().subscribe("a"));
      assertThat(came).as("bit %s", bit).containsAll(range(2, 6));
    }
  }

  @Test
  void closingOnADeadDiskEndsAndGivesTheDirectoryBack() {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 3);
    ackNext(subscriber);
    world.disk().setFaults(Faults.when(call -> true, Outcome.FAIL));
    try {
      buffer.close();
    } catch (StorageException refused) {
      assertThat(refused).hasMessageContaining("simulated:/");
    }
    world.disk().setFaults(Faults.none());
    assertThat(drain(world.open().subscribe("a"))).containsSubsequence(2L, 3L);
  }

  @Test
  void aReplayThatCouldNotBeTakenUpAgainGoesOnWhenTheDiskIsWell() {
    int delayed = 0;
    for (int failing = 1; failing <= 40; failing += 3) {
      try (World one = World.simulated(failing)) {
        DurableBuffer buffer = one.open();
        Subscriber subscriber = buffer.subscribe("a");
        for (long number = 1; number <= 2; number++) {
          appendTo(buffer, one, number);
          try (Delivery delivery = take(subscriber)) {
            delivery.reject("bad");
          }
        }
        buffer.deadLetters("a").replayAll();
        buffer.close();
        DurableBuffer second = one.open();
        AtomicLong calls = new AtomicLong();
        int most = failing;
        one.disk()
            .setFaults(
                call ->
                    call.file().startsWith("dead/a/") && calls.incrementAndGet() <= most
                        ? Outcome.FAIL
                        : Outcome.WORK);
        Subscriber again = second.subscribe("a");
        one.tasks().advance(Duration.ofMinutes(1));
        assertThat(List.of(ackNext(again), ackNext(again)))
            .as("after %s calls", failing)
            .containsExactly(1L, 2L);
        long told =
            one.events.stream()
                .map(EngineEvent::name)
                .filter("holdfast.deadletter.failure"::equals)
                .count();
        assertThat(told).isLessThanOrEqualTo(1);
        delayed += (int) told;
      }
    }
    assertThat(delayed).isPositive();
  }

  /** Whose names are not made durable once, and whose files maybe never go. */
  private static void failsToBeMade(World one, DurableBuffer buffer, String id, boolean stays) {
    AtomicLong syncs = new AtomicLong();
    one.disk()
        .setFaults(
            call -> {
              boolean sync = call.kind() == Kind.SYNC_DIRECTORY && call.file().isEmpty();
              boolean fails =
                  sync
                      ? syncs.incrementAndGet() == 1
                      : stays && call.kind() == Kind.DELETE && call.file().endsWith("sub." + id);
              return fails ? Outcome.FAIL : Outcome.WORK;
            });
    assertThatThrownBy(() -> buffer.subscribe(id)).isInstanceOf(StorageException.class);
    one.disk().setFaults(Faults.none());
    assertThat(buffer.subscribers()).isEmpty();
  }

  @Test
  void whoCouldNotBeMadeIsNotThereWhenTheBufferIsOpenedAgain() {
    DurableBuffer buffer = world.open();
    failsToBeMade(world, buffer, "a", false);
    SimulatedStorage now = world.disk();
    for (int seed = 0; seed < SEEDS; seed++) {
      world.crash(seed);
      DurableBuffer again = DurableBuffer.open(now.crash(seed), world.options);
      assertThat(again.subscribers()).isEmpty();
      again.close();
    }
  }

  @Test
  void whoCouldNotBeMadeAndWouldNotGoCanBeRemoved() throws Exception {
    int left = 0;
    for (int seed = 0; seed < 20; seed++) {
      try (World one = World.simulated(seed)) {
        DurableBuffer buffer = one.open();
        failsToBeMade(one, buffer, "a", true);
        left += one.snapshot().containsKey("holdfast.sub.a") ? 1 : 0;
        buffer.unsubscribe("a");
        if (seed % 2 == 0) {
          buffer.close();
        } else {
          one.crash(seed);
        }
        assertThat(one.open().subscribers()).as("seed %s", seed).isEmpty();
      }
    }
    assertThat(left).as("times it would not go").isGreaterThan(1);
  }

  @Test
  void whateverBecomesOfDeadLettersAllElseIsClosed() {
    DurableBuffer buffer = world.open();
    List<Subscriber> subscribers = List.of(buffer.subscribe("a"), buffer.subscribe("b"));
    append(buffer, 1);
    for (Subscriber subscriber : subscribers) {
      try (Delivery delivery = take(subscriber)) {
        delivery.reject("bad");
      }
    }
    world.tasks().advance(Duration.ofSeconds(5));
    world
        .disk()
        .setFaults(
            call -> {
              if (call.file().matches("dead/./holdfast.state.*")) {
                throw new LinkageError("no exception");
              }
              return Outcome.WORK;
            });
    assertThatThrownBy(buffer::close)
        .isInstanceOf(LinkageError.class)
        .satisfies(
            error -> assertThat(error.getSuppressed()).hasAtLeastOneElementOfType(Error.class));
    world.disk().setFaults(Faults.none());
    DurableBuffer again = world.open();
    for (String id : List.of("a", "b")) {
      assertThat(again.deadLetters(id).count()).as("letters of %s", id).isEqualTo(1);
      assertThat(drain(again.subscribe(id))).isEmpty();
    }
  }

  @Test
  void whoCouldNotBeMadeIsNotConnectedAndLeavesNoFile() throws Exception {
    DurableBuffer buffer = world.open();
    AtomicLong calls = new AtomicLong();
    for (long n = 1; calls.getAndSet(0) >= n - 1; n++) {
      String id = "s" + n;
      long failing = n;
      world
          .disk()
          .setFaults(call -> calls.incrementAndGet() == failing ? Outcome.FAIL : Outcome.WORK);
      try {
        buffer.subscribe(id).close();
      } catch (StorageException refused) {
        assertThat(refused).hasMessageContaining("nothing is lost");
      }
      world.disk().setFaults(Faults.none());
      assertThat(world.disk().list("")).as("call %s", n).noneMatch(name -> name.endsWith(".tmp"));
      try (Subscriber subscriber = buffer.subscribe(id)) {
        append(buffer, n);
        assertThat(drain(subscriber)).as("call %s", n).contains(n);
      }
    }
  }
}
