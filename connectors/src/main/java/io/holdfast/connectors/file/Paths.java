package io.holdfast.connectors.file;

import io.holdfast.pipeline.config.Section;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Paths in settings. */
final class Paths {
  private Paths() {}

  /** The path under a key that must be there, null after an error. */
  static @Nullable Path of(Section section, String key) {
    int before = section.errors().size();
    String text = section.text(key);
    if (section.errors().size() > before) {
      return null;
    }
    try {
      if (!text.isEmpty()) {
        return Path.of(text);
      }
    } catch (InvalidPathException e) {
      // Said below.
    }
    section.errors().add(section.locationOf(key), "'" + text + "' is no path of a file");
    return null;
  }
}
