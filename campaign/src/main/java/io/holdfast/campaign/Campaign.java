package io.holdfast.campaign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * What long runs tell when they have found nothing missing or wrong. Each adds its row to the book,
 * and the sums are written anew; without {@code -Dholdfast.record} nothing is written. Several
 * processes may do so at once.
 */
public final class Campaign {
  private Campaign() {}

  /**
   * Bundles or events were accepted, and deliveries compared with them.
   *
   * @param what was done, in words
   * @param times how often
   */
  public static void ran(
      Subject subject, String what, long times, long confirmed, long checked, long seed) {
    record(subject, what, times, confirmed, checked, String.valueOf(seed));
  }

  /**
   * Something was done that accepts nothing and has no seed.
   *
   * @param what was done, in words, with the unit of {@code times}
   */
  public static void ran(Subject subject, String what, long times) {
    record(subject, what, times, 0, 0, "-");
  }

  private static void record(
      Subject subject, String what, long times, long confirmed, long checked, String seed) {
    if (System.getProperty("holdfast.record") == null) {
      return;
    }
    try {
      Path root = Book.root();
      String day = LocalDate.now(ZoneOffset.UTC).toString();
      String tested = Run.subject(subject, subject.hash(root));
      Book.add(
          root.resolve(Book.PLACE), new Run(day, what, times, confirmed, checked, seed, tested));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
