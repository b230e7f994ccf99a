package io.holdfast.script.operation;

import io.holdfast.script.Value;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Numbers written in strings. */
public final class NumberText {
  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]++");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(?:[0-9]++\\.?+[0-9]*+|\\.[0-9]++)(?:[eE][+-]?[0-9]++)?");

  private static final Pattern NAMED =
      Pattern.compile("([+-]?)(?:(inf(?:inity)?)|nan)", Pattern.CASE_INSENSITIVE);

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
   * Returns the integer that a text is in decimal digits, if it is not negative.
   *
   * @param text the text
   * @return the integer, or null if it is none of 64 bits without a sign
   */
  public static @Nullable Value unsigned(String text) {
    if (!INTEGER.matcher(text).matches() || text.startsWith("-")) {
      return null;
    }
    try {
      return Value.ofUnsigned(Long.parseUnsignedLong(text));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /**
   * Returns the float that a text is, with or without point and exponent; {@code inf}, {@code
   * infinity} and {@code nan} are floats, too.
   *
   * @param text the text
   * @return the float, or null if it is none
   */
  public static @Nullable Value real(String text) {
    if (NUMBER.matcher(text).matches()) {
      return Value.of(Double.parseDouble(text));
    }
    Matcher named = NAMED.matcher(text);
    if (!named.matches()) {
      return null;
    }
    double value = named.group(2) == null ? Double.NaN : Double.POSITIVE_INFINITY;
    return Value.of("-".equals(named.group(1)) ? -value : value);
  }
}
