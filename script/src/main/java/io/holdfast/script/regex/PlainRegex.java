package io.holdfast.script.regex;

import java.util.BitSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds those expressions in which, over ASCII, backtracking finds what RE2 finds: characters,
 * classes, groups and alternatives, where only a character or a class is repeated. They are most
 * that are written, and found much sooner so.
 *
 * <p>No alternative and nothing optional matches the empty text: so at each step a character is
 * looked at, and a bound on the steps is one on the time, also at the end of the text.
 */
final class PlainRegex {
  private static final int MAX_LENGTH = 1000;
  private static final int MAX_DEPTH = 50;
  private static final int ASCII = 128;

  private static final BitSet DIGITS = range('0', '9');
  private static final BitSet WORD = word();
  private static final BitSet SPACES = spaces();

  /** A count of repetitions; with a zero before it, it is characters. */
  private static final Pattern COUNT =
      Pattern.compile("\\{(?:0|[1-9][0-9]{0,2})(?:,(?:0|[1-9][0-9]{0,2})?)?\\}");

  private final String text;
  private final StringBuilder plain = new StringBuilder();
  private int at;
  private int depth;

  private PlainRegex(String text) {
    this.text = text;
  }

  /** What is not plain, which is no error. */
  private static final class NotPlain extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotPlain() {
      super(null, null, false, false);
    }
  }

  /**
   * Returns the pattern that finds in ASCII what an expression of RE2 finds, or null if it is not
   * plain. Its groups have the same numbers.
   *
   * @param text a valid expression
   */
  static @Nullable Pattern of(String text) {
    if (text.length() > MAX_LENGTH) {
      return null;
    }
    PlainRegex regex = new PlainRegex(text);
    try {
      regex.alternatives();
      return regex.isAtEnd() ? Pattern.compile(regex.plain.toString()) : null;
    } catch (NotPlain no) {
      return null;
    }
  }

  private static BitSet range(int first, int last) {
    BitSet set = new BitSet(ASCII);
    set.set(first, last + 1);
    return set;
  }

  private static BitSet word() {
    BitSet word = range('0', '9');
    word.or(range('A', 'Z'));
    word.or(range('a', 'z'));
    word.set('_');
    return word;
  }

  private static BitSet spaces() {
    BitSet spaces = range('\t', '\r');
    spaces.set(' ');
    return spaces;
  }

  private static BitSet not(BitSet set) {
    BitSet others = range(0, ASCII - 1);
    others.andNot(set);
    return others;
  }

  private boolean isAtEnd() {
    return at == text.length();
  }

  private char next() {
    if (isAtEnd()) {
      throw new NotPlain();
    }
    return text.charAt(at++);
  }

  private boolean skip(String expected) {
    boolean isThere = text.startsWith(expected, at);
    at += isThere ? expected.length() : 0;
    return isThere;
  }

  /** Returns whether the empty text matches. */
  private boolean alternatives() {
    boolean isEmpty = sequence();
    while (skip("|")) {
      plain.append('|');
      if (sequence() || isEmpty) {
        throw new NotPlain();
      }
    }
    return isEmpty;
  }

  private boolean sequence() {
    boolean isEmpty = true;
    while (!isAtEnd() && text.charAt(at) != '|' && text.charAt(at) != ')') {
      isEmpty &= part();
    }
    return isEmpty;
  }

  private boolean part() {
    char c = next();
    return switch (c) {
      case '(' -> group();
      case '^' -> place("\\A");
      case '$' -> place("\\z");
      case '.' -> repeated(not(range('\n', '\n')));
      case '[' -> repeated(set());
      case '\\' -> repeated(escape());
      case '*', '+', '?', '{' -> throw new NotPlain();
      default -> repeated(single(c));
    };
  }

  private static BitSet single(char c) {
    if (c >= ASCII) {
      throw new NotPlain();
    }
    return range(c, c);
  }

  /** Adds a place, which has no width; a repetition of it is no part that is known. */
  private boolean place(String assertion) {
    plain.append(assertion);
    return true;
  }

  private boolean group() {
    if (++depth > MAX_DEPTH) {
      throw new NotPlain();
    }
    boolean isCounted = !skip("?:");
    if (isCounted && (skip("?P<") || skip("?<"))) {
      at = text.indexOf('>', at) + 1;
    }
    plain.append(isCounted ? "(" : "(?:");
    boolean isEmpty = alternatives();
    if (next() != ')') {
      throw new NotPlain();
    }
    plain.append(')');
    depth--;
    if (!skip("?")) {
      return isEmpty;
    }
    if (isEmpty) {
      throw new NotPlain();
    }
    plain.append('?');
    lazily();
    return true;
  }

  private void lazily() {
    if (skip("?")) {
      plain.append('?');
    }
  }

  /** Adds one character of a set, as often as what follows says. */
  private boolean repeated(BitSet set) {
    add(set);
    int begin = at;
    if (!skip("*") && !skip("+") && !skip("?") && !skipCount()) {
      return false;
    }
    String repetition = text.substring(begin, at);
    plain.append(repetition);
    lazily();
    return !repetition.equals("+") && (!repetition.startsWith("{") || repetition.startsWith("{0"));
  }

  private boolean skipCount() {
    var count = COUNT.matcher(text).region(at, text.length());
    boolean isThere = count.lookingAt();
    at = isThere ? count.end() : at;
    return isThere;
  }

  private void add(BitSet set) {
    if (set.isEmpty()) {
      throw new NotPlain();
    }
    int first = set.nextSetBit(0);
    int last = set.length() - 1;
    if (first == last) {
      add(first);
      return;
    }
    plain.append('[');
    if (set.cardinality() == last - first + 1) {
      add(first);
      plain.append('-');
      add(last);
    } else {
      // The JDK looks characters up in a table, but goes from range to range.
      set.stream().forEach(this::add);
    }
    plain.append(']');
  }

  private void add(int c) {
    plain
        .append("\\x")
        .append(Character.forDigit(c >> 4, 16))
        .append(Character.forDigit(c & 15, 16));
  }

  private BitSet escape() {
    char c = next();
    return switch (c) {
      case 'd' -> DIGITS;
      case 'D' -> not(DIGITS);
      case 'w' -> WORD;
      case 'W' -> not(WORD);
      case 's' -> SPACES;
      case 'S' -> not(SPACES);
      case 'n' -> single('\n');
      case 'r' -> single('\r');
      case 't' -> single('\t');
      default -> {
        if (c < ' ' || WORD.get(c)) {
          throw new NotPlain();
        }
        yield single(c);
      }
    };
  }

  private BitSet set() {
    boolean isNegated = skip("^");
    if (text.startsWith("]", at)) {
      throw new NotPlain();
    }
    BitSet set = new BitSet(ASCII);
    while (!skip("]")) {
      BitSet from = member();
      boolean isRange = text.startsWith("-", at) && !text.startsWith("-]", at);
      if (!isRange) {
        set.or(from);
        continue;
      }
      at++;
      BitSet to = member();
      if (from.cardinality() != 1 || to.cardinality() != 1 || from.length() > to.length()) {
        throw new NotPlain();
      }
      set.set(from.length() - 1, to.length());
    }
    return isNegated ? not(set) : set;
  }

  private BitSet member() {
    char c = next();
    return switch (c) {
      case '[' -> throw new NotPlain();
      case '\\' -> escape();
      default -> single(c);
    };
  }
}
