package io.holdfast.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code jsonl} or {@code arrow}. */
final class FormatOption implements ITypeConverter<FormatOption.Format> {
  /** What stdin or stdout carries. */
  enum Format {
    /** A JSON text a line. */
    JSONL,
    /** Arrow IPC streams. */
    ARROW
  }

  @Override
  public Format convert(String text) {
    return switch (text) {
      case "jsonl" -> Format.JSONL;
      case "arrow" -> Format.ARROW;
      default ->
          throw new TypeConversionException("'" + text + "' is no format: take jsonl or arrow");
    };
  }
}
