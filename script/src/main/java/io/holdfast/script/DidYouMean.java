package io.holdfast.script;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** Finds the name that a writer probably meant. */
public final class DidYouMean {
  /** Nobody means a longer name, and comparing takes the square of it. */
  private static final int LONGEST = 100;

  private DidYouMean() {}

  /**
   * Returns the known name that is closest to one that is unknown.
   *
   * @param written the unknown name
   * @param known the names that exist
   * @return the closest, or nothing if none is close: more than a third of its letters differ
   */
  public static Optional<String> closest(String written, Iterable<String> known) {
    if (written.length() > LONGEST) {
      return Optional.empty();
    }
    String wanted = written.toLowerCase(Locale.ROOT);
    record Candidate(String name, int distance) {}
    return StreamSupport.stream(known.spliterator(), false)
        .filter(name -> name.length() <= LONGEST)
        .map(name -> new Candidate(name, difference(wanted, name.toLowerCase(Locale.ROOT))))
        .filter(
            it -> it.distance() <= Math.max(1, Math.max(wanted.length(), it.name().length()) / 3))
        .min(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
        .map(Candidate::name);
  }

  /**
   * Returns a hint for an unknown name.
   *
   * @param written the unknown name
   * @param known the names that exist
   * @return {@code did you mean `name`?}, or nothing if no name is close
   */
  public static Optional<String> hint(String written, Iterable<String> known) {
    return closest(written, known).map(name -> "did you mean `" + name + "`?");
  }

  /** A name that is cut short, or goes on, is nearly right. */
  private static int difference(String a, String b) {
    boolean prefix = Math.min(a.length(), b.length()) >= 3 && (a.startsWith(b) || b.startsWith(a));
    return prefix ? 1 : distance(a, b);
  }

  /** Counts insertions, removals, replacements and swaps of neighbours. */
  private static int distance(String a, String b) {
    int[][] rows = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          rows[i][j] = i + j;
          continue;
        }
        int replaced = rows[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replaced, Math.min(rows[i - 1][j], rows[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          best = Math.min(best, rows[i - 2][j - 2] + 1);
        }
        rows[i][j] = best;
      }
    }
    return rows[a.length()][b.length()];
  }
}
