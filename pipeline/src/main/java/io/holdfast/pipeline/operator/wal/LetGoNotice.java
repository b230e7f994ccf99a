package io.holdfast.pipeline.operator.wal;

import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.operator.OperatorContext;
import java.time.Duration;

/**
 * Tells that events count as delivered though somebody downstream still collects them: once, and
 * again only when that had not happened for a while. Runs on the loop.
 */
final class LetGoNotice {
  private static final long APART_NANOS = Duration.ofMinutes(10).toNanos();

  private final OperatorContext context;

  /** Why, and what can be done. */
  enum Reason {
    NO_ROOM(
        "they fill the buffer and nothing new can come in",
        "raise max_elements and max_bytes, make the window smaller,"),
    NO_MEMORY(
        "they take too much memory", "give the process more heap (-Xmx), make the window smaller,");

    private final String why;
    private final String advice;

    Reason(String why, String advice) {
      this.why = why;
      this.advice = advice;
    }
  }

  private boolean toldBefore;
  private long lastNanos;

  LetGoNotice(OperatorContext context) {
    this.context = context;
  }

  /** Some were let go. */
  void letGo(Reason reason) {
    long now = context.host().time().monotonicNanos();
    boolean told = toldBefore && now - lastNanos < APART_NANOS;
    toldBefore = true;
    lastNanos = now;
    if (!told) {
      context
          .host()
          .listener()
          .told(
              new Notice.Warning(
                  context.name(),
                  "events that a window or batch behind it still collects count as delivered from"
                      + " now on, the oldest first, because "
                      + reason.why
                      + ": a crash or a failure before the result is delivered loses them; "
                      + reason.advice
                      + " or put a qos::wal behind it"));
    }
  }
}
