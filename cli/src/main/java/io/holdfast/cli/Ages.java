package io.holdfast.cli;

import java.time.Duration;

/** Spans of time for people. */
final class Ages {
  private Ages() {}

  /**
   * The two largest units: {@code 12 s}, {@code 3 min 5 s}, {@code 2 h 10 min}, {@code 5 d 3 h}.
   */
  static String text(Duration age) {
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return seconds / 60 + " min " + seconds % 60 + " s";
    }
    if (seconds < 86_400) {
      return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }
    return seconds / 86_400 + " d " + seconds % 86_400 / 3600 + " h";
  }
}
