package io.holdfast.connectors.codec;

import io.holdfast.pipeline.ConnectorSpec;
import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.ConfigNode;
import io.holdfast.pipeline.config.DidYouMean;
import io.holdfast.script.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The codecs by name. */
public final class Codecs {
  /** The codec of those who name none. */
  public static final Codec JSON = new JsonCodec();

  /** Strings as they are. */
  public static final Codec STRING = new StringCodec();

  /** Rows of comma-separated values. */
  public static final Codec CSV = new CsvCodec();

  /** Documents of YAML. */
  public static final Codec YAML = new YamlCodec();

  private static final List<Codec> ALL =
      List.of(
          JSON,
          STRING,
          new BinaryCodec(),
          CSV,
          new InfluxCodec(),
          new BinfluxCodec(),
          new MsgpackCodec(),
          new NullCodec(),
          new StatsdCodec(),
          new SyslogCodec(),
          YAML);

  private Codecs() {}

  /** The names that {@link #of} knows. */
  public static List<String> names() {
    return ALL.stream().map(Codec::name).toList();
  }

  /** The codec of a name, null if there is none. */
  public static @Nullable Codec named(String name) {
    for (Codec codec : ALL) {
      if (codec.name().equals(name)) {
        return codec;
      }
    }
    return null;
  }

  /**
   * The codec that was written for a connector, {@link #JSON} when none was.
   *
   * @param errors gets an unknown name
   */
  public static Codec of(ConnectorSpec spec, ConfigErrors errors) {
    ConfigNode.Scalar written = spec.codec();
    if (written == null) {
      return JSON;
    }
    if (!(written.value() instanceof Value.Text(String name))) {
      errors.add(
          written.location(),
          "the codec of '" + spec.id() + "' must be a name, not " + written.kind());
      return JSON;
    }
    Codec codec = named(name);
    if (codec != null) {
      return codec;
    }
    errors.add(
        written.location(),
        "unknown codec '" + name + "' of '" + spec.id() + "'; " + DidYouMean.hint(name, names()));
    return JSON;
  }
}
