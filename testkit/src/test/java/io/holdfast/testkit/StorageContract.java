package io.holdfast.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every storage does that is alive: the contract without its crashes. */
abstract class StorageContract {
  private Storage storage;

  /** A storage that is empty: not even its root exists. */
  abstract Storage emptyStorage() throws Exception;

  @BeforeEach
  final void createFolders() throws Exception {
    storage = emptyStorage();
    storage.createDirectory("wal");
  }

  final Storage storage() {
    return storage;
  }

  @Test
  void aFolderAndThoseAboveItAreMadeOnceAndMakingThemAgainDoesNothing() throws Exception {
    write("wal/a", "kept");
    storage.createDirectory("wal");
    storage.createDirectory("");
    assertThat(read("wal/a")).isEqualTo("kept");
  }

  @Test
  void aCreatedFileIsEmptyAndCanBeWrittenAndRead() throws Exception {
    try (StorageFile file = storage.create("wal/a")) {
      assertThat(file.size()).isZero();
      assertThat(file.read(ByteBuffer.allocate(4), 0)).isEqualTo(-1);
      assertThat(file.write(bytes("hello"), 0)).isEqualTo(5);
      assertThat(text(file, 1, 3)).isEqualTo("ell");
      assertThat(file.size()).isEqualTo(5);
    }
  }

  @Test
  void creatingANameThatIsTakenIsRefusedAndLeavesItsFileAlone() throws Exception {
    write("wal/a", "kept");
    assertThatThrownBy(() -> storage.create("wal/a"))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("wal/a");
    assertThat(read("wal/a")).isEqualTo("kept");
  }

