package io.holdfast.engine.segment;

import io.holdfast.engine.ipc.MalformedIpcException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads what no checksum confirms: one read alone may have gone wrong, so it is believed when two
 * in a row say the same. That something is damaged is said as well.
 */
final class SaidTwice {
  /** A disk that says something else each time says nothing. */
  private static final int LOOKS = 6;

  private SaidTwice() {}

  /** One look at the disk, of which two can be compared. */
  interface Look<T> {
    T take() throws IOException;
  }

  /** No two looks in a row have said the same. */
  static final class NeverException extends IOException {
    private static final long serialVersionUID = 1L;

    private NeverException() {
      super("the disk never says the same twice");
    }
  }

  /** What two looks have said. */
  static <T> T of(Look<T> look) throws IOException {
    return after(null, look);
  }

  /**
   * As {@link #of}, after a first look.
   *
   * @throws DamagedSegmentException or {@link MalformedIpcException} when two looks have found that
   * @throws NeverException when no two have said the same
   * @throws IOException when the disk refuses
   */
  static <T> T after(@Nullable T first, Look<T> look) throws IOException {
    T before = first;
    boolean damaged = false;
    for (int i = 0; i < LOOKS; i++) {
      try {
        T now = look.take();
        if (now.equals(before)) {
          return now;
        }
        before = now;
        damaged = false;
      } catch (DamagedSegmentException | MalformedIpcException damage) {
        if (damaged) {
          throw damage;
        }
        before = null;
        damaged = true;
      }
    }
    throw new NeverException();
  }
}
