package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.Subscriber;
import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The log's files by the letter of the format, while they come, grow and go. */
@ParameterizedClass
@EnumSource(Disk.class)
class LogFilesTest extends EngineSuite {
  private static final String ACTIVE = "wal/quiver.wal";
  private static final int LARGE = 300_000;

  LogFilesTest(Disk disk) {
    super(disk);
  }

  private WalBytes log(String name) throws IOException {
    return new WalBytes(world.read(name));
  }

  private List<Long> rotated() throws IOException {
    return world.storage().list("wal").stream()
        .filter(name -> name.matches("quiver\\.wal\\.\\d+"))
        .map(name -> Long.parseLong(name.substring("quiver.wal.".length())))
        .sorted()
        .toList();
  }

  @Test
  void aNewLogHasOurHeaderAndNoEntry() throws Exception {
    world.open().close();
    WalBytes log = log(ACTIVE);
    assertThat(log.magic).isEqualTo("QUIVER\0WAL");
    assertThat(log.version).isEqualTo(1);
    assertThat(log.headerSize).isEqualTo(54);
    assertThat(log.configuration).isEqualTo("QUIVER_SEGCFG\0\0\0");
    assertThat(log.positionStart).isZero();
    assertThat(log.ownMagic).isEqualTo("HFW1");
    assertThat(log.headerCrcFits).isTrue();
    assertThat(log.entries).isEmpty();
    assertThat(log.size).isEqualTo(54);
  }

  @Test
  void entriesLieOneBehindTheOtherAndBehindThemThereAreOnlyZeros() throws Exception {
    DurableBuffer buffer = world.open();
    List<Long> sequences = new ArrayList<>();
    for (long number = 0; number < 20; number++) {
      try (Bundles.Built built = world.bundles.mixed(number)) {
        sequences.add(buffer.append(built.bundle()));
      }
    }
    WalBytes log = log(ACTIVE);
    assertThat(log.entries).extracting(WalBytes.Entry::sequence).isEqualTo(sequences);
    assertThat(log.entries).extracting(WalBytes.Entry::time).allMatch(time -> time > 0);
    assertThat(log.sequenceStart).isEqualTo(sequences.getFirst());
    assertThat(log.writtenEnd).isLessThanOrEqualTo(log.end);
  }

  @Test
  void aCleanStopLeavesOneFileCutToItsLength() throws Exception {
    DurableBuffer buffer = world.open();
    appendAll(buffer, 1, 20);
    buffer.close();
    WalBytes log = log(ACTIVE);
    assertThat(log.entries).hasSize(20);
    assertThat(log.size).isEqualTo(log.end);
    assertThat(world.storage().list("wal")).doesNotContain("holdfast.next");
  }

  /** Other engines read up to the first zero: an entry behind zeros would not be there for them. */
  @Test
  void zerosBehindTheLastEntryAreCutBeforeAnythingIsAppendedBehindThem() throws Exception {
    DurableBuffer buffer = world.open();
    appendAll(buffer, 1, 20);
    world.kill();
    try (StorageFile file = world.storage().open(ACTIVE)) {
      file.writeFully(ByteBuffer.allocate(4096), file.size());
    }
    DurableBuffer again = world.open();
    append(again, 21);
    assertThat(log(ACTIVE).entries).hasSize(21);
    assertThat(drain(again.subscribe("a"))).isEqualTo(range(1, 21));
  }

  @Test
  void aRotationContinuesPositionsAndSequencesAndCutsTheOldFile() throws Exception {
    world.holdSegmentsBack();
    DurableBuffer buffer = world.open();
    buffer.subscribe("a");
    for (long number = 0; number < 20; number++) {
      append(buffer, number, LARGE);
    }
    assertThat(rotated()).hasSize(2).containsExactly(1L, 2L);
    long position = 0;
    long sequence = -1;
    for (String name : List.of("wal/quiver.wal.1", "wal/quiver.wal.2", ACTIVE)) {
      WalBytes log = log(name);
      assertThat(log.headerCrcFits).isTrue();
      assertThat(log.positionStart).as(name).isEqualTo(position);
      if (sequence >= 0) {
        assertThat(log.sequenceStart).isEqualTo(sequence + 1);
      }
      for (WalBytes.Entry entry : log.entries) {
        if (sequence >= 0) {
          assertThat(entry.sequence()).isEqualTo(sequence + 1);
        }
        sequence = entry.sequence();
      }
      position += log.end - log.headerSize;
      if (!name.equals(ACTIVE)) {
        assertThat(log.size).as("%s has no zero tail", name).isEqualTo(log.end);
        assertThat((long) log.size).isGreaterThan(world.options.capBytes() / 8);
      }
    }
  }

