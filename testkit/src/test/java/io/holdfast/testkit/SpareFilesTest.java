package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.BundleReader;
import io.holdfast.engine.Delivery;
import io.holdfast.engine.Durability;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.HoldfastException;
import io.holdfast.engine.RecoveryReport;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.Subscriber;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Log files that nobody needs any more are used again, and nothing that they held comes back. */
class SpareFilesTest extends EngineSuite {
  private static final String ACTIVE = "wal/quiver.wal";
  private static final int REUSED_HEADER = 70;
  private static final int LARGE = 300_000;
  private static final int SECTOR = 512;

  /** More than an entry. */
  private static final int ZEROS = 2 * SECTOR;

  private static final Duration STEP = Duration.ofMillis(600);

  private long number;
  private final Set<Object> files = new HashSet<>();
  private final Set<Long> starts = new HashSet<>();

  SpareFilesTest() {
    super(Disk.SIMULATED);
  }

  private WalBytes active() throws IOException {
    return new WalBytes(world.read(ACTIVE));
  }

  private void appendAndAck(DurableBuffer buffer, Subscriber subscriber) throws IOException {
    append(buffer, ++number, LARGE);
    assertThat(ackNext(subscriber)).isEqualTo(number);
    world.tasks().advance(STEP);
    files.add(world.storage().status(ACTIVE).orElseThrow().key());
    starts.add(active().positionStart);
  }

  /** Until the active file is one that was used before, and holds so many entries. */
  private void appendUntilReused(DurableBuffer buffer, Subscriber subscriber, int entries)
      throws IOException {
    for (int i = 0;
        active().headerSize != REUSED_HEADER || active().entries.size() < entries;
        i++) {
      assertThat(i).as("a file is used again").isLessThan(100);
      appendAndAck(buffer, subscriber);
    }
  }

  /** A buffer with such a file, of whose entries all are resolved, durably. */
  private DurableBuffer openUntilReused(int entries) throws IOException {
    DurableBuffer buffer = world.open();
    appendUntilReused(buffer, buffer.subscribe("a"), entries);
    buffer.flush();
    return buffer;
  }

