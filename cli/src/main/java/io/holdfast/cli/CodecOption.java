package io.holdfast.cli;

import io.holdfast.connectors.codec.Codec;
import io.holdfast.connectors.codec.Codecs;
import io.holdfast.pipeline.config.DidYouMean;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a codec. */
final class CodecOption implements ITypeConverter<Codec> {
  @Override
  public Codec convert(String text) {
    String name = text.toLowerCase(Locale.ROOT);
    Codec codec = Codecs.named(name);
    if (codec == null) {
      throw new TypeConversionException(
          "'" + text + "' is no codec; " + DidYouMean.hint(name, Codecs.names()));
    }
    return codec;
  }

  /** The codec of the lines of a file by its name's ending. */
  static Codec ofFile(String file) {
    if (file.endsWith(".txt") || file.endsWith(".log")) {
      return Codecs.STRING;
    }
    if (file.endsWith(".yaml") || file.endsWith(".yml")) {
      return Codecs.YAML;
    }
    return file.endsWith(".csv") ? Codecs.CSV : Codecs.JSON;
  }
}