  @Test
  void creatingInAFolderThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> storage.create("segments/a")).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> storage.tryLock("segments/a")).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void openingANameThatIsNotThereIsRefusedByName() {
    assertThatThrownBy(() -> storage.open("wal/none"))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("wal/none");
    assertThatThrownBy(() -> storage.openForRead("wal/none"))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("wal/none");
    assertThatThrownBy(() -> storage.rename("wal/none", "wal/b"))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aGapBeforeAWriteReadsAsZeros() throws Exception {
    try (StorageFile file = storage.create("wal/a")) {
      file.write(bytes("x"), 5000);
      assertThat(text(file, 4999, 2)).isEqualTo("\0x");
      assertThat(text(file, 0, 5001)).isEqualTo("\0".repeat(5000) + "x");
    }
  }

  @Test
  void whatIsWrittenPastTheCacheIsReadAtOnceAndWhatIsNoWholeBlockIsRefused() throws Exception {
    write("wal/a", "hello");
    try (StorageFile file = storage.open("wal/a");
        StorageFile reader = storage.openForRead("wal/a")) {
      int block = file.blockBytes();
      assumeTrue(block > 0, "this filesystem writes nothing past its cache");
      ByteBuffer blocks = ByteBuffer.allocateDirect(3 * block).alignedSlice(block);
      blocks.put(0, bytes("later").array()).put(block, (byte) '!');
      file.writeThroughFully(blocks.duplicate().limit(2 * block), 0);
      assertThat(text(reader, 0, 6)).isEqualTo("later\0");
      assertThat(reader.size()).isEqualTo(2L * block);
      file.writeThroughFully(blocks.duplicate().limit(block), 3L * block);
      assertThat(text(reader, 2L * block, block)).isEqualTo("\0".repeat(block));
      assertThat(text(reader, 3L * block, 5)).isEqualTo("later");
      for (ByteBuffer part :
          List.of(blocks.slice(0, block - 1), blocks.slice(1, block), blocks.slice(0, 1))) {
        assertThatThrownBy(() -> file.writeThrough(part, 0)).isInstanceOf(IOException.class);
      }
      assertThatThrownBy(() -> file.writeThrough(blocks.slice(0, block), 1))
          .isInstanceOf(IOException.class);
      assertThat(text(reader, 0, 6)).isEqualTo("later\0");
      assertThat(reader.blockBytes()).isZero();
    }
  }

  @Test
  void aReadTakesWhatThereIsAndTellsTheEnd() throws Exception {
    write("wal/a", "hello");
    try (StorageFile file = storage.openForRead("wal/a")) {
      ByteBuffer target = ByteBuffer.allocate(10);
      target.position(2);
      assertThat(file.read(target, 3)).isEqualTo(2);
      assertThat(target.position()).isEqualTo(4);
      assertThat(file.read(target, 5)).isEqualTo(-1);
      assertThat(file.read(target, 500)).isEqualTo(-1);
    }
  }

  @Test
  void directAndHeapBuffersAreWrittenAndReadAlike() throws Exception {
    ByteBuffer direct = ByteBuffer.allocateDirect(5);
    direct.put(bytes("hello")).flip();
    try (StorageFile file = storage.create("wal/a")) {
      file.write(direct, 0);
      direct.clear();
      file.read(direct, 0);
      assertThat(UTF_8.decode(direct.flip()).toString()).isEqualTo("hello");
    }
  }

  @Test
  void aGatherWriteLaysTheBuffersOneBehindTheOtherFromFirstOn() throws Exception {
    try (StorageFile file = storage.create("wal/a")) {
      file.write(bytes("............"), 0);
      ByteBuffer[] sources = {bytes("no"), bytes("one "), bytes(""), bytes("two"), bytes("no")};
      assertThat(file.write(sources, 1, 3, 2)).isEqualTo(7);
      assertThat(text(file, 0, 12)).isEqualTo("..one two...");
      assertThat(sources[0].remaining()).isEqualTo(2);
      assertThat(sources[3].remaining()).isZero();
      assertThat(sources[4].remaining()).isEqualTo(2);
    }
  }

  @Test
  void gatherWritesGoToThePositionThatIsNamedInWhateverOrderTheyCome() throws Exception {
    try (StorageFile file = storage.create("wal/a")) {
      file.write(new ByteBuffer[] {bytes("cc"), bytes("dd")}, 0, 2, 4);
      file.write(new ByteBuffer[] {bytes("aa"), bytes("bb")}, 0, 2, 0);
      file.write(bytes("!"), 8);
      file.write(new ByteBuffer[] {bytes("?")}, 0, 1, 9);
      assertThat(text(file, 0, 20)).isEqualTo("aabbccdd!?");
    }
  }

  @Test
  void aTruncationCutsAndWhatComesBackBehindItIsZero() throws Exception {
    try (StorageFile file = storage.create("wal/a")) {
      file.write(bytes("hello world"), 0);
      file.truncate(5);
      assertThat(file.size()).isEqualTo(5);
      file.truncate(50);
      assertThat(file.size()).isEqualTo(5);
      file.write(bytes("!"), 7);
      assertThat(text(file, 0, 20)).isEqualTo("hello\0\0!");
    }
  }

  @Test
  void aTruncationBelowTheLastGatherWriteDoesNotMoveTheNext() throws Exception {
    try (StorageFile file = storage.create("wal/a")) {
      file.write(new ByteBuffer[] {bytes("abcdef")}, 0, 1, 0);
      file.truncate(2);
      file.write(new ByteBuffer[] {bytes("gh")}, 0, 1, 6);
      assertThat(text(file, 0, 20)).isEqualTo("ab\0\0\0\0gh");
    }
  }

  @Test
  void aHandleForReadingCannotWrite() throws Exception {
    write("wal/a", "kept");
    try (StorageFile file = storage.openForRead("wal/a")) {
      assertThatThrownBy(() -> file.write(bytes("x"), 0))
          .isInstanceOf(NonWritableChannelException.class);
      assertThatThrownBy(() -> file.write(new ByteBuffer[] {bytes("x")}, 0, 1, 0))
          .isInstanceOf(NonWritableChannelException.class);
      assertThatThrownBy(() -> file.truncate(0)).isInstanceOf(NonWritableChannelException.class);
      file.syncData();
      file.syncAll();
    }
    assertThat(read("wal/a")).isEqualTo("kept");
  }

  @Test
  void aClosedHandleRefusesEverythingAndClosingItAgainDoesNothing() throws Exception {
    for (boolean writable : new boolean[] {true, false}) {
      String name = "wal/" + writable;
      write(name, "kept");
      StorageFile file = writable ? storage.open(name) : storage.openForRead(name);
      file.close();
      file.close();
      assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1), 0))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(file::size).isInstanceOf(IOException.class);
      assertThatThrownBy(file::syncData).isInstanceOf(IOException.class);
      if (writable) {
        assertThatThrownBy(() -> file.write(bytes("x"), 0)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> file.truncate(0)).isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void aRenameReplacesTheTargetAndKeepsTheIdentity() throws Exception {
    write("wal/a", "new");
    write("wal/b", "old");
    Object key = storage.status("wal/a").orElseThrow().key();
    storage.rename("wal/a", "wal/b");
    assertThat(storage.status("wal/a")).isEmpty();
    Storage.FileStatus status = storage.status("wal/b").orElseThrow();
    assertThat(status.size()).isEqualTo(3);
    assertThat(status.key()).isEqualTo(key);
    assertThat(read("wal/b")).isEqualTo("new");
    assertThat(storage.list("wal")).containsExactly("b");
  }

  @Test
  void statusAndHandlesTellOneIdentityForOneFileAndAnotherForEachOther() throws Exception {
    write("wal/a", "one");
    write("wal/b", "two");
    Object a = storage.status("wal/a").orElseThrow().key();
    assertThat(storage.status("wal/b").orElseThrow().key()).isNotEqualTo(a);
    try (StorageFile write = storage.open("wal/a");
        StorageFile read = storage.openForRead("wal/a")) {
      assertThat(write.key()).isEqualTo(a);
      assertThat(read.key()).isEqualTo(a);
      storage.rename("wal/a", "wal/c");
      storage.rename("wal/b", "wal/a");
      assertThat(read.key()).isEqualTo(storage.status("wal/c").orElseThrow().key());
    }
  }

  @Test
  void openHandlesFollowTheirFileThroughARenameAndAReplacement() throws Exception {
    write("wal/a", "first");
    try (StorageFile read = storage.openForRead("wal/a");
        StorageFile write = storage.open("wal/a")) {
      storage.rename("wal/a", "wal/b");
      write("wal/a", "second");
      write.write(bytes("FIRST"), 0);
      assertThat(text(read, 0, 20)).isEqualTo("FIRST");
    }
    assertThat(read("wal/a")).isEqualTo("second");
    assertThat(read("wal/b")).isEqualTo("FIRST");
  }

  @Test
  void openHandlesGoOnReadingAFileThatWasDeletedOrReplaced() throws Exception {
    write("wal/a", "deleted");
    write("wal/b", "replaced");
    write("wal/c", "new");
    try (StorageFile a = storage.openForRead("wal/a");
        StorageFile b = storage.openForRead("wal/b")) {
      storage.delete("wal/a");
      storage.rename("wal/c", "wal/b");
      assertThat(text(a, 0, 20)).isEqualTo("deleted");
      assertThat(a.size()).isEqualTo(7);
      assertThat(text(b, 0, 20)).isEqualTo("replaced");
    }
    assertThat(storage.status("wal/a")).isEmpty();
  }

  @Test
  void deletingANameThatIsNotThereDoesNothing() throws Exception {
    storage.delete("wal/none");
    storage.delete("segments/none");
  }

  @Test
  void aListHoldsTheFilesOfOneFolderSortedAndNoFolders() throws Exception {
    write("wal/b", "");
    write("wal/a", "");
    write("wal/a.10", "");
    write("top", "");
    assertThat(storage.list("wal")).containsExactly("a", "a.10", "b");
    assertThat(storage.list("")).containsExactly("top");
    assertThat(storage.list("segments")).isEmpty();
  }

  @Test
  void foldersAreListedApartFromFilesAtEveryDepth() throws Exception {
    storage.createDirectory("dead/one/wal");
    storage.createDirectory("dead/two");
    write("dead/file", "");
    write("dead/one/wal/a", "deep");
    assertThat(storage.listFolders("")).containsExactly("dead", "wal");
    assertThat(storage.listFolders("dead")).containsExactly("one", "two");
    assertThat(storage.listFolders("dead/one/wal")).isEmpty();
    assertThat(storage.listFolders("nowhere")).isEmpty();
    assertThat(storage.list("dead")).containsExactly("file");
    assertThat(storage.status("dead/one")).isEmpty();
    assertThat(read("dead/one/wal/a")).isEqualTo("deep");
  }

  @Test
  void aFolderIsAStorageOfItsOwn() throws Exception {
    Storage folder = storage.folder("dead").folder("one");
    assertThat(folder.list("")).isEmpty();
    folder.createDirectory("");
    folder.createDirectory("wal");
    try (StorageFile file = folder.create("wal/a")) {
      file.write(bytes("inside"), 0);
      file.syncAll();
    }
    folder.syncDirectory("wal");
    assertThat(read("dead/one/wal/a")).isEqualTo("inside");
    assertThat(storage.folder("")).isSameAs(storage);
    assertThat(folder.status("wal/a")).isEqualTo(storage.status("dead/one/wal/a"));
    folder.rename("wal/a", "wal/b");
    folder.setReadOnly("wal/b");
    assertThat(folder.list("wal")).containsExactly("b");
    assertThat(folder.listFolders("")).containsExactly("wal");
    try (StorageFile file = folder.open("wal/b");
        StorageFile same = folder.openForRead("wal/b")) {
      file.write(bytes("IN"), 0);
      assertThat(text(same, 0, 20)).isEqualTo("INside");
    }
    assertThat(folder.describe("wal/b")).isEqualTo(storage.describe("dead/one/wal/b"));
    assertThat(folder).hasToString(storage.describe("dead/one"));
    assertThat(folder.freeSpace()).isNotNegative();
    Storage.StorageLock lock = folder.tryLock("lock").orElseThrow();
    assertThat(storage.tryLock("dead/one/lock")).isEmpty();
    lock.close();
    folder.delete("wal/b");
    assertThat(storage.list("dead/one/wal")).isEmpty();
  }

  @Test
  void aStatusIsEmptyForWhatIsNoFile() throws Exception {
    assertThat(storage.status("wal")).isEmpty();
    assertThat(storage.status("wal/none")).isEmpty();
    assertThat(storage.status("segments/none")).isEmpty();
  }

  @Test
  void aReadOnlyFileCanBeReadRenamedDeletedAndOpenedAgainForWriting() throws Exception {
    write("wal/a", "sealed");
    storage.setReadOnly("wal/a");
    assertThat(read("wal/a")).isEqualTo("sealed");
    try (StorageFile file = storage.open("wal/a")) {
      file.write(bytes("S"), 0);
    }
    storage.rename("wal/a", "wal/b");
    assertThat(read("wal/b")).isEqualTo("Sealed");
    storage.delete("wal/b");
    assertThat(storage.list("wal")).isEmpty();
  }

  @Test
  void aLockThatIsSharedIsNobodysAlone() throws IOException {
    assertThat(storage.tryLockShared("lock")).as("a missing file").isEmpty();
    assertThat(storage.list("")).doesNotContain("lock");
    storage.tryLock("lock").orElseThrow().close();
    Storage.StorageLock one = storage.tryLockShared("lock").orElseThrow();
    Storage.StorageLock two = storage.tryLockShared("lock").orElseThrow();
    assertThat(storage.tryLock("lock")).isEmpty();
    one.close();
    one.close();
    assertThat(storage.tryLock("lock")).as("one still shares it").isEmpty();
    two.close();
    assertThat(storage.tryLock("lock")).isPresent();
  }

  @Test
  void aLockIsHeldOnceInThisProcessUntilItIsClosedAndItsFileStays() throws Exception {
    Storage.StorageLock held = storage.tryLock("lock").orElseThrow();
    assertThat(storage.tryLock("lock")).isEmpty();
    assertThat(storage.tryLockShared("lock")).isEmpty();
    assertThat(storage.tryLock("other")).isPresent();
    held.close();
    Optional<Storage.StorageLock> next = storage.tryLock("lock");
    assertThat(next).isPresent();
    // The first holder has nothing left to give back.
    held.close();
    assertThat(storage.tryLock("lock")).isEmpty();
    next.orElseThrow().close();
    assertThat(storage.list("")).contains("lock");
  }

  @Test
  void freeSpaceIsToldAndNotNegative() throws Exception {
    assertThat(storage.freeSpace()).isNotNegative();
  }

  @Test
  void aNameIsDescribedAsAPersonWouldLookForIt() {
    assertThat(storage.describe("wal/a")).startsWith(storage.describe("")).endsWith("wal/a");
    assertThat(storage).hasToString(storage.describe(""));
  }

  @Test
  void everyCallOfAnInterruptedThreadWorksAndLeavesTheFlagSet() throws Exception {
    write("wal/a", "hello");
    StorageFile write = storage.open("wal/a");
    StorageFile read = storage.openForRead("wal/a");
    interrupted(
        () -> {
          storage.createDirectory("segments");
          assertThat(text(read, 0, 5)).isEqualTo("hello");
          assertThat(text(write, 0, 5)).isEqualTo("hello");
          write.write(bytes("HE"), 0);
          write.write(new ByteBuffer[] {bytes("L"), bytes("L")}, 0, 2, 2);
          write.syncData();
          write.truncate(4);
          write.syncAll();
          read.syncData();
          assertThat(write.size()).isEqualTo(4);
          assertThat(read.size()).isEqualTo(4);
          storage.syncDirectory("wal");
          assertThat(storage.list("wal")).containsExactly("a");
          storage.rename("wal/a", "wal/b");
          assertThat(text(read, 0, 5)).isEqualTo("HELL");
          try (StorageFile made = storage.create("wal/c")) {
            made.write(bytes("x"), 0);
          }
          storage.delete("wal/c");
          try (Storage.StorageLock lock = storage.tryLock("lock").orElseThrow()) {
            assertThat(lock).isNotNull();
          }
          return null;
        });
    // The handles are as good as before, also for others.
    assertThat(text(read, 0, 5)).isEqualTo("HELL");
    assertThat(text(write, 0, 5)).isEqualTo("HELL");
    assertThat(read("wal/b")).isEqualTo("HELL");
    read.close();
    write.close();
  }

  @Test
  void readsOfManyThreadsSurviveTheInterruptsOfEach() throws Exception {
    write("wal/a", "hello");
    try (StorageFile file = storage.openForRead("wal/a")) {
      Thread[] threads = new Thread[4];
      FutureTask<?>[] results = new FutureTask<?>[threads.length];
      for (int i = 0; i < threads.length; i++) {
        results[i] =
            new FutureTask<>(
                () -> {
                  for (int n = 0; n < 500; n++) {
                    assertThat(text(file, 0, 5)).isEqualTo("hello");
                  }
                  return null;
                });
        threads[i] = new Thread(results[i]);
        threads[i].start();
      }
      for (FutureTask<?> result : results) {
        while (!result.isDone()) {
          for (Thread thread : threads) {
            thread.interrupt();
          }
          Thread.onSpinWait();
        }
      }
      for (FutureTask<?> result : results) {
        result.get();
      }
    }
  }

  @Test
  void writesOfAThreadSurviveItsInterrupts() throws Exception {
    int count = 400;
    try (StorageFile file = storage.create("wal/a")) {
      FutureTask<?> writer =
          new FutureTask<>(
              () -> {
                for (int n = 0; n < count; n++) {
                  ByteBuffer[] parts = {bytes("%04d".formatted(n)), bytes("abcd")};
                  assertThat(file.write(parts, 0, 2, n * 8L)).isEqualTo(8);
                  if (n % 20 == 0) {
                    file.syncData();
                  }
                }
                return null;
              });
      Thread thread = new Thread(writer);
      thread.start();
      while (!writer.isDone()) {
        thread.interrupt();
        Thread.onSpinWait();
      }
      writer.get();
      for (int n = 0; n < count; n++) {
        assertThat(text(file, n * 8L, 8)).isEqualTo("%04dabcd".formatted(n));
      }
    }
  }

  /** Runs the calls on a thread that is interrupted before and must still be so afterwards. */
  private static void interrupted(Callable<?> calls) throws Exception {
    FutureTask<Boolean> task =
        new FutureTask<>(
            () -> {
              Thread.currentThread().interrupt();
              calls.call();
              return Thread.currentThread().isInterrupted();
            });
    new Thread(task).start();
    try {
      assertThat(task.get()).as("the flag is still set").isTrue();
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    }
  }

  final void write(String name, String text) throws IOException {
    try (StorageFile file = storage.create(name)) {
      file.write(bytes(text), 0);
    }
  }

  final String read(String name) throws IOException {
    try (StorageFile file = storage.openForRead(name)) {
      return text(file, 0, Math.toIntExact(file.size()));
    }
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  static String text(StorageFile file, long position, int most) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(most);
    long at = position;
    while (target.hasRemaining()) {
      int count = file.read(target, at);
      if (count < 0) {
        break;
      }
      at += count;
    }
    return UTF_8.decode(target.flip()).toString();
  }
}
