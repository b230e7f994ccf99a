package io.holdfast.server;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where buffers live whose query names no directory. */
final class DataDirectory {
  private static final String OTHER = "; name another one with --data-dir";

  private DataDirectory() {}

  /**
   * Makes sure that it is there and may be written. Writes nothing: on a disk that is full what was
   * kept there is still to be delivered.
   *
   * @throws EnvironmentException when it cannot
   */
  static void prepare(Path directory) {
    try {
      if (Files.exists(directory) && !Files.isDirectory(directory)) {
        throw new EnvironmentException(
            "the data directory " + directory + " is a file" + OTHER, null);
      }
      Files.createDirectories(directory);
      if (!Files.isWritable(directory) || !Files.isExecutable(directory)) {
        throw new EnvironmentException(
            "the data directory "
                + directory
                + " cannot be written: no permission, or its filesystem is read-only"
                + OTHER,
            null);
      }
    } catch (AccessDeniedException e) {
      throw new EnvironmentException(
          "the data directory " + directory + " cannot be written: no permission" + OTHER, e);
    } catch (FileSystemException e) {
      String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
      throw new EnvironmentException(
          "the data directory " + directory + " cannot be used: " + reason + OTHER, e);
    } catch (IOException e) {
      throw new EnvironmentException(
          "the data directory " + directory + " cannot be used: " + e.getMessage() + OTHER, e);
    }
  }
}
