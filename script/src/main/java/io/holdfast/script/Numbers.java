package io.holdfast.script;

import java.math.BigDecimal;

/** How numbers are written: shortest digits that read back as the same float, always a point. */
final class Numbers {
  /**
   * From this many digits before the point on, and from so many zeros after it, an exponent is
   * shorter.
   */
  private static final int LARGEST_PLAIN_EXPONENT = 16;

  private static final int SMALLEST_PLAIN_EXPONENT = -5;

  /** Between these, Java writes a float without an exponent, as it is wanted here. */
  private static final double SMALLEST_SIMPLE = 1e-3;

  private static final double LARGEST_SIMPLE = 1e7;

  private Numbers() {}

  static String format(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "Infinity" : "-Infinity";
    }
    if (value == 0) {
      return 1 / value > 0 ? "0.0" : "-0.0";
    }
    double magnitude = Math.abs(value);
    if (magnitude >= SMALLEST_SIMPLE && magnitude < LARGEST_SIMPLE) {
      return Double.toString(value);
    }
    BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    String digits = decimal.unscaledValue().abs().toString();
    String sign = value < 0 ? "-" : "";
    // The value is 0.DIGITS × 10^point.
    int point = digits.length() - decimal.scale();
    if (point > SMALLEST_PLAIN_EXPONENT && point <= 0) {
      return sign + "0." + "0".repeat(-point) + digits;
    }
    if (point > 0 && point <= LARGEST_PLAIN_EXPONENT) {
      return digits.length() <= point
          ? sign + digits + "0".repeat(point - digits.length()) + ".0"
          : sign + digits.substring(0, point) + "." + digits.substring(point);
    }
    String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
    return sign + digits.charAt(0) + fraction + "e" + (point - 1);
  }
}
