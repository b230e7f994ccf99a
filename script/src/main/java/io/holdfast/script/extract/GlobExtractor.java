package io.holdfast.script.extract;

import io.holdfast.script.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code glob|foo*|}: whether a string matches a pattern, in which {@code *} stands for anything,
 * {@code ?} for one character, and {@code [a-z]} or {@code [!a-z]} for one of some.
 */
final class GlobExtractor {
  private GlobExtractor() {}

  /**
   * A piece of the pattern.
   *
   * @param one what one character must be, or null for any number of characters
   */
  private record Piece(@Nullable IntPredicate one) {}

  static Extractor of(String pattern) {
    List<Piece> pieces = pieces(pattern.codePoints().toArray());
    return (text, _) -> matches(pieces, text.codePoints().toArray()) ? Value.TRUE : null;
  }

  private static List<Piece> pieces(int[] pattern) {
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < pattern.length; i++) {
      int c = pattern[i];
      switch (c) {
        case '*' -> pieces.add(new Piece(null));
        case '?' -> pieces.add(new Piece(_ -> true));
        case '[' -> {
          int end = endOfSet(pattern, i);
          pieces.add(new Piece(set(pattern, i + 1, end)));
          i = end;
        }
        default -> pieces.add(new Piece(other -> other == c));
      }
    }
    return pieces;
  }

  private static int endOfSet(int[] pattern, int start) {
    // A bracket that comes first is one of the set.
    int first = start + 1 < pattern.length && pattern[start + 1] == '!' ? start + 2 : start + 1;
    for (int i = first + 1; i < pattern.length; i++) {
      if (pattern[i] == ']') {
        return i;
      }
    }
    throw new BadPattern("a `[` has no closing `]`");
  }

  private static IntPredicate set(int[] pattern, int start, int end) {
    boolean negated = pattern[start] == '!';
    IntPredicate any = _ -> false;
    int i = negated ? start + 1 : start;
    while (i < end) {
      boolean range = i + 2 < end && pattern[i + 1] == '-';
      int low = pattern[i];
      int high = range ? pattern[i + 2] : low;
      any = any.or(c -> c >= low && c <= high);
      i += range ? 3 : 1;
    }
    return negated ? any.negate() : any;
  }

  /** Goes back only to the last star, so the time is bounded by the product of the lengths. */
  private static boolean matches(List<Piece> pieces, int[] text) {
    int piece = 0;
    int at = 0;
    int star = -1;
    int starAt = 0;
    while (at < text.length) {
      IntPredicate one = piece < pieces.size() ? pieces.get(piece).one() : _ -> false;
      if (one == null) {
        star = piece++;
        starAt = at;
      } else if (one.test(text[at])) {
        piece++;
        at++;
      } else if (star >= 0) {
        piece = star + 1;
        at = ++starAt;
      } else {
        return false;
      }
    }
    while (piece < pieces.size() && pieces.get(piece).one() == null) {
      piece++;
    }
    return piece == pieces.size();
  }
}
