package io.holdfast.script;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong, or odd, at one place of a source.
 *
 * @param severity whether it stops the load
 * @param source where it was found
 * @param span the place; its beginning is what the message names
 * @param message what is wrong, one line
 * @param hint a way out, one line, or null
 */
public record Diagnostic(
    Severity severity, SourceFile source, Span span, String message, @Nullable String hint) {

  /** Data can be part of a message, and data can be long. In chars. */
  private static final int LONGEST = 500;

  /**
   * Makes the message one line of bounded length, whatever data it quotes.
   *
   * @param severity whether it stops the load
   * @param source where it was found
   * @param span the place
   * @param message what is wrong
   * @param hint a way out, or null
   */
  public Diagnostic {
    message = oneLine(message);
    hint = hint == null ? null : oneLine(hint);
  }

  private static String oneLine(String text) {
    String cut = text;
    if (text.length() > LONGEST) {
      int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
      cut = text.substring(0, end) + "…";
    }
    return cut.chars().anyMatch(Character::isISOControl) ? cut.replaceAll("\\p{Cc}", " ") : cut;
  }

  /** What a diagnostic means for the load. */
  public enum Severity {
    /** The source is refused. */
    ERROR,
    /** The source is taken; the author may want to look. */
    WARNING
  }

  /**
   * Returns an error.
   *
   * @param source the source
   * @param span the place
   * @param message what is wrong
   * @param hint a way out, or null
   * @return the diagnostic
   */
  public static Diagnostic error(
      SourceFile source, Span span, String message, @Nullable String hint) {
    return new Diagnostic(Severity.ERROR, source, span, message, hint);
  }

  /**
   * Returns a warning.
   *
   * @param source the source
   * @param span the place
   * @param message what is odd
   * @param hint a way out, or null
   * @return the diagnostic
   */
  public static Diagnostic warning(
      SourceFile source, Span span, String message, @Nullable String hint) {
    return new Diagnostic(Severity.WARNING, source, span, message, hint);
  }

  /**
   * Returns the line of the place.
   *
   * @return the line, from 1
   */
  public int line() {
    return source.line(span.start());
  }

  /**
   * Returns the column of the place.
   *
   * @return the column, from 1, in code points
   */
  public int column() {
    return source.column(span.start());
  }

  /**
   * Returns the diagnostic as one line.
   *
   * @return {@code NAME:LINE:COLUMN: error: message}
   */
  public String header() {
    return source.name()
        + ":"
        + line()
        + ":"
        + column()
        + ": "
        + severity.name().toLowerCase(Locale.ROOT)
        + ": "
        + message;
  }

  /**
   * Returns the diagnostic as a person wants to see it: the header, the line of the source with
   * carets under the place, and the hint.
   *
   * @return several lines, without a line break at the end
   */
  public String render() {
    return Excerpt.render(this);
  }
}
