package io.holdfast.cli;

import io.holdfast.cli.bench.Shape;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads what a bundle of a measurement looks like. */
final class ShapeOption implements ITypeConverter<Shape> {
  private static final Pattern ROWS = Pattern.compile("([1-9]\\d{0,5})(?:x([1-9]\\d?)|(logs))?");

  /** Log records are numbered in 16 bits. */
  private static final int MAX_LOGS = 65_535;

  @Override
  public Shape convert(String text) {
    Matcher rows = ROWS.matcher(text);
    if (rows.matches()) {
      int count = Integer.parseInt(rows.group(1));
      if (rows.group(2) != null) {
        return new Shape.Wide(count, Integer.parseInt(rows.group(2)));
      }
      if (rows.group(3) == null) {
        return new Shape.Rows(count);
      }
      if (count <= MAX_LOGS) {
        return new Shape.Logs(count);
      }
    }
    if (text.matches("[1-9]\\d{0,4}KiB")) {
      return new Shape.Binary(Math.toIntExact(new SizeOption().convert(text)));
    }
    throw new TypeConversionException(
        "'"
            + text
            + "' is no shape; write a number of rows, rows and columns, up to "
            + MAX_LOGS
            + " log records, or a size for one binary: 1000, 1000x10, 1000logs, 64KiB");
  }
}
