package io.holdfast.cli;

import java.time.Duration;
import java.util.Optional;

/** Shows on a terminal how far a command is. */
final class Progress {
  private static final int WIDTH = 30;
  private static final long STEP_NANOS = Duration.ofMillis(200).toNanos();

  private final Console console;
  private final long total;
  private final long started = System.nanoTime();
  private long shown = started;

  private Progress(Console console, long total) {
    this.console = console;
    this.total = total;
  }

  /** Shows nothing. */
  static Progress none() {
    return new Progress(new Console(System.out, System.err), 0);
  }

  /** Shows how many bytes of so many are done, if somebody can see it. */
  static Progress of(Console console, long totalBytes) {
    boolean seen =
        Optional.ofNullable(System.console()).filter(java.io.Console::isTerminal).isPresent();
    return new Progress(console, seen ? totalBytes : 0);
  }

  /** Says how far it is. */
  void show(long done) {
    if (total == 0) {
      return;
    }
    long now = System.nanoTime();
    if (now - shown >= STEP_NANOS) {
      shown = now;
      console.err().print("\r" + line(Math.min(done, total), now - started));
      console.err().flush();
    }
  }

  private String line(long done, long nanos) {
    int filled = (int) (done * WIDTH / total);
    double megabytes = done / 1e6;
    return String.format(
        "[%s%s] %3d %%  %.1f MB, %.1f MB/s ",
        "=".repeat(filled),
        " ".repeat(WIDTH - filled),
        done * 100 / total,
        megabytes,
        megabytes / (nanos / 1e9));
  }

  /** Takes the line away. */
  void end() {
    if (total > 0 && shown != started) {
      console.err().print("\r" + " ".repeat(WIDTH + 40) + "\r");
      console.err().flush();
    }
  }
}
