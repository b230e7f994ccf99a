package io.holdfast.engine.capacity;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Tells a full disk from a broken one. Java has no type for it, and what the system says is in the
 * language of the user.
 */
public final class DiskFull {
  /** Linux fails each write to it with this reason, in the language that this process speaks. */
  private static final Path ALWAYS_FULL = Path.of("/dev/full");

  private static final List<String> TEXTS = texts();

  private DiskFull() {}

  private static List<String> texts() {
    List<String> texts =
        new ArrayList<>(List.of("no space left", "quota exceeded", "not enough space"));
    if (Files.exists(ALWAYS_FULL)) {
      try (OutputStream full = Files.newOutputStream(ALWAYS_FULL, StandardOpenOption.WRITE)) {
        add(texts, full);
      } catch (IOException closed) {
        // It is not what it is called.
      }
    }
    return List.copyOf(texts);
  }

  private static void add(List<String> texts, OutputStream full) {
    try {
      full.write(0);
    } catch (IOException why) {
      String text = why.getMessage();
      if (text != null && !text.isBlank()) {
        texts.add(text.toLowerCase(Locale.ROOT));
      }
    }
  }

  /** Whether the disk, or what this user may use of it, is full. */
  public static boolean isReason(Throwable failure) {
    String message = failure.getMessage();
    if (message == null) {
      return false;
    }
    String text = message.toLowerCase(Locale.ROOT);
    return TEXTS.stream().anyMatch(text::contains);
  }
}