  @Test
  void rotatedFilesGoWhenAllHaveResolvedThemAndNotBefore() throws Exception {
    world.holdSegmentsBack();
    DurableBuffer buffer = world.open();
    Subscriber first = buffer.subscribe("first");
    Subscriber second = buffer.subscribe("second");
    for (long number = 0; number < 20; number++) {
      append(buffer, number, LARGE);
    }
    drain(first);
    buffer.flush();
    assertThat(rotated()).containsExactly(1L, 2L);
    drain(second);
    buffer.flush();
    assertThat(rotated()).isEmpty();
    assertThat(WalBytes.cursor(world.read("wal/quiver.wal.cursor"))).isPositive();
  }

  @Test
  void aRotatedNumberIsNeverUsedAgain() throws Exception {
    world.holdSegmentsBack();
    Set<Long> seen = new HashSet<>();
    long highest = 0;
    for (int life = 0; life < 3; life++) {
      DurableBuffer buffer = world.open();
      Subscriber subscriber = buffer.subscribe("a");
      for (long number = 0; number < 9; number++) {
        append(buffer, number, LARGE);
      }
      for (long number : rotated()) {
        assertThat(number).isGreaterThan(highest);
        assertThat(seen.add(number)).as("number %s", number).isTrue();
      }
      highest = seen.stream().max(Long::compare).orElseThrow();
      drain(subscriber);
      buffer.close();
      assertThat(rotated()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"segments/1000000000000000.qseg", "wal/quiver.wal.1000000000000000"})
  void noFileIsWrittenUnderANumberThatNobodyWouldFindAgain(String last) throws Exception {
    DurableBuffer first = world.open();
    first.subscribe("a");
    append(first, 1);
    first.close();
    world.write(last, new byte[100]);
    assertThatThrownBy(world::open)
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("move the file");
    world.storage().delete(last);
    assertThat(drain(world.open().subscribe("a"))).containsExactly(1L);
  }

  @Test
  void theCursorIsAnEntryBoundaryAtOrBelowAllThatSomebodyNeedsAndNeverGoesBack() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    long before = 0;
    for (long number = 0; number < 12; number++) {
      append(buffer, number);
      if (number % 2 == 1) {
        ackNext(subscriber);
      }
      if (number % 3 == 2) {
        buffer.flush();
        long cursor = WalBytes.cursor(world.read("wal/quiver.wal.cursor"));
        WalBytes log = log(ACTIVE);
        long acked = (number + 1) / 2;
        assertThat(cursor).isBetween(before, (long) log.entries.get((int) acked).offset() - 54);
        assertThat(log.entries).extracting(e -> e.offset() - 54L).contains(cursor);
        before = cursor;
      }
    }
    assertThat(before).isPositive();
  }

  @Test
  void aCursorFileIsTwentyFourBytesAndNoTemporaryFileStays() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 3);
    drain(subscriber);
    buffer.flush();
    assertThat(WalBytes.cursor(world.read("wal/quiver.wal.cursor"))).isNotNegative();
    assertThat(world.storage().list("")).noneMatch(name -> name.endsWith(".tmp"));
    assertThat(world.storage().list("wal")).noneMatch(name -> name.endsWith(".tmp"));
  }

  @Test
  void theSequenceGoesOnAfterEverythingWasDeliveredDeletedAndStartedAgain() throws Exception {
    long last = -1;
    for (int life = 0; life < 4; life++) {
      DurableBuffer buffer = world.open();
      Subscriber subscriber = buffer.subscribe("a");
      for (long number = 0; number < 8; number++) {
        long sequence = append(buffer, number, LARGE);
        assertThat(sequence).isEqualTo(last + 1);
        last = sequence;
      }
      assertThat(drain(subscriber)).isEqualTo(range(0, 7));
      buffer.flush();
      if (life % 2 == 0) {
        buffer.close();
      } else {
        world.kill();
      }
    }
    // Even with no log at all, what is known elsewhere is above what was ever given out.
    world.kill();
    world.storage().delete(ACTIVE);
    world.storage().delete("wal/quiver.wal.cursor");
    for (long number : rotated()) {
      world.storage().delete("wal/quiver.wal." + number);
    }
    assertThat(append(world.open(), 1)).isGreaterThan(last);
  }

  @Test
  void filesThatNobodyKnowsAreLeftAloneAndInNobodysWay() throws Exception {
    DurableBuffer buffer = world.open();
    append(buffer, 1);
    buffer.close();
    for (String name :
        List.of(
            "wal/quiver.wal.x", "wal/quiver.wal.1.bak", "wal/notes", "readme", "quiver.sub.r")) {
      world.write(name, (byte) 'x');
    }
    DurableBuffer again = world.open();
    assertThat(drain(again.subscribe("a"))).containsExactly(1L);
    again.close();
    assertThat(world.read("wal/notes")).containsExactly('x');
    assertThat(world.read("readme")).containsExactly('x');
    assertThat(world.read("wal/quiver.wal.1.bak")).containsExactly('x');
  }
}
