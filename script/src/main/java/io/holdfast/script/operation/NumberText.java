package io.holdfast.script.operation;

import io.holdfast.script.Value;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Numbers written in strings. */
public final class NumberText {
  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]++");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(?:[0-9]++\\.?+[0-9]*+|\\.[0-9]++)(?:[eE][+-]?[0-9]++)?");

  private NumberText() {}

  /**
   * Returns the integer that a text is in decimal digits.
   *
   * @param text the text
   * @return the integer, or null if it is none of 64 bits with a sign
   */
  public static @Nullable Value integer(String text) {
    if (!INTEGER.matcher(text).matches()) {
      return null;
    }
    try {
      return Value.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /**
   * Returns the float that a text is, with or without point and exponent.
   *
   * @param text the text
   * @return the float, or null if it is none
   */
  public static @Nullable Value real(String text) {
    return NUMBER.matcher(text).matches() ? Value.of(Double.parseDouble(text)) : null;
  }
}
