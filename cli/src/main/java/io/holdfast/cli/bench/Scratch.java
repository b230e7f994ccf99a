package io.holdfast.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder of a measurement's own, which is removed again with all that is in it.
 *
 * @param folder new and empty
 */
public record Scratch(Path folder) implements AutoCloseable {
  /**
   * Makes one.
   *
   * @param parent where; made when it is not there, and left there
   */
  public static Scratch in(Path parent) throws IOException {
    Files.createDirectories(parent);
    return new Scratch(Files.createTempDirectory(parent, "holdfast-bench-"));
  }

  @Override
  public void close() throws IOException {
    Folders.remove(folder);
  }
}
