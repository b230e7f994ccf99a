package io.holdfast.testkit;

import static io.holdfast.testkit.StorageContract.bytes;
import static io.holdfast.testkit.StorageContract.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import io.holdfast.testkit.Faults.Outcome;
import io.holdfast.testkit.StorageCall.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the simulated disk may do at a crash and must not, and how its calls fail. */
class SimulatedStorageTest {
  private static final int BLOCK = 4096;
  private static final int SEEDS = 400;

  private final SimulatedStorage disk = new SimulatedStorage(7);

  @BeforeEach
  void createFolders() throws Exception {
    disk.createDirectory("wal");
  }

  @Test
  void whatWasSyncedInASyncedFolderSurvivesEveryCrash() throws Exception {
    try (StorageFile file = disk.create("wal/a")) {
      file.write(bytes("x".repeat(5000)), 0);
      file.syncData();
      disk.syncDirectory("wal");
      file.write(bytes("y".repeat(5000)), 5000);
    }
    for (int seed = 0; seed < SEEDS; seed++) {
      assertThat(contents(disk.crash(seed), "wal/a")).startsWith("x".repeat(5000));
    }
  }

  @Test
  void aWriteThatWasNotSyncedIsKeptLostTornFollowedByZerosOrNoise() throws Exception {
    try (StorageFile file = disk.create("wal/a")) {
      file.syncData();
      disk.syncDirectory("wal");
      file.write(bytes("x".repeat(2048)), 0);
    }
    Set<String> outcomes = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      String text = contents(disk.crash(seed), "wal/a");
      boolean noise = false;
      for (int sector = 0; sector + 512 <= text.length(); sector += 512) {
        String one = text.substring(sector, sector + 512);
        noise |= one.chars().distinct().count() > 2;
        assertThat(noise || one.matches("x{512}|\0{512}")).as(one).isTrue();
      }
      if (noise) {
        outcomes.add("noise");
      } else if (text.isEmpty()) {
        outcomes.add("lost");
      } else if (!text.contains("\0")) {
        outcomes.add("kept");
      } else if (!text.contains("x")) {
        outcomes.add("only zeros");
      } else {
        outcomes.add(text.endsWith("\0") ? "a zero tail" : "a hole");
      }
    }
    assertThat(outcomes)
        .containsExactly("a hole", "a zero tail", "kept", "lost", "noise", "only zeros");
  }

  @Test
  void writesThatWereNotSyncedSurviveInAnyCombination() throws Exception {
    try (StorageFile file = disk.create("wal/a")) {
      file.write(ByteBuffer.allocate(1536), 0);
      file.syncData();
      disk.syncDirectory("wal");
      file.write(bytes("a".repeat(512)), 0);
      file.write(bytes("b".repeat(512)), 512);
      file.write(bytes("c".repeat(512)), 1024);
    }
    Set<String> outcomes = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      byte[] after = disk.crash(seed).bytes("wal/a");
      StringBuilder outcome = new StringBuilder();
      for (int i = 0; i < 3; i++) {
        byte[] sector = Arrays.copyOfRange(after, i * 512, (i + 1) * 512);
        String text = new String(sector, ISO_8859_1);
        boolean whole = text.chars().distinct().count() == 1;
        outcome.append(whole ? text.replace('\0', '-').charAt(0) : '*');
      }
      outcomes.add(outcome.toString());
    }
    // What held nothing before may be noise now.
    assertThat(outcomes).contains("*b*", "-*-");
    outcomes.removeIf(outcome -> outcome.contains("*"));
    assertThat(outcomes)
        .containsExactlyInAnyOrder("---", "a--", "-b-", "--c", "ab-", "a-c", "-bc", "abc");
  }

  @Test
  void aDiskTearsAtSectorsOfHalfAKilobyteOrOfFour() throws Exception {
    try (StorageFile file = disk.create("wal/a")) {
      file.write(bytes("x".repeat(16384)), 0);
      file.syncData();
      disk.syncDirectory("wal");
      file.write(bytes("y".repeat(16384)), 0);
    }
    Set<Integer> units = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      String text = contents(disk.crash(seed), "wal/a");
      // What was there before is the old or the new, sector by sector.
      assertThat(text).matches("[xy]{16384}");
      for (int at = 512; at < text.length(); at += 512) {
        if (text.charAt(at) != text.charAt(at - 1)) {
          units.add(at % 4096 == 0 ? 4096 : 512);
        }
        assertThat(text.substring(at, at + 512).chars().distinct().count()).isEqualTo(1);
      }
    }
    assertThat(units).containsExactly(512, 4096);
  }

  @Test
  void aSyncThatLiesHasDoneNothing() throws Exception {
    disk.setFaults(Faults.when(call -> true, Outcome.LIE));
    try (StorageFile file = disk.create("wal/a")) {
      file.write(bytes("hello"), 0);
      file.syncAll();
      disk.syncDirectory("wal");
    }
    Set<String> outcomes = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedStorage after = disk.crash(seed);
      outcomes.add(after.list("wal").isEmpty() ? "no file" : contents(after, "wal/a"));
    }
    assertThat(outcomes).contains("no file", "", "hello");
  }

  @Test
  void aReadWithABadBitLeavesTheMediumAsItWas() throws Exception {
    create("wal/a", "hello");
    disk.setFaults(Faults.at(disk.calls() + 2, Outcome.BAD_BITS));
    byte[] read = new byte[5];
    try (StorageFile file = disk.openForRead("wal/a")) {
      assertThat(file.read(ByteBuffer.wrap(read), 0)).isEqualTo(5);
      int wrong = 0;
      for (int i = 0; i < read.length; i++) {
        wrong += Integer.bitCount((read[i] ^ "hello".charAt(i)) & 0xff);
      }
      assertThat(wrong).isEqualTo(1);
      file.read(ByteBuffer.wrap(read), 0);
      assertThat(new String(read, UTF_8)).isEqualTo("hello");
    }
  }

  @Test
  void aSlowCallTakesItsTimeAndWorks() throws Exception {
    SimulatedTime time = new SimulatedTime();
    disk.setFaults(
        Faults.slow(call -> call.kind() == StorageCall.Kind.SYNC, time, Duration.ofSeconds(3)));
    try (StorageFile file = disk.create("wal/a")) {
      file.write(bytes("hello"), 0);
      assertThat(time.monotonicNanos()).isZero();
      file.syncData();
    }
    assertThat(time.monotonicNanos()).isEqualTo(3_000_000_000L);
  }

  @Test
  void aTruncationThatWasNotSyncedIsKeptOrUndone() throws Exception {
    try (StorageFile file = disk.create("wal/a")) {
      file.write(bytes("hello"), 0);
      file.syncData();
      disk.syncDirectory("wal");
      file.truncate(2);
    }
    Set<String> outcomes = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      outcomes.add(contents(disk.crash(seed), "wal/a"));
    }
    assertThat(outcomes).containsExactly("he", "hello");
  }

  @Test
  void aNewNameSurvivesOnlyOnceItsFolderWasSynced() throws Exception {
    try (StorageFile file = disk.create("wal/a")) {
      file.write(bytes("hello"), 0);
      file.syncAll();
    }
    assertThat(listings(disk)).containsExactlyInAnyOrder(List.of(), List.of("a"));
    SimulatedStorage alive = disk.kill();
    alive.syncDirectory("wal");
    assertThat(listings(alive)).containsExactly(List.of("a"));
  }

  @Test
  void aDeletionSurvivesOnlyOnceItsFolderWasSynced() throws Exception {
    create("wal/a", "hello");
    disk.delete("wal/a");
    assertThat(listings(disk)).containsExactlyInAnyOrder(List.of(), List.of("a"));
    SimulatedStorage alive = disk.kill();
    alive.syncDirectory("wal");
    assertThat(listings(alive)).containsExactly(List.of());
  }

  @Test
  void ofTwoRenamesWithoutASyncBetweenThemTheSecondAloneMaySurvive() throws Exception {
    create("wal/active", "old");
    create("wal/next", "new");
    disk.rename("wal/active", "wal/active.1");
    disk.rename("wal/next", "wal/active");
    assertThat(listings(disk))
        .containsExactlyInAnyOrder(
            List.of("active", "next"),
            List.of("active.1", "next"),
            List.of("active", "active.1"),
            List.of("active"));
    boolean replaced = false;
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedStorage after = disk.crash(seed);
      if (after.list("wal").equals(List.of("active"))) {
        assertThat(contents(after, "wal/active")).isEqualTo("new");
        replaced = true;
      }
    }
    assertThat(replaced).isTrue();
  }

  @Test
  void aRenameIsAtomicWhateverBecomesOfIt() throws Exception {
    create("wal/a", "old");
    create("wal/a.tmp", "new");
    disk.rename("wal/a.tmp", "wal/a");
    Set<String> outcomes = new TreeSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedStorage after = disk.crash(seed);
      outcomes.add(contents(after, "wal/a") + after.list("wal"));
    }
    assertThat(outcomes).containsExactly("new[a]", "old[a, a.tmp]");
  }

  @Test
  void aFileHasOneNameThroughAChainOfRenamesOfWhichSomeAreUndone() throws Exception {
    create("wal/a", "hello");
    disk.rename("wal/a", "wal/b");
    disk.rename("wal/b", "wal/c");
    assertThat(listings(disk)).containsExactlyInAnyOrder(List.of("a"), List.of("b"), List.of("c"));
  }

  @Test
  void anIdentityOutlivesCrashAndKillAndIsNeverUsedAgain() throws Exception {
    create("wal/a", "hello");
    Object key = disk.status("wal/a").orElseThrow().key();
    SimulatedStorage crashed = disk.crash(1);
    assertThat(crashed.status("wal/a").orElseThrow().key()).isEqualTo(key);
    SimulatedStorage after = crashed.kill();
    assertThat(after.status("wal/a").orElseThrow().key()).isEqualTo(key);
    after.delete("wal/a");
    try (StorageFile file = after.create("wal/a")) {
      assertThat(file.key()).isNotEqualTo(key);
    }
  }

  @Test
  void theSameSeedGivesTheSameDiskAndTheCrashedOneCanBeAskedAgain() throws Exception {
    try (StorageFile file = disk.create("wal/a")) {
      file.write(bytes("x".repeat(20_000)), 0);
      disk.syncDirectory("wal");
    }
    for (int seed = 0; seed < 20; seed++) {
      assertThat(contents(disk.crash(seed), "wal/a"))
          .isEqualTo(contents(disk.crash(seed), "wal/a"));
    }
  }

  @Test
  void afterACrashHandlesAndStorageAreDeadAndLocksAreFree() throws Exception {
    for (boolean crash : new boolean[] {true, false}) {
      SimulatedStorage before = new SimulatedStorage(1);
      before.createDirectory("");
      StorageFile file = before.create("a");
      before.syncDirectory("");
      Storage.StorageLock lock = before.tryLock("lock").orElseThrow();
      SimulatedStorage after = crash ? before.crash(1) : before.kill();
      assertThatThrownBy(() -> file.write(bytes("x"), 0)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1), 0))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(file::syncData)
          .hasMessageContaining(crash ? "power was cut" : "process was killed");
      assertThatThrownBy(() -> before.list("")).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> before.rename("a", "b")).isInstanceOf(IOException.class);
      file.close();
      lock.close();
      assertThat(after.tryLock("lock")).isPresent();
      assertThat(after.status("a")).isPresent();
    }
  }

  @Test
  void aKilledProcessLosesNothingButASyncIsStillOwed() throws Exception {
    try (StorageFile file = disk.create("wal/a")) {
      file.write(bytes("hello"), 0);
    }
    SimulatedStorage after = disk.kill();
    assertThat(contents(after, "wal/a")).isEqualTo("hello");
    assertThat(listings(after)).contains(List.of(), List.of("a"));

    SimulatedStorage synced = disk.kill();
    try (StorageFile file = synced.openForRead("wal/a")) {
      file.syncData();
    }
    synced.syncDirectory("wal");
    for (int seed = 0; seed < SEEDS; seed++) {
      assertThat(contents(synced.crash(seed), "wal/a")).isEqualTo("hello");
    }
  }

  @Test
  void aFailedSyncDropsWhatItCoveredThoughItIsReadAndALaterSyncWorks() throws Exception {
    create("wal/a", "-----");
    StorageFile file = disk.open("wal/a");
    file.write(bytes("hello"), 0);
    disk.setFaults(Faults.nth(1, call -> call.kind() == Kind.SYNC, Outcome.FAIL));
    assertThatThrownBy(file::syncData)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("wal/a")
        .hasMessageContaining("Input/output error");
    assertThat(text(file, 0, 9)).isEqualTo("hello");
    file.syncData();
    assertThat(contents(disk.kill(), "wal/a")).isEqualTo("hello");
    // The failing sync may have written some of it: here, one sector, all or nothing.
    boolean lost = false;
    for (int seed = 0; seed < 50; seed++) {
      SimulatedStorage other = new SimulatedStorage(seed);
      other.createDirectory("");
      StorageFile again = other.create("a");
      other.syncDirectory("");
      again.write(bytes("-----"), 0);
      again.syncData();
      again.write(bytes("hello"), 0);
      other.setFaults(Faults.nth(1, call -> call.kind() == Kind.SYNC, Outcome.FAIL));
      assertThatThrownBy(again::syncData).isInstanceOf(IOException.class);
      again.syncData();
      String after = contents(other.kill().crash(1), "a");
      assertThat(after).isIn("hello", "-----");
      lost |= after.equals("-----");
    }
    assertThat(lost).isTrue();
  }

  @Test
  void whatIsWrittenAgainAfterAFailedSyncIsCoveredByTheNext() throws Exception {
    create("wal/a", "-----");
    StorageFile file = disk.open("wal/a");
    file.write(bytes("hello"), 0);
    disk.setFaults(Faults.nth(1, call -> call.kind() == Kind.SYNC, Outcome.FAIL));
    assertThatThrownBy(file::syncData).isInstanceOf(IOException.class);
    file.write(bytes("hello"), 0);
    file.syncData();
    for (int seed = 0; seed < SEEDS; seed++) {
      assertThat(contents(disk.crash(seed), "wal/a")).isEqualTo("hello");
    }
  }

  @Test
  void theNthCallFailsOnceOrFromThenOn() throws Exception {
    long now = disk.calls();
    disk.setFaults(Faults.at(now + 2, Outcome.FAIL));
    disk.list("wal");
    assertThatThrownBy(() -> disk.list("wal")).hasMessageContaining("simulated:/wal");
    disk.list("wal");

    disk.setFaults(Faults.from(disk.calls() + 2, Outcome.FAIL));
    disk.list("wal");
    assertThatThrownBy(() -> disk.list("wal")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> disk.status("wal/a")).isInstanceOf(IOException.class);
  }

  @Test
  void aFailedWriteMayHaveWrittenSomeFirstBytesAndLeavesTheBufferAlone() throws Exception {
    StorageFile file = disk.create("wal/a");
    Set<Integer> lengths = new TreeSet<>();
    disk.setFaults(Faults.when(call -> call.kind() == Kind.WRITE, Outcome.FAIL));
    for (int i = 0; i < 200; i++) {
      ByteBuffer source = bytes("abc");
      assertThatThrownBy(() -> file.write(source, 0)).isInstanceOf(IOException.class);
      assertThat(source.remaining()).isEqualTo(3);
      String text = text(file, 0, 9);
      assertThat("abc").startsWith(text);
      lengths.add(text.length());
      disk.cut("wal/a", 0);
    }
    assertThat(lengths).containsExactly(0, 1, 2, 3);
  }

  @Test
  void aShortWriteOrReadMovesAtLeastOneByteAndNotAll() throws Exception {
    StorageFile file = disk.create("wal/a");
    disk.setFaults(Faults.when(call -> call.length() > 0, Outcome.SHORT));
    for (int i = 0; i < 100; i++) {
      ByteBuffer[] sources = {bytes("abc"), bytes("def")};
      long written = file.write(sources, 0, 2, 0);
      assertThat(written).isBetween(1L, 5L);
      assertThat(sources[0].remaining() + sources[1].remaining()).isEqualTo(6 - (int) written);
      ByteBuffer target = ByteBuffer.allocate(2);
      assertThat(file.read(target, 0)).isEqualTo(1);
    }
    assertThat(file.write(bytes("x"), 0)).isEqualTo(1);
  }

  @Test
  void aPowerCutAtACallEndsTheLifeBeforeIt() throws Exception {
    create("wal/a", "hello");
    disk.setFaults(Faults.at(disk.calls() + 2, Outcome.POWER_CUT));
    StorageFile file = disk.open("wal/a");
    assertThatThrownBy(() -> file.write(bytes("J"), 0)).hasMessageContaining("power was cut");
    assertThatThrownBy(() -> disk.list("wal")).hasMessageContaining("power was cut");
    for (int seed = 0; seed < 20; seed++) {
      assertThat(contents(disk.crash(seed), "wal/a")).isEqualTo("hello");
    }
  }

  @Test
  void aFullDiskTakesWhatFitsThenNothingAndHealsWhenSpaceReturns() throws Exception {
    create("wal/old", "0123456789");
    StorageFile file = disk.create("wal/a");
    disk.setCapacity(14);
    assertThat(disk.freeSpace()).isEqualTo(4);
    assertThat(file.write(bytes("hello world"), 0)).isEqualTo(4);
    assertThat(disk.freeSpace()).isZero();
    assertThatThrownBy(() -> file.write(bytes("!"), 4))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No space left on device");
    assertThatThrownBy(() -> disk.create("wal/b")).hasMessageContaining("No space left on device");
    // What is there can be written over.
    assertThat(file.write(bytes("HELL"), 0)).isEqualTo(4);

    StorageFile old = disk.openForRead("wal/old");
    disk.delete("wal/old");
    assertThatThrownBy(() -> file.write(bytes("!"), 4)).isInstanceOf(IOException.class);
    old.close();
    assertThat(disk.freeSpace()).isEqualTo(10);
    assertThat(file.write(bytes("!"), 4)).isEqualTo(1);
    disk.setCapacity(3);
    assertThat(disk.freeSpace()).isZero();
    assertThat(disk.usedBytes()).isEqualTo(5);
  }

  @Test
  void damageChangesWhatIsReadAndWhatACrashLeaves() throws Exception {
    create("wal/a", "hello");
    disk.flip("wal/a", 0, 0x20);
    disk.zero("wal/a", 1, 2);
    disk.cut("wal/a", 4);
    assertThat(contents(disk, "wal/a")).isEqualTo("H\0\0l");
    assertThat(contents(disk.crash(1), "wal/a")).isEqualTo("H\0\0l");
  }

  @Test
  void whatIsWrittenPastTheCacheSurvivesAndNothingElseOnItsAccount() throws Exception {
    StorageFile file = disk.create("wal/a");
    ByteBuffer zeros = ByteBuffer.allocate(5 * BLOCK);
    file.write(zeros, 0);
    file.syncData();
    disk.syncDirectory("wal");
    file.write(bytes("cached"), 0);
    ByteBuffer blocks = ByteBuffer.allocateDirect(2 * BLOCK).alignedSlice(BLOCK).limit(BLOCK);
    blocks.put(0, bytes("past").array());
    file.writeThroughFully(blocks, 2 * BLOCK);
    Set<String> before = new HashSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      String content = contents(disk.crash(seed), "wal/a");
      assertThat(content.substring(2 * BLOCK, 2 * BLOCK + 4)).isEqualTo("past");
      before.add(content.substring(0, 6));
    }
    assertThat(before).contains("cached", "\0\0\0\0\0\0");
  }

  @Test
  void aPowerCutWhileItIsWrittenPastTheCacheLeavesAnyOfIt() throws Exception {
    StorageFile file = disk.create("wal/a");
    file.write(ByteBuffer.allocate(2 * BLOCK), 0);
    file.syncData();
    disk.syncDirectory("wal");
    disk.setFaults(Faults.nth(1, call -> call.kind() == Kind.SYNC, Outcome.POWER_CUT));
    ByteBuffer blocks = ByteBuffer.allocateDirect(2 * BLOCK).alignedSlice(BLOCK).limit(BLOCK);
    blocks.put(0, (byte) 'x').put(BLOCK - 1, (byte) 'y');
    assertThatThrownBy(() -> file.writeThrough(blocks, 0)).isInstanceOf(IOException.class);
    Set<String> after = new HashSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      String content = contents(disk.crash(seed), "wal/a");
      after.add(content.charAt(0) + "" + content.charAt(BLOCK - 1));
    }
    assertThat(after).contains("\0\0", "x\0", "\0y", "xy");
  }

  @Test
  void theTraceNamesTheLastCalls() throws Exception {
    create("wal/a", "hello");
    StorageFile file = disk.open("wal/a");
    file.read(ByteBuffer.allocate(3), 2);
    List<String> trace = new ArrayList<>();
    disk.trace().forEach(call -> trace.add(call.toString()));
    assertThat(trace)
        .containsExactly(
            "#1 CREATE_DIRECTORY wal",
            "#2 CREATE wal/a",
            "#3 WRITE wal/a 0+5",
            "#4 SYNC wal/a",
            "#5 SYNC_DIRECTORY wal",
            "#6 OPEN wal/a",
            "#7 READ wal/a 2+3");
    assertThat(disk.calls()).isEqualTo(7);
  }

  private void create(String name, String text) throws IOException {
    try (StorageFile file = disk.create(name)) {
      file.write(bytes(text), 0);
      file.syncData();
    }
    disk.syncDirectory("wal");
  }

  private static String contents(SimulatedStorage storage, String name) throws IOException {
    return new String(storage.bytes(name), ISO_8859_1);
  }

  private static Set<List<String>> listings(SimulatedStorage storage) throws IOException {
    Set<List<String>> seen = new HashSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      seen.add(storage.crash(seed).list("wal"));
    }
    return seen;
  }
}
