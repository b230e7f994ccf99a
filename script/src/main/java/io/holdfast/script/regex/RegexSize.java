package io.holdfast.script.regex;

/**
 * How large an expression becomes when its counted repetitions are written out, as RE2 does: three
 * of them within each other are a thousand million steps. Read loosely; what is no expression is
 * left to whoever compiles it.
 */
final class RegexSize {
  private static final int MAX_STEPS = 100_000;

  /** What an unclosed group would take; more are nested by nobody. */
  private static final int MAX_DEPTH = 1000;

  private final String text;
  private final long[] outer = new long[MAX_DEPTH];
  private int depth;
  private int at;
  private long steps;
  private long last;

  private RegexSize(String text) {
    this.text = text;
  }

  /**
   * Checks an expression.
   *
   * @throws IllegalArgumentException if it is too large or nested too deeply
   */
  static void check(String text) {
    RegexSize size = new RegexSize(text);
    while (size.at < text.length()) {
      size.next();
      if (size.steps > MAX_STEPS) {
        throw new IllegalArgumentException(
            "its repetitions make an expression of more than "
                + MAX_STEPS
                + " steps; repeat less often");
      }
    }
  }

  private void next() {
    char c = text.charAt(at++);
    switch (c) {
      case '\\' -> {
        escape();
        add(1);
      }
      case '[' -> {
        set();
        add(1);
      }
      case '(' -> open();
      case ')' -> {
        long group = steps + 2;
        steps = depth == 0 ? 0 : outer[--depth];
        add(group);
      }
      case '{' -> repeat();
      case '*', '+', '?' -> {}
      default -> add(1);
    }
  }

  private void add(long more) {
    last = more;
    steps += more;
  }

  private void open() {
    if (depth == MAX_DEPTH) {
      throw new IllegalArgumentException("groups are nested deeper than " + MAX_DEPTH);
    }
    outer[depth++] = steps;
    steps = 0;
    last = 0;
  }

  private void escape() {
    boolean braced = at + 1 < text.length() && text.charAt(at + 1) == '{';
    int end = braced ? text.indexOf('}', at) : -1;
    at = braced && "xpP".indexOf(text.charAt(at)) >= 0 && end > 0 ? end + 1 : at + 1;
  }

  private void set() {
    at += text.startsWith("^", at) ? 1 : 0;
    at += text.startsWith("]", at) ? 1 : 0;
    while (at < text.length() && text.charAt(at) != ']') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    at++;
  }

  /** A count in braces; other braces are characters. */
  private void repeat() {
    int end = text.indexOf('}', at);
    String count = end < 0 ? "" : text.substring(at, end);
    if (!count.matches("\\d{1,4}(,\\d{0,4})?")) {
      add(1);
      return;
    }
    long most = 1;
    for (String number : count.split(",", -1)) {
      most = Math.max(most, number.isEmpty() ? 1 : Long.parseLong(number));
    }
    steps += last * (most - 1);
    last *= most;
    at = end + 1;
  }
}
