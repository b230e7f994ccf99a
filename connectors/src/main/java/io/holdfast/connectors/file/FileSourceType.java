package io.holdfast.connectors.file;

import io.holdfast.connectors.codec.Codec;
import io.holdfast.connectors.codec.Codecs;
import io.holdfast.pipeline.Blueprint;
import io.holdfast.pipeline.ConnectorSpec;
import io.holdfast.pipeline.ConnectorType;
import io.holdfast.pipeline.Source;
import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.Section;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The source {@code file}. Its settings: {@code source}, the file, relative to the working
 * directory; {@code close_on_done}, whether the program stops after the file is delivered, false.
 */
public final class FileSourceType implements ConnectorType<Source> {
  /** The only one that is needed. */
  public FileSourceType() {}

  @Override
  public String name() {
    return "file";
  }

  @Override
  public @Nullable Blueprint<Source> read(ConnectorSpec spec, ConfigErrors errors) {
    int before = errors.size();
    Codec codec = Codecs.of(spec, errors);
    Section section = spec.section("source", errors);
    Path file = Paths.of(section, "source");
    boolean closeOnDone = section.flag("close_on_done", false);
    section.finish();
    return file == null || errors.size() > before
        ? null
        : new Blueprint<>(name(), file.toString(), () -> new FileSource(file, codec, closeOnDone));
  }
}
