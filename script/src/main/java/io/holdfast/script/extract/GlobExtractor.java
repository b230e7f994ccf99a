package io.holdfast.script.extract;

import io.holdfast.script.Value;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * {@code glob|foo*|}: whether a string matches a pattern, in which {@code *} stands for anything,
 * {@code ?} for one character, {@code [a-z]} or {@code [!a-z]} for one of some, and {@code **} as a
 * whole part of a path for any number of parts, also none.
 */
final class GlobExtractor {
  private GlobExtractor() {}

  /** A piece of the pattern. */
  private sealed interface Piece {
    /**
     * One character.
     *
     * @param test what it must be
     */
    record One(IntPredicate test) implements Piece {}

    /** Any number of characters. */
    record Any() implements Piece {}

    /** Any number of characters, the last of them a slash unless it is the end. */
    record Parts() implements Piece {}
  }

  static Extractor of(String pattern) {
    List<Piece> pieces = pieces(pattern.codePoints().toArray());
    boolean isPath = pieces.stream().anyMatch(Piece.Parts.class::isInstance);
    return (text, _) -> {
      int[] characters = text.codePoints().toArray();
      boolean fits = isPath ? matchesPath(pieces, characters) : matches(pieces, characters);
      return fits ? Value.TRUE : null;
    };
  }

  private static List<Piece> pieces(int[] pattern) {
    List<Piece> pieces = new ArrayList<>();
    for (int i = 0; i < pattern.length; i++) {
      int c = pattern[i];
      switch (c) {
        case '*' -> {
          int end = i;
          while (end < pattern.length && pattern[end] == '*') {
            end++;
          }
          pieces.add(stars(pattern, i, end));
          // The slash behind is a part of it.
          i = end - i == 2 ? end : end - 1;
        }
        case '?' -> pieces.add(new Piece.One(_ -> true));
        case '[' -> {
          int end = endOfSet(pattern, i);
          pieces.add(new Piece.One(set(pattern, i + 1, end)));
          i = end;
        }
        default -> pieces.add(new Piece.One(other -> other == c));
      }
    }
    return pieces;
  }

  private static Piece stars(int[] pattern, int start, int end) {
    if (end - start == 1) {
      return new Piece.Any();
    }
    boolean begins = start == 0 || pattern[start - 1] == '/';
    boolean ends = end == pattern.length || pattern[end] == '/';
    if (end - start > 2 || !begins || !ends) {
      throw new BadPattern("`**` must be a whole part of a path, and there is nothing like `***`");
    }
    return new Piece.Parts();
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
      Piece next = piece < pieces.size() ? pieces.get(piece) : null;
      if (next instanceof Piece.Any) {
        star = piece++;
        starAt = at;
      } else if (next instanceof Piece.One(IntPredicate test) && test.test(text[at])) {
        piece++;
        at++;
      } else if (star >= 0) {
        piece = star + 1;
        at = ++starAt;
      } else {
        return false;
      }
    }
    while (piece < pieces.size() && pieces.get(piece) instanceof Piece.Any) {
      piece++;
    }
    return piece == pieces.size();
  }

  /** Keeps all places that the pieces so far may have led to. */
  private static boolean matchesPath(List<Piece> pieces, int[] text) {
    BitSet places = new BitSet();
    places.set(0);
    for (int i = 0; i < pieces.size() && !places.isEmpty(); i++) {
      BitSet next = new BitSet();
      int first = places.nextSetBit(0);
      switch (pieces.get(i)) {
        case Piece.One(IntPredicate test) -> {
          for (int at = first; at >= 0; at = places.nextSetBit(at + 1)) {
            next.set(at + 1, at < text.length && test.test(text[at]));
          }
        }
        case Piece.Any _ -> next.set(first, text.length + 1);
        case Piece.Parts _ -> {
          next.or(places);
          for (int at = first; at < text.length; at++) {
            boolean isEnd = at + 1 == text.length && i + 1 == pieces.size();
            if (text[at] == '/' || isEnd) {
              next.set(at + 1);
            }
          }
        }
      }
      places = next;
    }
    return places.get(text.length);
  }
}
