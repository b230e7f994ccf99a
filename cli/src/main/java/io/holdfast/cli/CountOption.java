package io.holdfast.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number above zero. */
final class CountOption implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String text) {
    if (text.matches("[1-9]\\d{0,8}")) {
      return Integer.valueOf(text);
    }
    throw new TypeConversionException("'" + text + "' is no number above zero");
  }
}
