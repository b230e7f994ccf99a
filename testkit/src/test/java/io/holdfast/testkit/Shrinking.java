package io.holdfast.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Finds a short list that fails like a long one, by leaving parts out, for a limited time. */
final class Shrinking {
  private static final Duration MOST = Duration.ofSeconds(20);

  private Shrinking() {}

  /**
   * A list that fails too: one from which nothing can be left out, or, when the time ends before,
   * the shortest that was found by then.
   *
   * @param fails whether a list still shows the failure
   */
  static <T> List<T> shrink(List<T> list, Predicate<List<T>> fails) {
    Instant end = Instant.now().plus(MOST);
    List<T> best = list;
    for (int part = Math.max(1, list.size() / 2); part >= 1; part /= 2) {
      boolean shorter = true;
      while (shorter) {
        shorter = false;
        for (int at = best.size() - part; at >= 0 && Instant.now().isBefore(end); at -= part) {
          List<T> less = new ArrayList<>(best.subList(0, at));
          less.addAll(best.subList(at + part, best.size()));
          if (fails.test(less)) {
            best = less;
            shorter = true;
          }
        }
      }
    }
    return best;
  }
}
