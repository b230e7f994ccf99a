package io.holdfast.connectors.stdio;

import io.holdfast.connectors.codec.Codec;
import io.holdfast.connectors.codec.Codecs;
import io.holdfast.pipeline.Blueprint;
import io.holdfast.pipeline.ConnectorSpec;
import io.holdfast.pipeline.ConnectorType;
import io.holdfast.pipeline.Sink;
import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.Section;
import org.jspecify.annotations.Nullable;

/** The sink {@code stdout}. Its setting: {@code prefix}, what each line begins with. */
public final class StdoutType implements ConnectorType<Sink> {
  /** The only one that is needed. */
  public StdoutType() {}

  @Override
  public String name() {
    return "stdout";
  }

  @Override
  public @Nullable Blueprint<Sink> read(ConnectorSpec spec, ConfigErrors errors) {
    int before = errors.size();
    Codec codec = Codecs.of(spec, errors);
    Section section = spec.section("sink", errors);
    String prefix = section.text("prefix", "");
    section.finish();
    return errors.size() > before
        ? null
        : new Blueprint<>(name(), codec.name(), () -> new Stdout(System.out, codec, prefix));
  }
}
