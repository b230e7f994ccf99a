package io.holdfast.cli;

import java.util.Locale;

/** Amounts for people. */
final class Sizes {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private Sizes() {}

  /** A time with its unit: {@code 85 us}. */
  static String microseconds(long nanos) {
    return Math.round(nanos / 1e3) + " us";
  }

  /** How many times: {@code 1.07}. */
  static String factor(double times) {
    return String.format(Locale.ROOT, "%.2f", times);
  }

  /** Bytes with a unit: {@code 12 B}, {@code 1.5 MiB}. */
  static String text(long bytes) {
    double amount = bytes;
    int unit = 0;
    while (amount >= 1024 && unit < UNITS.length - 1) {
      amount /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", amount, UNITS[unit]);
  }
}
