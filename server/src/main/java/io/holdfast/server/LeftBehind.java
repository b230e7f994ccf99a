package io.holdfast.server;

import io.holdfast.engine.BundleReader;
import io.holdfast.engine.HoldfastException;
import io.holdfast.engine.RecordBundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The buffers of a data directory that nobody uses any more: an operator was renamed, say. */
final class LeftBehind {
  /** Below a data directory: pipeline, instance, operator. */
  private static final int DEPTH = 3;

  private LeftBehind() {}

  /**
   * A sentence for each buffer that holds undelivered events and is not among those in use. Reads
   * those buffers from end to end and changes nothing.
   *
   * @param used the directories of the buffers in use, absolute and normal
   */
  static List<String> find(Path dataDirectory, Set<Path> used) {
    List<String> found = new ArrayList<>();
    for (Path directory : buffers(dataDirectory)) {
      if (!used.contains(directory.toAbsolutePath().normalize())) {
        String sentence = look(directory);
        if (!sentence.isEmpty()) {
          found.add(sentence);
        }
      }
    }
    return found;
  }

  private static List<Path> buffers(Path dataDirectory) {
    if (!Files.isDirectory(dataDirectory)) {
      return List.of();
    }
    try (Stream<Path> below = Files.walk(dataDirectory, DEPTH)) {
      return below
          .filter(path -> path.getNameCount() == dataDirectory.getNameCount() + DEPTH)
          .filter(LeftBehind::hasLog)
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      // Something in it belongs to somebody else: then it is no buffer of ours.
      return List.of();
    }
  }

  private static boolean hasLog(Path directory) {
    try (Stream<Path> files = Files.list(directory.resolve("wal"))) {
      return files.anyMatch(file -> String.valueOf(file.getFileName()).startsWith("quiver.wal"));
    } catch (IOException e) {
      // There is no such folder.
      return false;
    }
  }

  private static String look(Path directory) {
    long events = 0;
    try (BundleReader reader = BundleReader.open(directory)) {
      for (BundleReader.Item item = reader.next(); item != null; item = reader.next()) {
        events += item.bundle().slot(0).map(RecordBundle.Slot::rowCount).orElse(0);
      }
    } catch (HoldfastException e) {
      return directory
          + " belongs to no operator of this plan, and cannot be read: "
          + e.getMessage();
    }
    return events == 0
        ? ""
        : directory
            + " belongs to no operator of this plan and holds "
            + (events == 1 ? "1 undelivered event" : events + " undelivered events")
            + "; they are kept until an operator of that name is back, or the directory is removed";
  }
}
