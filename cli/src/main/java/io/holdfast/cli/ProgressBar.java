package io.holdfast.cli;

import io.holdfast.engine.BufferVerification;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;

/** How far work is, on one line of a terminal, once it has taken a second. Thread-safe. */
public final class ProgressBar implements BufferVerification.Progress, AutoCloseable {
  private static final Duration SHOWN_AFTER = Duration.ofSeconds(1);
  private static final long EVERY_NANOS = 100_000_000L;
  private static final int WIDTH = 40;
  private static final String CLEARED = "\r" + " ".repeat(WIDTH + 32) + "\r";

  private final PrintStream terminal;
  private final boolean shown;
  private final long started = System.nanoTime();
  private long next;
  private boolean drawn;

  /**
   * A bar.
   *
   * @param shown whether {@code terminal} is one
   */
  public ProgressBar(PrintStream terminal, boolean shown) {
    this(terminal, shown, SHOWN_AFTER);
  }

  /** A bar that appears after another time. */
  public ProgressBar(PrintStream terminal, boolean shown, Duration after) {
    this.terminal = terminal;
    this.shown = shown;
    this.next = started + after.toNanos();
  }

  /** Whether a person looks at what this process prints. */
  public static boolean hasTerminal() {
    return Optional.ofNullable(System.console()).map(java.io.Console::isTerminal).orElse(false);
  }

  @Override
  public synchronized void at(long done, long total) {
    if (!shown || System.nanoTime() - next < 0) {
      return;
    }
    long now = System.nanoTime();
    next = now + EVERY_NANOS;
    terminal.print(CLEARED + line(done, total, Duration.ofNanos(now - started)));
    terminal.flush();
    drawn = true;
  }

  /** The bar when so much is done of so much, in whatever unit, after this time. */
  static String line(long done, long total, Duration elapsed) {
    double part = total == 0 ? 1 : Math.min(1, (double) done / total);
    int filled = (int) (part * WIDTH);
    String bar = "[" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "] ";
    String percent = Math.round(part * 100) + " %";
    if (part == 0 || part == 1) {
      return bar + percent;
    }
    long left = Math.round(elapsed.toSeconds() * (1 - part) / part);
    return bar + percent + ", about " + Ages.text(Duration.ofSeconds(left)) + " left";
  }

  /** Takes the bar away until it is drawn again, so that a line can be printed in its place. */
  synchronized void clear() {
    if (drawn) {
      terminal.print(CLEARED);
      terminal.flush();
      drawn = false;
    }
  }

  /** Takes the bar away. */
  @Override
  public void close() {
    clear();
  }
}
