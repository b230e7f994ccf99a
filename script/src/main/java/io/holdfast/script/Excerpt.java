package io.holdfast.script;

/** Shows a diagnostic within its source. */
final class Excerpt {
  /** Longer lines are cut around the place. In chars. */
  private static final int WIDTH = 160;

  private static final int BEFORE = 60;

  private Excerpt() {}

  static String render(Diagnostic diagnostic) {
    SourceFile source = diagnostic.source();
    int line = diagnostic.line();
    String text = source.lineText(line);
    int lineStart = diagnostic.span().start() - charsBefore(diagnostic, text);
    int from = Math.min(diagnostic.span().start() - lineStart, text.length());
    int to = Math.clamp(diagnostic.span().end() - lineStart, from, text.length());
    int cutStart = text.length() <= WIDTH ? 0 : Math.max(0, from - BEFORE);
    int cutEnd = Math.min(text.length(), cutStart + WIDTH);
    String shown = text.substring(cutStart, cutEnd);

    String number = Integer.toString(line);
    String margin = " ".repeat(number.length());
    StringBuilder out = new StringBuilder(diagnostic.header());
    out.append('\n').append(number).append(" | ").append(shown);
    out.append('\n').append(margin).append(" | ");
    out.append(blank(text.substring(cutStart, from)));
    int visibleEnd = Math.min(to, cutEnd);
    int carets = text.codePointCount(from, Math.max(from, visibleEnd));
    out.repeat('^', Math.max(1, carets));
    String hint = diagnostic.hint();
    if (hint != null) {
      out.append('\n').append(margin).append(" = ").append(hint);
    }
    return out.toString();
  }

  private static int charsBefore(Diagnostic diagnostic, String text) {
    int column = diagnostic.column();
    // Beyond the end of the line's text, where a line break is, a char is a code point.
    int codePoints = text.codePointCount(0, text.length());
    return column - 1 <= codePoints
        ? text.offsetByCodePoints(0, column - 1)
        : text.length() + (column - 1 - codePoints);
  }

  /** Blanks that are as wide as the text: tabs stay tabs. */
  private static String blank(String text) {
    StringBuilder blanks = new StringBuilder();
    text.codePoints().forEach(c -> blanks.append(c == '\t' ? '\t' : ' '));
    return blanks.toString();
  }
}
