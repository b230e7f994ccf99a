package io.holdfast.cli;

import io.holdfast.engine.BufferVerification;
import java.io.PrintStream;
import java.util.Optional;

/** How far work is, on one line of a terminal, once it has taken a second. One thread. */
final class ProgressBar implements BufferVerification.Progress, AutoCloseable {
  private static final long SHOWN_AFTER_NANOS = 1_000_000_000L;
  private static final long EVERY_NANOS = 100_000_000L;
  private static final int WIDTH = 40;

  private final PrintStream terminal;
  private final boolean shown;
  private long next = System.nanoTime() + SHOWN_AFTER_NANOS;
  private boolean drawn;

  /**
   * A bar.
   *
   * @param shown whether {@code terminal} is one
   */
  ProgressBar(PrintStream terminal, boolean shown) {
    this.terminal = terminal;
    this.shown = shown;
  }

  /** Whether a person looks at what this process prints. */
  static boolean hasTerminal() {
    return Optional.ofNullable(System.console()).map(java.io.Console::isTerminal).orElse(false);
  }

  @Override
  public void at(long done, long total) {
    if (!shown || System.nanoTime() - next < 0) {
      return;
    }
    next = System.nanoTime() + EVERY_NANOS;
    double part = total == 0 ? 1 : (double) done / total;
    int filled = (int) (part * WIDTH);
    terminal.print(
        "\r["
            + "#".repeat(filled)
            + " ".repeat(WIDTH - filled)
            + "] "
            + Math.round(part * 100)
            + " % of "
            + Sizes.text(total));
    terminal.flush();
    drawn = true;
  }

  /** Takes the bar away. */
  @Override
  public void close() {
    if (drawn) {
      terminal.print("\r" + " ".repeat(WIDTH + 32) + "\r");
      terminal.flush();
    }
  }
}
