package io.holdfast.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Values of several magnitudes on a stretch of a picture: whole powers of ten at both ends.
 *
 * @param from the power of ten where it begins
 * @param to the power of ten where it ends
 * @param start the place of the one in the picture
 * @param end the place of the other
 */
record LogScale(int from, int to, double start, double end) {
  private static final String[] THOUSANDS = {"n", "u", "m", "", "k", "M", "G", "T"};
  private static final int ONES = 3;

  /** One that has room for values above zero; others have no place on it. */
  static LogScale of(double low, double high, double start, double end) {
    int from = (int) Math.floor(Math.log10(low));
    int to = Math.max(from + 1, (int) Math.ceil(Math.log10(high)));
    return new LogScale(from, to, start, end);
  }

  /** Where a value lies. */
  double at(double value) {
    return start + (Math.log10(value) - from) / (to - from) * (end - start);
  }

  /** The powers of ten. */
  List<Double> marks() {
    List<Double> marks = new ArrayList<>();
    for (int power = from; power <= to; power++) {
      marks.add(Math.pow(10, power));
    }
    return marks;
  }

  /** A value in few letters: {@code 250}, {@code 12k}, {@code 3.4M}. */
  static String text(double value) {
    double rest = value;
    int unit = ONES;
    while (rest >= 999.5 && unit < THOUSANDS.length - 1) {
      rest /= 1000;
      unit++;
    }
    while (rest < 0.9995 && unit > 0) {
      rest *= 1000;
      unit--;
    }
    String digits = String.format(Locale.ROOT, rest < 9.95 ? "%.1f" : "%.0f", rest);
    return digits.replaceFirst("\\.0$", "") + THOUSANDS[unit];
  }
}
