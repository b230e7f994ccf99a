package io.holdfast.engine.log;

import io.holdfast.engine.storage.StorageFile;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Damaged bytes for whose copies there was no room when the log was opened. Until they are copied
 * their file stays in the log, and what follows it; what is older may go, which can be what makes
 * room. For one thread at a time.
 */
public final class WaitingCopies {
  private final Log log;
  private final Quarantine quarantine;
  private final Deque<Range> ranges = new ArrayDeque<>();
  private long mendTo = -1;

  /** Bytes of a file that stays open as long as it is in the log, and was called so. */
  private record Range(StorageFile file, String name, long offset, long length) {}

  WaitingCopies(Log log, Quarantine quarantine) {
    this.log = log;
    this.quarantine = quarantine;
  }

  /** Bytes that could not be copied. */
  void add(StorageFile file, String name, long offset, long length) {
    log.keep(file);
    ranges.add(new Range(file, name, offset, length));
  }

  /** Below this sequence the log is to be mended once all is copied. */
  void mendTo(long sequence) {
    mendTo = Math.max(mendTo, sequence);
  }

  /** Whether nothing waits. */
  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  /**
   * Copies what there is room for now, durably.
   *
   * @return whether all is copied, and files may go again
   */
  public boolean copy() throws IOException {
    for (Range next = ranges.peek(); next != null; next = ranges.peek()) {
      if (!quarantine.copy(next.file, next.name, next.offset, next.length)) {
        return false;
      }
      ranges.remove();
      if (ranges.isEmpty() || !ranges.peek().name.equals(next.name)) {
        log.letGo(next.file);
      }
    }
    return true;
  }

  /** See {@link Recovered#mendTo}; -1 when nothing waited that needs it. */
  public long mendTo() {
    return mendTo;
  }
}
