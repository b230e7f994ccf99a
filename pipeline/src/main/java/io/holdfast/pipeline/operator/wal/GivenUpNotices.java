package io.holdfast.pipeline.operator.wal;

import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.operator.OperatorContext;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Tells of events that became dead letters, and of those that could not: of the first at once, of
 * those after it together, at most once in ten seconds. Runs on the loop.
 */
final class GivenUpNotices {
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final OperatorContext context;
  private final Path directory;
  private long kept;
  private String firstReason = "";
  private long unkept;
  private String firstTrouble = "";
  private boolean waits;

  GivenUpNotices(OperatorContext context, Path directory) {
    this.context = context;
    this.directory = directory;
  }

  /**
   * Events were given up.
   *
   * @param durable whether they are dead letters now; else they wait for room
   */
  void givenUp(String reason, long events, boolean durable) {
    if (!durable) {
      trouble(
          "it waits until the disk takes it, and nothing newer is delivered: free space on the"
              + " disk, purge dead letters, or raise max_bytes");
    } else if (events > 0) {
      if (kept == 0) {
        firstReason = reason;
      }
      kept += events;
      tellSoon();
    }
  }

  /** What was refused could not be moved, and comes again later. */
  void failed(Throwable failure) {
    trouble("it stays in the buffer and is delivered again later: " + failure);
  }

  private void trouble(String what) {
    if (unkept++ == 0) {
      firstTrouble = what;
    }
    tellSoon();
  }

  private void tellSoon() {
    if (!waits) {
      // Those that are refused together are told of together.
      waits = true;
      context.loop().post(this::tell);
    }
  }

  private void tell() {
    if (kept == 0 && unkept == 0) {
      waits = false;
      return;
    }
    flush();
    context.loop().schedule(INTERVAL, this::tell);
  }

  /** Tells of what was not told of yet. */
  void flush() {
    if (kept > 0) {
      tell(new Notice.EventsGivenUp(context.name(), firstReason, kept, directory));
      kept = 0;
    }
    if (unkept > 0) {
      String times = unkept == 1 ? "" : " (" + unkept + " times since the last notice)";
      tell(
          new Notice.Warning(
              context.name(),
              "what was refused cannot be kept as a dead letter" + times + ", " + firstTrouble));
      unkept = 0;
    }
  }

  private void tell(Notice notice) {
    context.host().listener().told(notice);
  }
}
