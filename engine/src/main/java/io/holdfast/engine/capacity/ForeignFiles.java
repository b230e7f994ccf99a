package io.holdfast.engine.capacity;

import io.holdfast.engine.storage.Storage;
import java.io.IOException;
import java.util.List;

/** Files in a buffer's directory that are not the engine's. They stay as they are, and count. */
public final class ForeignFiles {
  private ForeignFiles() {}

  /** What those that lie there now take. */
  public static long bytes(Storage storage) throws IOException {
    long sum = 0;
    for (String folder : List.of("", "wal", "segments")) {
      for (String name : storage.list(folder)) {
        if (!isOurs(name)) {
          String path = folder.isEmpty() ? name : folder + "/" + name;
          sum += storage.status(path).map(Storage.FileStatus::size).orElse(0L);
        }
      }
    }
    return sum;
  }

  /** Whether a file in one of the engine's folders is the engine's, by its name. */
  public static boolean isOurs(String name) {
    return name.startsWith("quiver.") || name.startsWith("holdfast.") || name.contains(".qseg");
  }
}
