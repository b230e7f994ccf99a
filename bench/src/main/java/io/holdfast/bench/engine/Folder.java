package io.holdfast.bench.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder for a buffer, among the temporary ones. */
final class Folder {
  private final Path path;

  Folder() {
    try {
      path = Files.createTempDirectory("holdfast-bench-").resolve("buffer");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path path() {
    return path;
  }

  void remove() throws IOException {
    Path all = path.getParent();
    if (all == null) {
      return;
    }
    try (Stream<Path> found = Files.walk(all)) {
      for (Path each : found.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
