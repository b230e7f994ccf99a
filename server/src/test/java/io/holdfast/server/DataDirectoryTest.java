package io.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir private Path root;

  @Test
  void nothingIsWrittenWhereADiskMayBeFull() throws IOException {
    FileTime before = FileTime.fromMillis(1_000_000_000_000L);
    Files.setLastModifiedTime(root, before);

    DataDirectory.prepare(root);

    assertThat(Files.getLastModifiedTime(root)).isEqualTo(before);
  }

  @Test
  void oneThatMayNotBeWrittenIsNamed() throws IOException {
    Path directory = root.resolve("data");
    DataDirectory.prepare(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));
    assumeFalse(Files.isWritable(directory), "this user may write everywhere");

    assertThatThrownBy(() -> DataDirectory.prepare(directory))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining(directory.toString())
        .hasMessageContaining("--data-dir");
  }
}
