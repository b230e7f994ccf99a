package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.Delivery;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.RecoveryReport;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.Subscriber;
import io.holdfast.engine.UnsupportedVersionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What opening makes of what it finds: tails, headers, cursors, damage, other versions. */
@ParameterizedClass
@EnumSource(Disk.class)
class OpeningTest extends EngineSuite {
  private static final String ACTIVE = "wal/quiver.wal";
  private static final String CURSOR = "wal/quiver.wal.cursor";

  OpeningTest(Disk disk) {
    super(disk);
  }

  /** A directory with these bundles in its log, from one life that ended cleanly or not. */
  private WalBytes filled(long first, long last, boolean clean) throws IOException {
    if (clean) {
      world.holdSegmentsBack();
    }
    DurableBuffer buffer = world.open();
    appendAll(buffer, first, last);
    if (clean) {
      buffer.close();
      world.letSegmentsBe();
    } else {
      world.kill();
    }
    return new WalBytes(world.read(ACTIVE));
  }

  /** Real disks sync for real: there, every seventh of the simulated disk's steps will do. */
  private int step(int simulated) {
    return on() == Disk.FILES ? 7 * simulated : simulated;
  }

  @Test
  void aFirstOpeningFindsNothing() {
    RecoveryReport report = world.open().recovery();
    assertThat(report.replayed()).isZero();
    assertThat(report.unconfirmed()).isEmpty();
    assertThat(report.isDamaged()).isFalse();
  }

  @Test
  void aCleanStopIsToldFromAKill() throws Exception {
    filled(1, 3, true);
    DurableBuffer second = world.open();
    assertThat(second.recovery().cleanStop()).isTrue();
    assertThat(second.recovery().replayed()).isEqualTo(3);
    world.kill();
    assertThat(world.open().recovery().cleanStop()).isFalse();
  }

  @Test
  void aRestartResumesAtExactlyWhatIsNotResolved() throws Exception {
    for (boolean clean : new boolean[] {true, false}) {
      DurableBuffer buffer = world.open();
      Subscriber subscriber = buffer.subscribe("a");
      appendAll(buffer, 1, 6);
      var first = take(subscriber);
      var second = take(subscriber);
      var third = take(subscriber);
      third.ack();
      first.ack();
      second.close();
      subscriber.flush();
      if (clean) {
        buffer.close();
      } else {
        world.kill();
      }
      DurableBuffer again = world.open();
      assertThat(drain(again.subscribe("a"))).containsExactly(2L, 4L, 5L, 6L);
      again.close();
      first.close();
      third.close();
    }
  }

  @Test
  void aTornLastEntryIsDroppedWhereverItIsTornAndAppendsGoOn() throws Exception {
    filled(1, 3, false);
    Map<String, byte[]> killed = world.snapshot();
    byte[] whole = world.read(ACTIVE);
    WalBytes.Entry last = new WalBytes(whole).entries.getLast();
    for (int length = last.offset();
        length < last.end();
        length += length < last.offset() + 34 ? step(1) : step(17)) {
      world.restore(killed);
      world.write(ACTIVE, Arrays.copyOf(whole, length));
      DurableBuffer buffer = world.open();
      assertThat(buffer.recovery().isDamaged()).as("cut at %s", length).isFalse();
      assertThat(buffer.recovery().replayed()).isEqualTo(2);
      boolean cutAtTheEntry = length == last.offset();
      assertThat(buffer.recovery().unconfirmed()).hasSize(cutAtTheEntry ? 0 : 1);
      assertThat(append(buffer, 9)).isEqualTo(last.sequence());
      assertThat(drain(buffer.subscribe("a"))).containsExactly(1L, 2L, 9L);
      buffer.close();
      WalBytes after = new WalBytes(world.read(ACTIVE));
      assertThat(after.end).isEqualTo(after.size);
    }
  }

