package io.holdfast.pipeline.config;

import java.util.Collection;
import java.util.Optional;

/** Finds the name that was probably meant. */
public final class DidYouMean {
  private DidYouMean() {}

  /**
   * The known name that is nearest to what was written, when it is near: at most a third of the
   * letters differ (at least one may), transposed neighbours counting as one difference.
   *
   * @param written what the person wrote
   * @param known what would have been right
   */
  public static Optional<String> nearest(String written, Collection<String> known) {
    int best = Math.max(1, written.length() / 3) + 1;
    String nearest = null;
    for (String name : known) {
      int distance = distance(written, name);
      if (distance < best) {
        best = distance;
        nearest = name;
      }
    }
    return Optional.ofNullable(nearest);
  }

  /**
   * The end of a message about an unknown name: the nearest one as a question, else the list of
   * all.
   *
   * @param written what the person wrote
   * @param known what would have been right
   */
  public static String hint(String written, Collection<String> known) {
    return nearest(written, known)
        .map(name -> "did you mean '" + name + "'?")
        .orElseGet(
            () ->
                known.isEmpty()
                    ? "there is none to choose from"
                    : "known: " + String.join(", ", known));
  }

  private static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int least =
            Math.min(cost[i - 1][j - 1] + change, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          least = Math.min(least, cost[i - 2][j - 2] + 1);
        }
        cost[i][j] = least;
      }
    }
    return cost[a.length()][b.length()];
  }
}
