package io.holdfast.pipeline.runtime;

import io.holdfast.engine.TimeSource;
import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.PipelineListener;
import java.time.Duration;

/**
 * Tells of events that failed: of the first at once, of those after it together, at most once in
 * ten seconds. Thread-safe.
 */
final class FailureNotices {
  private static final long INTERVAL_NANOS = Duration.ofSeconds(10).toNanos();

  private final String where;
  private final PipelineListener listener;
  private final TimeSource time;

  private long untold;
  private String firstReason = "";
  private long toldAt;
  private boolean toldBefore;

  FailureNotices(String where, PipelineListener listener, TimeSource time) {
    this.where = where;
    this.listener = listener;
    this.time = time;
  }

  void failed(String reason) {
    Notice notice;
    synchronized (this) {
      if (untold++ == 0) {
        firstReason = reason;
      }
      if (toldBefore && time.monotonicNanos() - toldAt < INTERVAL_NANOS) {
        return;
      }
      notice = take();
    }
    listener.told(notice);
  }

  /** Tells of what was not told of yet. */
  void flush() {
    Notice notice;
    synchronized (this) {
      if (untold == 0) {
        return;
      }
      notice = take();
    }
    listener.told(notice);
  }

  private Notice take() {
    Notice notice = new Notice.EventsFailed(where, firstReason, untold);
    untold = 0;
    toldAt = time.monotonicNanos();
    toldBefore = true;
    return notice;
  }
}