  @Test
  void aLogThatIsKeptUpWithMakesNoNewFiles() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    for (int i = 0; i < 120; i++) {
      appendAndAck(buffer, subscriber);
    }
    assertThat(starts).hasSizeGreaterThan(10);
    assertThat(files).hasSizeLessThan(6);
    buffer.close();
    assertThat(world.storage().list("wal")).containsExactly("quiver.wal", "quiver.wal.cursor");
    assertThat(active().size).isEqualTo(active().end);
  }

  @Test
  void aFileOfWhichNobodyKnowsWhetherItWasKeptIsDeletedAndCountsUntilThen() throws Exception {
    int left = 0;
    for (int seed = 0; seed < 20; seed++) {
      try (World one = World.simulated(seed)) {
        DurableBuffer buffer = one.open();
        Subscriber subscriber = buffer.subscribe("a");
        List<String> doubtful = new ArrayList<>();
        one.disk()
            .setFaults(
                call -> {
                  boolean fails =
                      switch (doubtful.size()) {
                        case 0 ->
                            call.kind() == StorageCall.Kind.RENAME
                                && call.file().matches("wal/quiver\\.wal\\.\\d+");
                        case 1 ->
                            call.kind() == StorageCall.Kind.DELETE && call.file().contains("spare");
                        default -> false;
                      };
                  if (fails) {
                    doubtful.add(call.file());
                  }
                  return fails ? Faults.Outcome.FAIL : Faults.Outcome.WORK;
                });
        for (long n = 1; doubtful.size() < 2; n++) {
          assertThat(n).as("a file is kept").isLessThan(100);
          appendAndAck(one, buffer, subscriber, n);
        }
        if (!one.snapshot().containsKey(doubtful.getLast())) {
          continue;
        }
        left++;
        if (left % 2 == 0) {
          one.tasks().advance(Duration.ofMinutes(1));
          assertThat(buffer.status().disk().log()).isEqualTo(one.bytesIn("wal", "cursor"));
        } else {
          // It takes nothing in any more.
          buffer.close();
        }
        assertThat(one.snapshot().keySet()).doesNotContainAnyElementsOf(doubtful);
      }
    }
    assertThat(left).as("times it was there under its other name").isGreaterThan(1);
  }

  @Test
  void aFileThatCouldNotBeDeletedGoesThoughNothingElseDoes() throws Exception {
    int left = 0;
    for (int seed = 0; seed < 10; seed++) {
      try (World one = World.simulated(seed)) {
        DurableBuffer buffer = one.open();
        Subscriber subscriber = buffer.subscribe("a");
        long n = 0;
        while (one.snapshot().keySet().stream().noneMatch(name -> name.contains("spare"))) {
          assertThat(++n).as("a file is kept").isLessThan(100);
          appendAndAck(one, buffer, subscriber, n);
        }
        // What it held is newer than what comes.
        one.time().jump(Duration.ofHours(-1));
        Set<String> refused = new HashSet<>();
        one.disk()
            .setFaults(
                call ->
                    call.kind() == StorageCall.Kind.DELETE
                            && call.file().contains("spare")
                            && refused.add(call.file())
                        ? Faults.Outcome.FAIL
                        : Faults.Outcome.WORK);
        while (refused.isEmpty()) {
          assertThat(++n).as("a file is not taken").isLessThan(200);
          try (Bundles.Built built = one.bundles.sized(n, LARGE)) {
            buffer.append(built.bundle());
          }
        }
        Set<String> there = new HashSet<>(one.snapshot().keySet());
        there.retainAll(refused);
        left += there.size();
        one.tasks().advance(Duration.ofMinutes(1));
        assertThat(one.snapshot().keySet())
            .as("seed %s", seed)
            .doesNotContainAnyElementsOf(refused);
        assertThat(buffer.status().disk().log()).isEqualTo(one.bytesIn("wal", "cursor"));
      }
    }
    assertThat(left).as("times it was still there").isGreaterThan(1);
  }

  private static void appendAndAck(
      World one, DurableBuffer buffer, Subscriber subscriber, long number) {
    try (Bundles.Built built = one.bundles.sized(number, LARGE)) {
      buffer.append(built.bundle());
    }
    assertThat(ackNext(subscriber)).isEqualTo(number);
    one.tasks().advance(STEP);
  }

  /** When the disk fails, by the number of the call that it fails first. */
  enum Broken {
    ONCE,
    FOR_LONG,
    TWICE,
    ONCE_AND_THEN_FOR_LONG;

    boolean is(int first, int call) {
      return switch (this) {
        case ONCE -> call == first;
        case FOR_LONG -> call >= first;
        case TWICE -> call == first || call == first + 3;
        case ONCE_AND_THEN_FOR_LONG -> call == first || call >= first + 25;
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Broken.class)
  void whatABrokenDiskDoesNotLetGoOfCountsUntilItDoes(Broken broken) throws Exception {
    // All that a rotation and the upkeep behind it do.
    for (int n = 30; n <= 80; n++) {
      try (World one = World.simulated(n)) {
        DurableBuffer buffer = one.open();
        Subscriber subscriber = buffer.subscribe("a");
        AtomicInteger calls = new AtomicInteger(-200);
        int first = n;
        Faults faults =
            _ ->
                broken.is(first, calls.incrementAndGet())
                    ? Faults.Outcome.FAIL
                    : Faults.Outcome.WORK;
        int well = 0;
        for (long i = 1; well < 20; i++) {
          well += calls.get() < first + 60 ? 0 : 1;
          one.disk().setFaults(well > 0 ? Faults.none() : faults);
          tryToAppendAndAck(one, buffer, subscriber, i);
          one.disk().setFaults(Faults.none());
          assertThat(buffer.status().disk().log())
              .as("broken from call %s on, at append %s", n, i)
              .isGreaterThanOrEqualTo(one.bytesIn("wal", "cursor"));
        }
        one.tasks().advance(Duration.ofMinutes(1));
        assertThat(buffer.status().disk().log())
            .as("broken from call %s on, and well for long", n)
            .isEqualTo(one.bytesIn("wal", "cursor"));
        buffer.close();
        assertThat(one.storage().list("wal"))
            .as("broken from call %s on, and closed", n)
            .containsExactly("quiver.wal", "quiver.wal.cursor");
      }
    }
  }

  private static void tryToAppendAndAck(
      World one, DurableBuffer buffer, Subscriber subscriber, long number) {
    try (Bundles.Built built = one.bundles.sized(number, LARGE)) {
      buffer.append(built.bundle());
    } catch (HoldfastException _) {
      // The disk is broken.
    }
    try (Delivery delivery = subscriber.next(Duration.ZERO)) {
      if (delivery != null) {
        delivery.ack();
      }
    } catch (HoldfastException _) {
      // As above.
    }
    one.tasks().advance(STEP);
  }

  /** Past the system's cache, and through it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsInAFileThatIsUsedAgainIsThereAfterAKillAndNothingElse(boolean cached)
      throws Exception {
    if (cached) {
      world.options = world.options.withDurability(Durability.interval(Duration.ofMillis(1)));
    }
    DurableBuffer buffer = openUntilReused(2);
    long first = number + 1;
    append(buffer, ++number, 1_000);
    append(buffer, ++number, 2_000);
    assertThat(active().writtenEnd).as("old bytes behind it").isGreaterThan(active().end);
    world.kill();
    DurableBuffer again = world.open();
    RecoveryReport report = again.recovery();
    assertThat(report.damage()).isEmpty();
    assertThat(report.unconfirmed()).isEmpty();
    assertThat(world.storage().list("quarantine")).isEmpty();
    assertThat(drain(again.subscribe("a"))).isEqualTo(range(first, number));
    append(again, ++number, LARGE);
    again.close();
    assertThat(drain(world.open().subscribe("a"))).containsExactly(number);
  }

  @Test
  void theLastEntryOfAFileThatIsUsedAgainIsNamedWhenItIsDamaged() throws Exception {
    DurableBuffer buffer = openUntilReused(1);
    append(buffer, ++number, 1_000);
    append(buffer, ++number, 2_000);
    world.kill();
    byte[] bytes = world.read(ACTIVE);
    WalBytes.Entry last = new WalBytes(bytes).entries.getLast();
    bytes[last.offset() + 200] ^= 1;
    world.write(ACTIVE, bytes);
    DurableBuffer again = world.open();
    assertThat(again.recovery().unconfirmed())
        .containsExactly(
            new RecoveryReport.Range(
                world.storage().describe(ACTIVE), last.offset(), last.length()));
    assertThat(drain(again.subscribe("a"))).containsExactly(number - 1);
  }

  /** Bundles may carry log bytes as data, and then they stand among what a file held before. */
  @Test
  void anEntryThatWasDataBeforeIsNotTakenForOneAndOneThatIsNewerIsFound() throws Exception {
    byte[] old;
    try (World other = World.simulated(5)) {
      old = entryAfter(other, 40);
    }
    try (World other = World.simulated(6)) {
      other.time().advance(Duration.ofHours(1));
      byte[] newer = entryAfter(other, 40);
      DurableBuffer buffer = world.open();
      Subscriber subscriber = buffer.subscribe("a");
      appendUntilReused(buffer, subscriber, 2);
      while (number < 35) {
        appendAndAck(buffer, subscriber);
      }
      appendUntilReused(buffer, subscriber, 1);
      assertThat(number).isLessThan(40);
      buffer.flush();
      append(buffer, ++number, 1_000);
      world.kill();
      byte[] whole = world.read(ACTIVE);
      int at = new WalBytes(whole).end + 40_000;

      byte[] withOld = Arrays.copyOf(whole, whole.length);
      System.arraycopy(old, 0, withOld, at, old.length);
      world.write(ACTIVE, withOld);
      try (BundleReader reader = BundleReader.open(world.storage())) {
        assertThat(rest(reader)).containsExactly(number);
        assertThat(reader.report().isDamaged()).isFalse();
      }
      byte[] withNewer = Arrays.copyOf(whole, whole.length);
      System.arraycopy(newer, 0, withNewer, at, newer.length);
      world.write(ACTIVE, withNewer);
      try (BundleReader reader = BundleReader.open(world.storage())) {
        assertThat(rest(reader)).containsExactly(number, 41L);
      }
    }
  }

  /** The bytes of the entry with a sequence. */
  private static byte[] entryAfter(World other, int sequence) throws IOException {
    DurableBuffer buffer = other.open();
    for (long i = 1; i <= sequence + 1; i++) {
      try (Bundles.Built built = other.bundles.sized(i, 500)) {
        buffer.append(built.bundle());
      }
    }
    byte[] file = other.read(ACTIVE);
    WalBytes.Entry entry = new WalBytes(file).entries.getLast();
    assertThat(entry.sequence()).isEqualTo(sequence);
    return Arrays.copyOfRange(file, entry.offset(), entry.end());
  }

  /** A clock that goes back, in one life or between two, and damage behind which is searched. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClockThatGoesBackCostsNothing(boolean betweenLives) throws Exception {
    DurableBuffer buffer = openUntilReused(2);
    if (betweenLives) {
      world.kill();
      buffer = world.open();
    }
    world.time().jump(Duration.ofHours(-1));
    long first = number + 1;
    for (int i = 0; i < 3; i++) {
      append(buffer, ++number, 1_000);
    }
    world.kill();
    byte[] whole = world.read(ACTIVE);
    WalBytes.Entry damaged = new WalBytes(whole).entries.reversed().get(2);
    assertThat(drain(world.open().subscribe("a"))).isEqualTo(range(first, number));
    world.kill();
    Arrays.fill(whole, damaged.offset(), damaged.offset() + 80, (byte) 0);
    world.write(ACTIVE, whole);
    try (BundleReader reader = BundleReader.open(world.storage())) {
      assertThat(rest(reader)).endsWith(number - 1, number);
    }
  }

  @Test
  void zerosInAFileThatIsUsedAgainCostWhatTheyHit() throws Exception {
    DurableBuffer buffer = openUntilReused(1);
    long first = number + 1;
    for (int i = 0; i < 40; i++) {
      append(buffer, ++number, 20 + i * 13);
    }
    world.kill();
    byte[] whole = world.read(ACTIVE);
    WalBytes log = new WalBytes(whole);
    List<WalBytes.Entry> entries = log.entries.subList(log.entries.size() - 40, log.entries.size());
    for (int at = entries.getFirst().offset() / SECTOR * SECTOR + SECTOR;
        at < log.end;
        at += SECTOR) {
      byte[] damaged = whole.clone();
      Arrays.fill(damaged, at, at + ZEROS, (byte) 0);
      world.write(ACTIVE, damaged);
      List<Long> left = new ArrayList<>();
      for (int i = 0; i < entries.size(); i++) {
        if (entries.get(i).end() <= at || entries.get(i).offset() >= at + ZEROS) {
          left.add(first + i);
        }
      }
      try (BundleReader reader = BundleReader.open(world.storage())) {
        assertThat(rest(reader)).as("zeros at %s", at).containsExactlyElementsOf(left);
      }
    }
  }

  /** With the head goes what says how old is what stands behind the entries. */
  @Test
  void whateverIsWrongWithItsHeadNothingComesBackThatAFileHeldBefore() throws Exception {
    DurableBuffer buffer = openUntilReused(2);
    append(buffer, ++number, 1_000);
    append(buffer, ++number, 2_000);
    world.kill();
    byte[] whole = world.read(ACTIVE);
    WalBytes log = new WalBytes(whole);
    List<Long> sequences = log.entries.stream().map(WalBytes.Entry::sequence).toList();
    assertThat(log.writtenEnd).as("old bytes behind it").isGreaterThan(log.end);
    for (int at = 0; at < REUSED_HEADER; at++) {
      byte[] flipped = whole.clone();
      flipped[at] ^= (byte) (1 << at % 8);
      byte[] zeroed = whole.clone();
      Arrays.fill(zeroed, at, REUSED_HEADER, (byte) 0);
      for (byte[] damaged : List.of(flipped, zeroed)) {
        world.write(ACTIVE, damaged);
        try (BundleReader reader = BundleReader.open(world.storage())) {
          List<Long> found = new ArrayList<>();
          for (long read : rest(reader)) {
            found.add(read - 1);
          }
          assertThat(sequences).as("with damage at %s", at).containsAll(found);
          assertThat(found).as("with damage at %s", at).contains(number - 2, number - 1);
          assertThat(reader.report().missing()).as("with damage at %s", at).isEmpty();
          assertThat(bytesOf(reader.report())).as("with damage at %s", at).isLessThan(SECTOR);
        }
      }
    }
  }

  /** A file that has been used again before, so that old entries lie where new ones do. */
  private DurableBuffer openUntilAlike() throws IOException {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    Set<Long> reused = new HashSet<>();
    while (reused.size() < 8) {
      appendAndAck(buffer, subscriber);
      if (active().headerSize == REUSED_HEADER) {
        reused.add(active().positionStart);
      }
    }
    buffer.flush();
    return buffer;
  }

  @Test
  void aWriteThatCameNotToItsEndBringsNothingBackThatWasThereBefore() throws Exception {
    DurableBuffer buffer = openUntilAlike();
    // The first part of several of one group is on the disk, and nothing behind it.
    Predicate<StorageCall> writes =
        call -> call.kind() == StorageCall.Kind.WRITE && call.length() > 50_000;
    world.disk().setFaults(Faults.nth(2, writes, Faults.Outcome.POWER_CUT));
    List<CompletableFuture<Long>> parts =
        LongStream.rangeClosed(number + 1, number + 3)
            .mapToObj(next -> appendAsync(buffer, next, LARGE))
            .toList();
    world.tasks().runUntilIdle();
    assertThat(parts).allMatch(CompletableFuture::isCompletedExceptionally);
    world.crash(1);
    try (BundleReader reader = BundleReader.open(world.storage())) {
      assertThat(rest(reader)).allMatch(read -> read > number);
    }
    DurableBuffer again = world.open();
    assertThat(again.recovery().isDamaged()).isFalse();
    assertThat(drain(again.subscribe("a"))).allMatch(came -> came > number);
  }

  @Test
  void aRotationThatFailsSpoilsNothingOfWhatComesNext() throws Exception {
    DurableBuffer buffer = openUntilAlike();
    long first = number + 1;
    for (int i = 0; i < 12; i++) {
      append(buffer, ++number, 20 + 13 * i);
    }
    // With a clock that went back the next append asks for another file.
    world.time().jump(Duration.ofHours(-1));
    world
        .disk()
        .setFaults(
            Faults.nth(
                1, call -> call.kind() == StorageCall.Kind.OPEN_FOR_READ, Faults.Outcome.FAIL));
    assertThatThrownBy(() -> append(buffer, 999_999, 20)).isInstanceOf(StorageException.class);
    world.disk().setFaults(Faults.none());
    world.time().jump(Duration.ofHours(1));
    for (int i = 0; i < 4; i++) {
      append(buffer, ++number, 20);
    }
    world.kill();
    assertThat(drain(world.open().subscribe("a"))).isEqualTo(range(first, number));
  }

  /** How many bytes are called damaged, or the rest of a write. */
  private static long bytesOf(RecoveryReport report) {
    return Stream.of(report.damage(), report.unconfirmed())
        .flatMap(List::stream)
        .mapToLong(RecoveryReport.Range::length)
        .sum();
  }

  @Test
  void whileSomebodyReadsNoFileIsUsedAgain() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    append(buffer, ++number, LARGE);
    try (BundleReader reader = BundleReader.open(world.storage())) {
      assertThat(ackNext(subscriber)).isEqualTo(1);
      for (int i = 0; i < 60; i++) {
        appendAndAck(buffer, subscriber);
        assertThat(active().headerSize).isLessThan(REUSED_HEADER);
      }
      assertThat(rest(reader)).startsWith(1L);
    }
    appendUntilReused(buffer, subscriber, 1);
  }
}
