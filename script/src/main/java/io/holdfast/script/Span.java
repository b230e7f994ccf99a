package io.holdfast.script;

/**
 * A stretch of a source text.
 *
 * @param start the offset of its first char, from 0, in UTF-16 units as {@link String} counts
 * @param end the offset after its last char; equal to {@code start} for a place between two chars
 */
public record Span(int start, int end) {
  /**
   * Checks the order.
   *
   * @param start the first offset
   * @param end the offset after the last
   */
  public Span {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("not a span: " + start + ".." + end);
    }
  }

  /**
   * Returns the span from the beginning of this one to the end of another that does not lie before
   * it.
   *
   * @param last the other span
   * @return the span over both
   */
  public Span to(Span last) {
    return new Span(start, Math.max(end, last.end));
  }
}
