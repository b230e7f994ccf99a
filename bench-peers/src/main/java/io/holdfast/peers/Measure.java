package io.holdfast.peers;

import java.util.Locale;

/** What a run comes to. */
enum Measure {
  /** Records that were appended, or delivered, in a second by all together. */
  PER_SECOND("per second", true, true),
  /** What half of the appends took at most, in nanoseconds. */
  P50_NANOS("p50", false, true),
  /** What 99 of 100 appends took at most, in nanoseconds. */
  P99_NANOS("p99", false, false),
  /** Bytes that reached the block device for each byte of a record. */
  WRITTEN_PER_BYTE("written per byte", false, true),
  /** From the opening of a store until the first record was read, in nanoseconds. */
  RESTART_NANOS("restart", false, true),
  /** Records taken and acked in a second, after the first. */
  DRAINED_PER_SECOND("drained per second", true, true),
  /** From the opening of a store until all records were taken and acked, in nanoseconds. */
  WHOLE_NANOS("restart and drain", false, true),
  /** Calls of {@code fdatasync} for each append. */
  FDATASYNC("fdatasync", false, false),
  /** Calls of {@code fsync} for each append. */
  FSYNC("fsync", false, false),
  /** Calls of {@code msync} that wait for the disk, for each append. */
  MSYNC("msync", false, false),
  /** Writes to files that were opened so that a write syncs, for each append. */
  SYNCED_WRITE("synced writes", false, false),
  /** Calls of {@code io_submit}, which start writes that the program hears of later. */
  IO_SUBMIT("io_submit", false, false);

  private final String title;
  private final boolean more;
  private final boolean compared;

  Measure(String title, boolean more, boolean compared) {
    this.title = title;
    this.more = more;
    this.compared = compared;
  }

  String title() {
    return title;
  }

  /** Whether a table says how ours compares. */
  boolean isCompared() {
    return compared;
  }

  /** How many times better ours is. */
  double ratio(double ours, double its) {
    return more ? ours / its : its / ours;
  }

  /** The unit that a plot shows, behind a title. */
  String unit() {
    return this == RESTART_NANOS || this == WHOLE_NANOS ? ", in milliseconds" : "";
  }

  /** What a value is multiplied by for that unit. */
  double scale() {
    return this == RESTART_NANOS || this == WHOLE_NANOS ? 1e-6 : 1;
  }

  /** A value with its unit. */
  String text(double value) {
    return switch (this) {
      case PER_SECOND, DRAINED_PER_SECOND -> String.format(Locale.ROOT, "%,.0f", value);
      case P50_NANOS, P99_NANOS -> String.format(Locale.ROOT, "%,.0f us", value / 1e3);
      case RESTART_NANOS, WHOLE_NANOS -> String.format(Locale.ROOT, "%,.1f ms", value / 1e6);
      case WRITTEN_PER_BYTE, FDATASYNC, FSYNC, MSYNC, SYNCED_WRITE, IO_SUBMIT ->
          String.format(Locale.ROOT, "%.2f", value);
    };
  }
}
