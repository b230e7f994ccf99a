package io.holdfast.engine.segment;

import java.io.IOException;

/** The disk refuses to read what a segment holds, which may all be there. */
public final class RefusedSegmentException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Segments segments;
  private final transient SegmentFile file;

  RefusedSegmentException(Segments segments, SegmentFile file, IOException refusal) {
    super(refusal.getMessage(), refusal);
    this.segments = segments;
    this.file = file;
  }

  /** Whether it would count now: see {@link #count}. */
  public boolean isDue(long now) {
    return segments.isRefusalDue(file, now);
  }

  /**
   * Counts this against the segment: what lies behind it must not wait for a bad sector for ever.
   *
   * @param now monotonic; refusals one right after the other are one
   * @param reads how many reads of the same disk have worked so far
   */
  public void count(long now, long reads) {
    segments.countRefusal(file, now, reads, String.valueOf(getMessage()));
  }
}
