package io.holdfast.fuzz.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that the Rust engine has written, from the golden directories of the exchange tests. */
final class Foreign {
  private static final Path GOLDEN = Path.of("..", "interop", "golden");

  private Foreign() {}

  /** A segment. */
  static byte[] segment() {
    return file("shape-nested", "segments/0000000000000000.qseg");
  }

  /** A log file. */
  static byte[] log() {
    return file("shape-nested", "wal/quiver.wal");
  }

  /** What a subscriber has resolved. */
  static byte[] progress() {
    return file("subscribers", "quiver.sub.a");
  }

  private static byte[] file(String directory, String name) {
    try {
      return Files.readAllBytes(GOLDEN.resolve(directory).resolve("data").resolve(name));
    } catch (IOException absent) {
      throw new UncheckedIOException(absent);
    }
  }
}
