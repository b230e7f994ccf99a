package io.holdfast.engine.capacity;

import java.util.Locale;

/** Tells a full disk from a broken one. Java has no type for it. */
public final class DiskFull {
  private DiskFull() {}

  /** Whether the disk, or what this user may use of it, is full. */
  public static boolean isReason(Throwable failure) {
    String message = failure.getMessage();
    if (message == null) {
      return false;
    }
    String text = message.toLowerCase(Locale.ROOT);
    return text.contains("no space left")
        || text.contains("quota exceeded")
        || text.contains("not enough space");
  }
}
