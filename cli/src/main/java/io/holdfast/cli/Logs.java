package io.holdfast.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Where log lines go: to stderr, one line each, with the time and the level. Holdfast's own from
 * INFO, those of libraries from WARNING.
 */
final class Logs extends Handler {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

  /** Held, because a logger that nobody holds forgets its level. */
  private static final Logger OURS = Logger.getLogger("io.holdfast");

  private final PrintStream err;
  private final SimpleFormatter messages = new SimpleFormatter();

  private Logs(PrintStream err) {
    this.err = err;
  }

  /** Sends the log of the whole process to {@code err} from now on. */
  static void to(PrintStream err) {
    LogManager.getLogManager().reset();
    Logger root = Logger.getLogger("");
    root.setLevel(Level.WARNING);
    OURS.setLevel(Level.INFO);
    root.addHandler(new Logs(err));
  }

  @Override
  public void publish(LogRecord line) {
    StringBuilder text = new StringBuilder(120);
    text.append(TIME.format(Instant.ofEpochMilli(line.getMillis())))
        .append(' ')
        .append(level(line.getLevel()))
        .append(' ')
        .append(messages.formatMessage(line));
    if (line.getThrown() != null && line.getLevel().intValue() >= Level.SEVERE.intValue()) {
      text.append(": ").append(line.getThrown());
    }
    err.println(text);
  }

  private static String level(Level level) {
    if (level.intValue() >= Level.SEVERE.intValue()) {
      return "error";
    }
    return level.intValue() >= Level.WARNING.intValue() ? "warn " : "info ";
  }

  @Override
  public void flush() {
    err.flush();
  }

  @Override
  public void close() {}
}
