package io.holdfast.connectors.file;

import io.holdfast.connectors.codec.Codec;
import io.holdfast.connectors.codec.Codecs;
import io.holdfast.pipeline.Blueprint;
import io.holdfast.pipeline.ConnectorSpec;
import io.holdfast.pipeline.ConnectorType;
import io.holdfast.pipeline.Sink;
import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.Section;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The sink {@code file}. Its setting: {@code file}, relative to the working directory; made when it
 * does not exist, appended to when it does.
 */
public final class FileSinkType implements ConnectorType<Sink> {
  /** The only one that is needed. */
  public FileSinkType() {}

  @Override
  public String name() {
    return "file";
  }

  @Override
  public @Nullable Blueprint<Sink> read(ConnectorSpec spec, ConfigErrors errors) {
    int before = errors.size();
    Codec codec = Codecs.of(spec, errors);
    Section section = spec.section("sink", errors);
    Path file = Paths.of(section, "file");
    section.finish();
    return file == null || errors.size() > before
        ? null
        : new Blueprint<>(name(), file.toString(), () -> new FileSink(file, codec));
  }
}
