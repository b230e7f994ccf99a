package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.engine.storage.FileStorage;
import io.holdfast.engine.storage.Storage;
import io.holdfast.engine.storage.StorageFile;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a real directory, and what only a real one has. */
class FileStorageContractTest extends StorageContract {
  @TempDir private Path directory;

  @Override
  Storage emptyStorage() {
    return FileStorage.at(root());
  }

  private Path root() {
    return directory.resolve("above/root with a blank");
  }

  @Test
  void aSealedFileHasTheModeThatTheFormatNames() throws Exception {
    assumeTrue(
        directory.getFileSystem().supportedFileAttributeViews().contains("posix"), "no modes here");
    write("wal/a", "sealed");
    storage().setReadOnly("wal/a");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(root().resolve("wal/a"))))
        .isEqualTo("r--r-----");
  }

  @Test
  void aFileInTheWayOfAFolderIsNamed() throws Exception {
    Files.writeString(root().resolve("segments"), "a file");
    assertThatThrownBy(() -> storage().createDirectory("segments"))
        .hasMessageContaining(root().resolve("segments").toString());
  }

  @Test
  void aGatherWriteOfMoreBuffersThanTheSystemTakesIsWrittenInParts() throws Exception {
    ByteBuffer[] sources = new ByteBuffer[3000];
    for (int i = 0; i < sources.length; i++) {
      sources[i] = bytes("%04d".formatted(i));
    }
    try (StorageFile file = storage().create("wal/a")) {
      int first = 0;
      long at = 0;
      while (first < sources.length) {
        at += file.write(sources, first, sources.length - first, at);
        while (first < sources.length && !sources[first].hasRemaining()) {
          first++;
        }
      }
      assertThat(text(file, 2999 * 4, 4)).isEqualTo("2999");
      assertThat(file.size()).isEqualTo(12_000);
    }
  }

  @Test
  void anotherProcessIsRefusedTheLockAndGetsItOnceItIsGivenBack() throws Exception {
    Storage.StorageLock held = storage().tryLock("lock").orElseThrow();
    assertThat(secondProcess()).isEqualTo("refused");
    // Somebody else's look at the file must not give the lock away.
    assertThat(storage().tryLock("lock")).isEmpty();
    assertThat(storage().status("lock")).isPresent();
    assertThat(secondProcess()).isEqualTo("refused");
    held.close();
    assertThat(secondProcess()).isEqualTo("held");
    assertThat(storage().tryLock("lock")).isPresent();
  }

  @Test
  void aLockOfAProcessThatWasKilledIsFree() throws Exception {
    Process holder = holder();
    try {
      assertThat(firstLine(holder)).isEqualTo("held");
      assertThat(storage().tryLock("lock")).isEmpty();
    } finally {
      holder.destroyForcibly().waitFor();
    }
    assertThat(storage().tryLock("lock")).isPresent();
  }

  private String secondProcess() throws Exception {
    Process process = holder();
    String answer = firstLine(process);
    process.getOutputStream().close();
    assertThat(process.waitFor()).isZero();
    return answer;
  }

  private Process holder() throws Exception {
    String classes =
        String.join(
            File.pathSeparator,
            Path.of(FileStorage.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString(),
            Path.of("target", "test-classes").toAbsolutePath().toString());
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            classes,
            "io.holdfast.testkit.LockHolder",
            root().toString(),
            "lock");
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static String firstLine(Process process) throws Exception {
    return String.valueOf(
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
            .readLine());
  }
}
