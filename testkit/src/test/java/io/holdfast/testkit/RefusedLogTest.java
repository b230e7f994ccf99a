package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.BundleReader;
import io.holdfast.engine.DurableBuffer;
import io.holdfast.engine.StorageException;
import io.holdfast.engine.Subscriber;
import io.holdfast.testkit.Faults.Outcome;
import io.holdfast.testkit.StorageCall.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Log files that the disk refuses to read while a buffer opens, as a whole or in part: what may be
 * there tomorrow is neither cut nor replaced nor deleted.
 */
class RefusedLogTest extends EngineSuite {
  private static final String ACTIVE = "wal/quiver.wal";
  private static final String ROTATED = "wal/quiver.wal.1";
  private static final String ASIDE = "wal/holdfast.refused.1";
  private static final int SECTOR = 4096;
  private static final int LARGE = 300_000;

  RefusedLogTest() {
    super(Disk.SIMULATED);
  }

  private Faults refusing = Faults.none();

  /** The disk refuses bytes of a file, whatever it is read under. */
  private void refuse(String name, long from, long to) throws IOException {
    Object key = world.storage().status(name).orElseThrow().key();
    refusing =
        Faults.when(
            call ->
                call.kind() == Kind.READ
                    && key.equals(call.key())
                    && call.offset() < to
                    && call.offset() + call.length() > from,
            Outcome.FAIL);
    world.disk().setFaults(refusing);
  }

  private Map<String, byte[]> log() throws IOException {
    Map<String, byte[]> files = new TreeMap<>(world.snapshot());
    files.keySet().removeIf(name -> !name.startsWith("wal/"));
    return files;
  }

  private List<Long> drainNew(DurableBuffer buffer) {
    return drain(buffer.subscribe("a"));
  }

