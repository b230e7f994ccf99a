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
  private boolean toldBefore;
  private long lastNanos;

  LetGoNotice(OperatorContext context) {
    this.context = context;
  }

  /**
   * Some were let go.
   *
   * @param reason why, as the end of a sentence
   */
  void letGo(String reason) {
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
                      + reason
                      + ": a crash or a failure before the result is delivered loses them; raise"
                      + " max_elements and max_bytes, make the window smaller, or put a qos::wal"
                      + " behind it"));
    }
  }
}