  @Test
  void aLastEntryWithABadByteAnywhereIsNeverDelivered() throws Exception {
    filled(1, 3, false);
    Map<String, byte[]> killed = world.snapshot();
    byte[] whole = world.read(ACTIVE);
    WalBytes.Entry last = new WalBytes(whole).entries.getLast();
    for (int at = last.offset();
        at < last.end();
        at += at < last.offset() + 80 ? step(3) : step(29)) {
      byte[] bad = whole.clone();
      bad[at] ^= 0x10;
      world.restore(killed);
      world.write(ACTIVE, bad);
      DurableBuffer buffer = world.open();
      assertThat(buffer.recovery().isDamaged()).as("byte %s", at).isFalse();
      assertThat(buffer.recovery().unconfirmed())
          .as("byte %s of %s: %s", at, last, buffer.recovery())
          .isNotEmpty();
      assertThat(drain(buffer.subscribe("s" + at))).containsExactly(1L, 2L);
      buffer.close();
    }
  }

  @Test
  void aTailOfZerosIsTheEndAndNothingIsSaidOfIt() throws Exception {
    WalBytes log = filled(1, 3, true);
    world.write(ACTIVE, Arrays.copyOf(world.read(ACTIVE), log.end + 100_000));
    DurableBuffer buffer = world.open();
    assertThat(buffer.recovery().unconfirmed()).isEmpty();
    assertThat(buffer.recovery().isDamaged()).isFalse();
    append(buffer, 4);
    assertThat(drain(buffer.subscribe("a"))).isEqualTo(range(1, 4));
  }

  @Test
  void otherBytesBehindTheEndAreReportedByFileOffsetAndLengthAndCutOff() throws Exception {
    WalBytes log = filled(1, 3, false);
    byte[] bytes = Arrays.copyOf(world.read(ACTIVE), log.end + 4096);
    Arrays.fill(bytes, log.end, log.end + 1000, (byte) 0x5A);
    world.write(ACTIVE, bytes);
    DurableBuffer buffer = world.open();
    assertThat(buffer.recovery().isDamaged()).isFalse();
    assertThat(buffer.recovery().unconfirmed())
        .singleElement()
        .satisfies(
            range -> {
              assertThat(range.file()).isEqualTo(world.storage().describe(ACTIVE));
              assertThat(range.offset()).isEqualTo(log.end);
              assertThat(range.length()).isGreaterThanOrEqualTo(1000);
            });
    append(buffer, 4);
    assertThat(drain(buffer.subscribe("a"))).isEqualTo(range(1, 4));
    buffer.close();
    assertThat(world.open().recovery().unconfirmed()).isEmpty();
  }

  @Test
  void aLogOfNoBytesOpens() throws Exception {
    filled(1, 3, false);
    world.write(ACTIVE);
    DurableBuffer buffer = world.open();
    long sequence = append(buffer, 4);
    assertThat(sequence).isNotNegative();
    assertThat(drain(buffer.subscribe("a"))).containsExactly(4L);
  }

