package io.holdfast.script.syntax;

import io.holdfast.script.Span;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A name as written.
 *
 * @param text the name, without quotes
 * @param span where it is
 */
public record Name(String text, Span span) {
  /**
   * Joins the parts of a qualified name.
   *
   * @param path the parts
   * @return {@code a::b::c}
   */
  public static String join(List<Name> path) {
    return path.stream().map(Name::text).collect(Collectors.joining("::"));
  }
}
