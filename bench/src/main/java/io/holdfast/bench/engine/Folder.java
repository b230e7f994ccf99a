package io.holdfast.bench.engine;

import io.holdfast.cli.bench.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder for a buffer, among the temporary ones. */
final class Folder {
  private final Path whole;

  Folder() {
    try {
      whole = Files.createTempDirectory("holdfast-bench-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path path() {
    return whole.resolve("buffer");
  }

  void remove() throws IOException {
    Folders.remove(whole);
  }
}
