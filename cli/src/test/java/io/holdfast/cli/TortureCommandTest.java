package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TortureCommandTest {
  @TempDir private Path directory;

  private final Screen screen = new Screen();

  @Test
  void aBufferIsKilledAndCheckedAndItsDirectoryRemoved() {
    Path place = directory.resolve("tortured");
    assertThat(screen.run("torture", "--minutes", "0.01", "--seed", "3", place.toString()))
        .isZero();
    assertThat(screen.out())
        .containsPattern("[1-9]\\d* deaths survived: [1-9][\\d,]* bundles confirmed, [1-9]")
        .contains("none missing", "seed 3", "at p99");
    assertThat(place).doesNotExist();
  }

  @Test
  void whatKeepsABufferFromBeingMadeIsNoBrokenPromise() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "mine");
    assertThat(screen.run("torture", file.resolve("data").toString())).isEqualTo(3);
    assertThat(screen.err()).contains(file.toString()).doesNotContain("promise");
  }

  @Test
  void aDirectoryThatExistsIsRefused() {
    assertThat(screen.run("torture", directory.toString())).isEqualTo(3);
    assertThat(screen.err()).contains("exists already");
  }
}