  @Test
  void aMissingLogOpensAndNothingThatWasResolvedHidesWhatIsNew() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 5);
    drain(subscriber);
    buffer.close();
    world.storage().delete(ACTIVE);
    DurableBuffer again = world.open();
    appendAll(again, 6, 8);
    assertThat(drain(again.subscribe("a"))).isEqualTo(range(6, 8));
  }

  @Test
  void aHeaderThatIsCutShortOrZeroedOpens() throws Exception {
    filled(1, 3, false);
    Map<String, byte[]> killed = world.snapshot();
    for (int length : new int[] {1, 9, 10, 20, 37, 38, 53}) {
      world.restore(killed);
      world.write(ACTIVE, Arrays.copyOf(world.read(ACTIVE), length));
      DurableBuffer buffer = world.open();
      append(buffer, 4);
      assertThat(drain(buffer.subscribe("a"))).as("cut at %s", length).containsExactly(4L);
      buffer.close();
    }
    world.restore(killed);
    world.write(ACTIVE, new byte[54]);
    append(world.open(), 5);
  }

  @Test
  void entriesBehindADamagedHeaderAreDelivered() throws Exception {
    filled(1, 3, false);
    Map<String, byte[]> killed = world.snapshot();
    byte[] whole = world.read(ACTIVE);
    for (int at = 0; at < 54; at += step(1)) {
      byte[] bad = whole.clone();
      bad[at] ^= 0x01;
      world.restore(killed);
      world.write(ACTIVE, bad);
      DurableBuffer buffer = world.open();
      assertThat(drain(buffer.subscribe("a"))).as("byte %s", at).isEqualTo(range(1, 3));
      append(buffer, 4);
      world.kill();
      assertThat(drain(world.open().subscribe("a"))).as("byte %s", at).endsWith(4L);
      world.kill();
    }
    byte[] zeroed = whole.clone();
    Arrays.fill(zeroed, 0, 54, (byte) 0);
    world.restore(killed);
    world.write(ACTIVE, zeroed);
    assertThat(drain(world.open().subscribe("a"))).isEqualTo(range(1, 3));
  }

  @Test
  void whateverTheCursorFileSaysNothingIsLost() throws Exception {
    WalBytes log = filled(1, 5, true);
    List<byte[]> cursors = new ArrayList<>();
    cursors.add(new byte[0]);
    cursors.add(new byte[24]);
    cursors.add(Arrays.copyOf(WalBytes.cursorFile(0), 13));
    cursors.add(WalBytes.cursorFile(0));
    // Ahead of the log, far ahead, and inside an entry.
    cursors.add(WalBytes.cursorFile(log.end - 54 + 100));
    cursors.add(WalBytes.cursorFile(Long.MAX_VALUE));
    cursors.add(WalBytes.cursorFile(7));
    byte[] bad = WalBytes.cursorFile(0);
    bad[21] ^= 1;
    cursors.add(bad);
    Map<String, byte[]> before = world.snapshot();
    for (byte[] cursor : cursors) {
      world.restore(before);
      world.write(CURSOR, cursor);
      DurableBuffer buffer = world.open();
      assertThat(drain(buffer.subscribe("a")))
          .as("cursor %s", cursors.indexOf(cursor))
          .isEqualTo(range(1, 5));
      world.kill();
    }
    world.restore(before);
    world.storage().delete(CURSOR);
    assertThat(drain(world.open().subscribe("a"))).isEqualTo(range(1, 5));
  }

  @Test
  void aMissingOrDamagedProgressMayRepeatBundlesAndNeverHidesOne() throws Exception {
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 4);
    ackNext(subscriber);
    ackNext(subscriber);
    buffer.close();
    Map<String, byte[]> before = world.snapshot();
    byte[] progress = world.read("holdfast.sub.a");
    for (int at = 0; at < progress.length; at += step(1)) {
      byte[] bad = progress.clone();
      bad[at] ^= 0x04;
      world.restore(before);
      world.write("holdfast.sub.a", bad);
      DurableBuffer opened;
      try {
        opened = world.open();
      } catch (UnsupportedVersionException version) {
        assertThat(world.read("holdfast.sub.a")).isEqualTo(bad);
        continue;
      }
      List<Long> came = drain(opened.subscribe("a"));
      assertThat(came).as("byte %s", at).containsSubsequence(3L, 4L).isSubsetOf(range(1, 4));
      world.kill();
    }
    for (int length = 0; length < progress.length; length += step(3)) {
      world.restore(before);
      world.write("holdfast.sub.a", Arrays.copyOf(progress, length));
      assertThat(drain(world.open().subscribe("a"))).containsSubsequence(3L, 4L);
      world.kill();
    }
    world.restore(before);
    world.storage().delete("holdfast.sub.a");
    assertThat(drain(world.open().subscribe("a"))).containsSubsequence(3L, 4L);
  }

  @Test
  void aMissingOrDamagedStateLosesNothing() throws Exception {
    filled(1, 4, true);
    Map<String, byte[]> before = world.snapshot();
    byte[] state = world.read("holdfast.state");
    for (int at = 0; at < state.length; at += step(3)) {
      byte[] bad = state.clone();
      bad[at] ^= 0x40;
      world.restore(before);
      world.write("holdfast.state", bad);
      try {
        DurableBuffer buffer = world.open();
        assertThat(drain(buffer.subscribe("a"))).as("byte %s", at).isEqualTo(range(1, 4));
      } catch (UnsupportedVersionException version) {
        assertThat(world.read("holdfast.state")).isEqualTo(bad);
        continue;
      }
      world.kill();
    }
    world.restore(before);
    world.storage().delete("holdfast.state");
    DurableBuffer buffer = world.open();
    append(buffer, 5);
    assertThat(drain(buffer.subscribe("a"))).isEqualTo(range(1, 5));
  }

  /** It was passed over without a word: the log was taken to begin with what can be read of it. */
  @Test
  void theFirstEntryIsMissedTooWhenTheCursorOrTheStateIsGone() throws Exception {
    WalBytes log = filled(1, 3, true);
    WalBytes.Entry first = log.entries.getFirst();
    world.flip(ACTIVE, first.offset() + 60, 0x08);
    Map<String, byte[]> before = world.snapshot();
    for (String gone : List.of("wal/quiver.wal.cursor", "holdfast.state")) {
      world.restore(before);
      world.storage().delete(gone);
      DurableBuffer buffer = world.open();
      RecoveryReport report = buffer.recovery();
      assertThat(report.missing())
          .as("without %s", gone)
          .containsExactly(new RecoveryReport.SequenceRange(first.sequence(), first.sequence()));
      assertThat(Stream.concat(report.damage().stream(), report.unconfirmed().stream()))
          .containsExactly(
              new RecoveryReport.Range(
                  world.storage().describe(ACTIVE), first.offset(), first.length()));
      assertThat(drain(buffer.subscribe("a"))).isEqualTo(range(2, 3));
      world.kill();
    }
  }

  @Test
  void aFlippedBitBelowACleanEndCostsItsBundleAloneAndIsNamed() throws Exception {
    WalBytes log = filled(1, 9, true);
    WalBytes.Entry fifth = log.entries.get(4);
    world.flip(ACTIVE, fifth.offset() + 60, 0x08);
    for (int life = 0; life < 3; life++) {
      DurableBuffer buffer = world.open();
      if (life == 0) {
        RecoveryReport report = buffer.recovery();
        assertThat(report.isDamaged()).isTrue();
        assertThat(report.damage())
            .containsExactly(
                new RecoveryReport.Range(
                    world.storage().describe(ACTIVE), fifth.offset(), fifth.length()));
        assertThat(report.missing())
            .containsExactly(new RecoveryReport.SequenceRange(fifth.sequence(), fifth.sequence()));
      }
      append(buffer, 100 + life);
      List<Long> came = drain(buffer.subscribe("s" + life));
      assertThat(came).startsWith(1L, 2L, 3L, 4L, 6L, 7L, 8L, 9L).endsWith(100L + life);
      assertThat(came).hasSize(9 + life).doesNotContain(5L);
      if (life % 2 == 0) {
        world.kill();
      } else {
        buffer.close();
      }
    }
  }

  @Test
  void damageThatIsLargerThanItsQuarantineDoesNotKeepTheLogForEver() throws Exception {
    long largest = world.options.capBytes() / 8;
    List<String> before = List.of();
    for (int life = 0; life < 3; life++) {
      world.holdSegmentsBack();
      DurableBuffer writer = world.open();
      writer.subscribe("a").close();
      append(writer, 1);
      append(writer, 2, (int) (largest * 9 / 10));
      append(writer, 3, (int) (largest * 9 / 10));
      append(writer, 4);
      world.kill();
      world.letSegmentsBe();
      List<String> files = world.storage().list("wal");
      String full =
          "wal/" + files.stream().filter(it -> it.matches(".*\\d")).findAny().orElseThrow();
      byte[] bytes = world.read(full);
      List<WalBytes.Entry> entries = new WalBytes(bytes).entries;
      int from = entries.get(entries.size() - 2).offset();
      byte[] damage = new byte[bytes.length - from];
      new Random(life).nextBytes(damage);
      System.arraycopy(damage, 0, bytes, from, damage.length);
      world.write(full, bytes);
      DurableBuffer buffer = world.open();
      assertThat(buffer.recovery().notes()).anyMatch(note -> note.contains("only the first"));
      assertThat(drain(buffer.subscribe("a"))).containsExactly(1L, 4L);
      buffer.close();
      assertThat(world.storage().list("wal"))
          .containsExactlyInAnyOrder("quiver.wal", "quiver.wal.cursor");
      List<String> copies = world.storage().list("quarantine");
      assertThat(copies).hasSize(1).isNotEqualTo(before);
      assertThat(world.read("quarantine/" + copies.getFirst())).hasSize((int) largest);
      before = copies;
    }
  }

  @Test
  void aDamagedLogFileIsNeverAppendedToAndItsDamageIsSetAside() throws Exception {
    WalBytes log = filled(1, 9, true);
    WalBytes.Entry hit = log.entries.get(4);
    world.flip(ACTIVE, hit.offset() + 60, 0x08);
    byte[] damaged =
        Arrays.copyOfRange(world.read(ACTIVE), hit.offset(), hit.offset() + hit.length());
    DurableBuffer buffer = world.open();
    append(buffer, 10);
    // Other engines would read no further than the damage: what lies behind it is in a segment.
    assertThat(new WalBytes(world.read(ACTIVE)).entries).hasSize(1);
    assertThat(world.storage().list("segments")).hasSize(1);
    List<String> copies = world.storage().list("quarantine");
    assertThat(copies).hasSize(1);
    assertThat(world.read("quarantine/" + copies.getFirst())).isEqualTo(damaged);
    assertThat(drain(buffer.subscribe("a"))).containsExactly(1L, 2L, 3L, 4L, 6L, 7L, 8L, 9L, 10L);
  }

  @Test
  void aFlipInAnyFieldOfAnEntryCostsThatEntryAlone() throws Exception {
    WalBytes log = filled(1, 7, true);
    byte[] whole = world.read(ACTIVE);
    WalBytes.Entry hit = log.entries.get(3);
    Map<String, byte[]> rest = world.snapshot();
    for (int at = 0; at < hit.length(); at += at < 80 ? step(1) : step(13)) {
      world.restore(rest);
      byte[] bad = whole.clone();
      bad[hit.offset() + at] ^= (byte) (1 << (at % 8));
      world.write(ACTIVE, bad);
      DurableBuffer buffer = world.open();
      List<Long> came = drain(buffer.subscribe("s"));
      // The type of an entry is not its bundle's: one of an unknown type is passed over.
      assertThat(came).as("byte %s", at).containsExactly(1L, 2L, 3L, 5L, 6L, 7L);
      assertThat(buffer.recovery().isDamaged()).as("byte %s", at).isTrue();
      buffer.close();
    }
  }

  @Test
  void aDamagedRotatedFileDoesNotStopTheOnesBehindIt() throws Exception {
    world.holdSegmentsBack();
    DurableBuffer buffer = world.open();
    buffer.subscribe("a");
    for (long number = 1; number <= 20; number++) {
      append(buffer, number, 300_000);
    }
    buffer.close();
    world.letSegmentsBe();
    WalBytes first = new WalBytes(world.read("wal/quiver.wal.1"));
    world.flip("wal/quiver.wal.1", first.entries.get(2).offset() + 1000, 0xFF);
    DurableBuffer again = world.open();
    List<Long> expected = new ArrayList<>(range(1, 20));
    expected.remove(3L);
    assertThat(drain(again.subscribe("a"))).isEqualTo(expected);
    assertThat(again.recovery().missing()).hasSize(1);
  }

  @Test
  void aRotatedFileOfNoBytesZeroedOrGoneCostsOnlyItsOwn() throws Exception {
    world.holdSegmentsBack();
    DurableBuffer buffer = world.open();
    buffer.subscribe("a");
    for (long number = 1; number <= 20; number++) {
      append(buffer, number, 300_000);
    }
    buffer.close();
    world.letSegmentsBe();
    int held = new WalBytes(world.read("wal/quiver.wal.1")).entries.size();
    world.write("wal/quiver.wal.1");
    DurableBuffer second = world.open();
    assertThat(second.recovery().isDamaged()).isTrue();
    assertThat(drain(second.subscribe("a"))).isEqualTo(range(held + 1L, 20));
  }

  @Test
  void aSequenceThatNowMeansAnotherBundleIsNotHiddenAsResolved() throws Exception {
    world.holdSegmentsBack();
    DurableBuffer buffer = world.open();
    Subscriber subscriber = buffer.subscribe("a");
    appendAll(buffer, 1, 5);
    // One is left, so that the cursor stays below the others.
    Delivery first = take(subscriber);
    for (long number = 2; number <= 5; number++) {
      assertThat(ackNext(subscriber)).isEqualTo(number);
    }
    first.close();
    buffer.close();
    world.letSegmentsBe();
    // Another engine cut the log and wrote on: the same sequences, other bundles.
    World other = new World(on(), directory.resolve("other"), 2);
    try (other) {
      other.holdSegmentsBack();
      DurableBuffer theirs = other.open();
      for (long number = 11; number <= 15; number++) {
        try (Bundles.Built built = other.bundles.small(number)) {
          theirs.append(built.bundle());
        }
      }
      theirs.close();
      world.write(ACTIVE, other.read(ACTIVE));
    }
    assertThat(drain(world.open().subscribe("a"))).isEqualTo(range(11, 15));
  }

  /** The log of a killed life whose last entry says that it has this sequence. */
  private void endWith(long sequence) throws Exception {
    WalBytes.Entry last = filled(1, 2, false).entries.getLast();
    byte[] file = world.read(ACTIVE);
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(last.offset() + 13, sequence);
    bytes.putInt(last.end() - 4, WalBytes.crc(file, last.offset() + 4, last.length() - 8));
    world.write(ACTIVE, file);
  }

  @Test
  void whereNoSequenceIsLeftAppendsAreRefusedAndAllElseGoesOn() throws Exception {
    endWith((1L << 61) - 1);
    DurableBuffer buffer = world.open();
    assertThatThrownBy(() -> append(buffer, 3))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("no sequence is left");
    assertThat(drain(buffer.subscribe("a"))).containsExactly(1L, 2L);
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 61, 1L << 62, Long.MAX_VALUE, -1, Long.MIN_VALUE})
  void anEntryOfASequenceThatNoLogComesToIsNone(long sequence) throws Exception {
    endWith(sequence);
    DurableBuffer buffer = world.open();
    assertThat(buffer.recovery().unconfirmed()).isNotEmpty();
    append(buffer, 3);
    assertThat(drain(buffer.subscribe("a"))).containsExactly(1L, 3L);
  }

  @Test
  void aLogOfAnotherVersionOrConfigurationIsRefusedAndNothingIsTouched() throws Exception {
    String ours = WalBytes.configurationHex();
    String theirs = "4F".repeat(16);
    List<byte[]> headers =
        List.of(
            WalBytes.header(2, ours, true),
            WalBytes.header(3, ours, true),
            WalBytes.header(1, theirs, true),
            WalBytes.header(6, ours, false),
            WalBytes.header(1, theirs, false));
    world.open().close();
    Map<String, byte[]> before = world.snapshot();
    for (byte[] header : headers) {
      world.write(ACTIVE, header);
      assertThatThrownBy(() -> world.open())
          .as("header %s", headers.indexOf(header))
          .isInstanceOf(UnsupportedVersionException.class)
          .hasMessageContaining(world.storage().describe(ACTIVE));
      Map<String, byte[]> after = world.snapshot();
      assertThat(after.keySet()).isEqualTo(before.keySet());
      assertThat(after.get(ACTIVE)).isEqualTo(header);
      for (String name : before.keySet()) {
        if (!name.equals(ACTIVE) && !name.equals("holdfast.owner")) {
          assertThat(after.get(name)).as(name).isEqualTo(before.get(name));
        }
      }
    }
    // The refusals gave the directory back.
    world.write(ACTIVE, WalBytes.header(1, ours, true));
    append(world.open(), 1);
  }

  @Test
  void whatACrashHasLeftHalfWrittenGoesAndIsNotCounted() throws Exception {
    filled(1, 3, false);
    world.storage().createDirectory("quarantine");
    List<String> halves =
        List.of(
            "holdfast.sub.ghost.tmp",
            "quiver.sub.ghost.tmp",
            "quarantine/quiver.wal.7.00c0ffee.tmp");
    for (String name : halves) {
      world.write(name, new byte[100]);
    }
    DurableBuffer buffer = world.open();
    for (String name : halves) {
      assertThat(world.storage().status(name)).as(name).isEmpty();
    }
    assertThat(buffer.status().disk().quarantine()).isZero();
    assertThat(drain(buffer.subscribe("a"))).containsExactly(1L, 2L, 3L);
  }
}
