package io.holdfast.cli;

import io.holdfast.cli.bench.Shape;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads what a bundle of a measurement looks like. */
final class ShapeOption implements ITypeConverter<Shape> {
  @Override
  public Shape convert(String text) {
    return Shape.of(text)
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'"
                        + text
                        + "' is no shape; write a number of rows, rows and columns, up to "
                        + Shape.MAX_LOGS
                        + " log records, or a size for one binary: 1000, 1000x10, 1000logs,"
                        + " 64KiB"));
  }
}
