package io.holdfast.pipeline.operator.wal;

import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.operator.OperatorContext;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Tells of events that become dead letters: of the first at once, of those after it together, at
 * most once in ten seconds. Runs on the loop.
 */
final class GivenUpNotices {
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final OperatorContext context;
  private final Path directory;
  private long untold;
  private String firstReason = "";
  private boolean waits;

  GivenUpNotices(OperatorContext context, Path directory) {
    this.context = context;
    this.directory = directory;
  }

  /** An event was refused. */
  void refused(String reason) {
    if (untold++ == 0) {
      firstReason = reason;
    }
    if (!waits) {
      // Those that are refused together are told of together.
      waits = true;
      context.loop().post(this::tell);
    }
  }

  /** What was refused could not be moved, and stays where it is. */
  void failed(RuntimeException e) {
    context
        .host()
        .listener()
        .told(new Notice.Warning(context.name(), "what was refused stays in the buffer: " + e));
  }

  private void tell() {
    if (untold == 0) {
      waits = false;
      return;
    }
    flush();
    context.loop().schedule(INTERVAL, this::tell);
  }

  /** Tells of what was not told of yet. */
  void flush() {
    if (untold > 0) {
      context
          .host()
          .listener()
          .told(new Notice.EventsGivenUp(context.name(), firstReason, untold, directory));
      untold = 0;
    }
  }
}
