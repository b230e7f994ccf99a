package io.holdfast.engine.log;

import java.util.TreeSet;

/**
 * The sectors of a file that the disk refuses to read, each tried twice. Nothing is known of what
 * lies there: it may be what was confirmed. One thread.
 */
final class RefusedSectors {
  static final int SECTOR_BYTES = 4096;

  /** More in one file are no bad place of a disk, but a disk that does not read. */
  static final int FEW = 64;

  private final TreeSet<Long> sectors = new TreeSet<>();
  private final int most;

  /**
   * None yet.
   *
   * @param most behind so many the disk is not asked any more: each may take it seconds
   */
  RefusedSectors(int most) {
    this.most = most;
  }

  /** The sector with this byte is refused. */
  void add(long offset) {
    sectors.add(offset / SECTOR_BYTES);
  }

  boolean isEmpty() {
    return sectors.isEmpty();
  }

  /** Whether there are too many for all of them to be asked for. */
  boolean isMuch() {
    return sectors.size() > most;
  }

  /** Whether one has a byte from {@code from} on, below {@code to}. */
  boolean hasAny(long from, long to) {
    Long next = sectors.ceiling(from / SECTOR_BYTES);
    return from < to && next != null && next * SECTOR_BYTES < to;
  }

  /** Where the first one starts that reaches beyond {@code from}, at {@code from} at least. */
  long firstFrom(long from) {
    Long next = sectors.ceiling(from / SECTOR_BYTES);
    return next == null ? from : Math.max(from, next * SECTOR_BYTES);
  }

  /** Behind the last one, in a file of this size. */
  long end(long size) {
    return sectors.isEmpty() ? 0 : Math.min(size, (sectors.last() + 1) * SECTOR_BYTES);
  }
}