  /** It does not open, says why, has changed nothing, and opens when the disk reads again. */
  private void assertOpensLaterWith(List<Long> all, String... words) throws IOException {
    world.disk().setFaults(Faults.none());
    Map<String, byte[]> before = log();
    world.disk().setFaults(refusing);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(world::open)
          .isInstanceOf(StorageException.class)
          .hasMessageContainingAll(words);
    }
    world.disk().setFaults(Faults.none());
    Map<String, byte[]> after = log();
    assertThat(after.keySet()).isEqualTo(before.keySet());
    before.forEach((name, bytes) -> assertThat(after.get(name)).as(name).isEqualTo(bytes));
    DurableBuffer again = world.open();
    assertThat(again.recovery().isDamaged()).as("%s", again.recovery()).isFalse();
    assertThat(drainNew(again)).isEqualTo(all);
    assertThat(append(again, 99)).isEqualTo(all.size());
  }

  private void leave(int bundles) throws IOException {
    DurableBuffer buffer = world.open();
    buffer.subscribe("a");
    for (long number = 1; number <= bundles; number++) {
      append(buffer, number, 5000);
    }
    world.kill();
  }

  private WalBytes bytes(String name) throws IOException {
    return new WalBytes(world.read(name));
  }

  /** The sector that lies in the middle of an entry. */
  private static long sectorIn(WalBytes.Entry entry) {
    return (entry.offset() + entry.length() / 2L) / SECTOR * SECTOR;
  }

  /** The numbers of the bundles that lie outside of these bytes. */
  private static List<Long> outside(WalBytes log, long from, long to) {
    return log.entries.stream()
        .filter(entry -> entry.offset() >= to || entry.end() <= from)
        .map(entry -> entry.sequence() + 1)
        .toList();
  }

  @Test
  void aBufferDoesNotOpenWhileTheEndOfItsLogIsRefused() throws Exception {
    leave(20);
    long from = sectorIn(bytes(ACTIVE).entries.get(14));
    refuse(ACTIVE, from, Long.MAX_VALUE);
    assertOpensLaterWith(range(1, 20), ACTIVE, "from byte " + from, "nothing of it was changed");
  }

  @Test
  void aBufferDoesNotOpenWhileTheSectorBehindTheLastReadableEntryIsRefused() throws Exception {
    leave(20);
    long from = sectorIn(bytes(ACTIVE).entries.get(19));
    refuse(ACTIVE, from, from + SECTOR);
    assertOpensLaterWith(range(1, 20), ACTIVE, "from byte " + from);
  }

  @Test
  void aBufferDoesNotOpenWhileItsWholeLogIsRefused() throws Exception {
    leave(20);
    refuse(ACTIVE, 0, Long.MAX_VALUE);
    assertOpensLaterWith(range(1, 20), ACTIVE, "from byte 0");
  }

  @Test
  void aBufferDoesNotOpenWhileTheHeadOfALogFileIsRefused() throws Exception {
    leave(20);
    refuse(ACTIVE, 0, 1);
    assertOpensLaterWith(range(1, 20), ACTIVE, "from byte 0");
  }

  @Test
  void aBufferDoesNotOpenWhileMuchOfALogFileIsRefused() throws Exception {
    leave(100);
    long from = sectorIn(bytes(ACTIVE).entries.get(10));
    refuse(ACTIVE, from, from + 70L * SECTOR);
    assertOpensLaterWith(range(1, 100), ACTIVE, "from byte " + from);
  }

  /** As after a crash between the two renames of a rotation. */
  @Test
  void aPreparedFileWhoseHeadIsRefusedIsNotDeletedWhereItMayBeTheActiveOne() throws Exception {
    leave(20);
    world.storage().rename(ACTIVE, "wal/holdfast.next");
    refuse("wal/holdfast.next", 0, 1);
    assertOpensLaterWith(range(1, 20), "wal/holdfast.next", "from byte 0");
  }

  @Test
  void aReadThatIsRefusedOnceWhileItOpensLosesNothing() throws Exception {
    boolean hit = true;
    for (long n = 1; hit; n++) {
      try (World one = World.simulated(n)) {
        DurableBuffer buffer = one.open();
        for (long number = 1; number <= 7; number++) {
          try (Bundles.Built built = one.bundles.sized(number, LARGE)) {
            buffer.append(built.bundle());
          }
        }
        one.nextLife();
        AtomicLong reads = new AtomicLong();
        long refused = n;
        one.disk()
            .setFaults(
                call ->
                    call.kind() == Kind.READ
                            && call.file().matches("wal/quiver\\.wal(\\.\\d+)?")
                            && reads.incrementAndGet() == refused
                        ? Outcome.FAIL
                        : Outcome.WORK);
        DurableBuffer second = one.open();
        assertThat(second.recovery().isDamaged()).as("read %s", n).isFalse();
        hit = reads.get() >= n;
        one.disk().setFaults(Faults.none());
        assertThat(drain(second.subscribe("a"))).as("read %s", n).isEqualTo(range(1, 7));
      }
    }
  }

  @Test
  void aBadSectorBeforeReadableEntriesCostsTheOneInItAndTheFileStaysWhole() throws Exception {
    leave(20);
    byte[] before = world.read(ACTIVE);
    long bad = sectorIn(new WalBytes(before).entries.get(9));
    refuse(ACTIVE, bad, bad + SECTOR);
    DurableBuffer buffer = world.open();
    assertThat(buffer.recovery().isDamaged() || !buffer.recovery().unconfirmed().isEmpty())
        .as("%s", buffer.recovery())
        .isTrue();
    assertThat(buffer.recovery().notes()).anyMatch(note -> note.contains("from byte " + bad));
    Subscriber subscriber = buffer.subscribe("a");
    assertThat(drain(subscriber))
        .hasSizeBetween(18, 19)
        .isEqualTo(outside(new WalBytes(before), bad, bad + SECTOR));
    assertThat(append(buffer, 21)).isEqualTo(20);
    buffer.flush();
    assertThat(drain(subscriber)).containsExactly(21L);
    buffer.close();
    world.disk().setFaults(Faults.none());
    assertThat(world.storage().list("quarantine")).isEmpty();
    assertThat(world.read(ASIDE)).isEqualTo(before);
    // It counts, and stays.
    DurableBuffer again = world.open();
    assertThat(again.recovery().isDamaged()).isFalse();
    assertThat(again.status().disk().quarantine()).isEqualTo(before.length);
    assertThat(drainNew(again)).isEmpty();
  }

  @Test
  void aRotatedFileWithABadSectorIsSetAsideAsAWhole() throws Exception {
    world.holdSegmentsBack();
    DurableBuffer buffer = world.open();
    buffer.subscribe("a");
    for (long number = 1; number <= 12; number++) {
      append(buffer, number, LARGE);
    }
    world.kill();
    byte[] before = world.read(ROTATED);
    List<WalBytes.Entry> entries = new WalBytes(before).entries;
    for (WalBytes.Entry hit : List.of(entries.get(1), entries.getLast())) {
      Map<String, byte[]> files = world.snapshot();
      refuse(ROTATED, sectorIn(hit), sectorIn(hit) + SECTOR);
      DurableBuffer second = world.open();
      assertThat(second.recovery().damage())
          .anyMatch(range -> range.file().contains("quiver.wal.1"));
      List<Long> left = new ArrayList<>(range(1, 12));
      left.remove(hit.sequence() + 1);
      assertThat(drainNew(second)).isEqualTo(left);
      second.close();
      world.disk().setFaults(Faults.none());
      assertThat(world.storage().list("wal")).doesNotContain("quiver.wal.1");
      assertThat(world.storage().list("quarantine")).isEmpty();
      assertThat(world.read(ASIDE)).isEqualTo(before);
      world.nextLife();
      world.restore(files);
    }
  }

  @Test
  void aBadSectorBehindTheEndOfTheLogCostsNothingAndIsNotCutOff() throws Exception {
    leave(20);
    byte[] before = world.read(ACTIVE);
    int end = new WalBytes(before).end;
    long bad = (end / SECTOR + 2L) * SECTOR;
    world.write(ACTIVE, Arrays.copyOf(before, (int) bad + 2 * SECTOR));
    refuse(ACTIVE, bad, bad + SECTOR);
    DurableBuffer buffer = world.open();
    assertThat(buffer.recovery().isDamaged()).as("%s", buffer.recovery()).isFalse();
    assertThat(world.storage().status(ACTIVE).orElseThrow().size()).isEqualTo(bad + 2 * SECTOR);
    assertThat(append(buffer, 21)).isEqualTo(20);
    assertThat(drainNew(buffer)).isEqualTo(range(1, 21));
  }

  @Test
  void withoutTheFileThatIsRefusedItOpensAndGivesNoSequenceTwice() throws Exception {
    world.holdSegmentsBack();
    DurableBuffer buffer = world.open();
    buffer.subscribe("a");
    for (long number = 1; number <= 12; number++) {
      append(buffer, number, LARGE);
    }
    world.kill();
    long last = bytes(ACTIVE).entries.getLast().sequence();
    world.storage().rename(ACTIVE, "wal/aside");
    DurableBuffer second = world.open();
    assertThat(append(second, 13)).isGreaterThan(last);
    assertThat(drainNew(second)).startsWith(1L, 2L).endsWith(13L);
  }

  @Test
  void aReaderGivesWhatCanBeReadAndNamesTheRest() throws Exception {
    leave(20);
    WalBytes log = bytes(ACTIVE);
    long from = sectorIn(log.entries.get(14));
    refuse(ACTIVE, from, Long.MAX_VALUE);
    try (BundleReader reader = BundleReader.open(world.storage())) {
      assertThat(rest(reader)).isEqualTo(outside(log, from, Long.MAX_VALUE)).isNotEmpty();
      assertThat(reader.report().damage()).anyMatch(range -> range.file().contains(ACTIVE));
    }
    refuse(ACTIVE, 0, SECTOR);
    try (BundleReader reader = BundleReader.open(world.storage())) {
      assertThat(rest(reader)).isEqualTo(outside(log, 0, SECTOR)).isNotEmpty();
    }
  }
}
