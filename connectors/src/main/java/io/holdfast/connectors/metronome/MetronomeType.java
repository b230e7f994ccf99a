package io.holdfast.connectors.metronome;

import io.holdfast.pipeline.Blueprint;
import io.holdfast.pipeline.ConnectorSpec;
import io.holdfast.pipeline.ConnectorType;
import io.holdfast.pipeline.Source;
import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.Section;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The source {@code metronome}. Its setting: {@code interval}, in milliseconds.
 *
 * <p>Each event is a record of {@code onramp} (the word metronome), {@code ingest_ns} (nanoseconds
 * since the epoch) and {@code id}, which counts from 0 in each process.
 */
public final class MetronomeType implements ConnectorType<Source> {
  /** The only one that is needed. */
  public MetronomeType() {}

  @Override
  public String name() {
    return "metronome";
  }

  @Override
  public @Nullable Blueprint<Source> read(ConnectorSpec spec, ConfigErrors errors) {
    int before = errors.size();
    Section section = spec.section("source", errors);
    long millis = section.integer("interval", 1, Duration.ofDays(365).toMillis());
    section.finish();
    if (errors.size() > before) {
      return null;
    }
    return new Blueprint<>(
        name(),
        "every " + millis + " ms",
        () -> new Metronome(Duration.ofMillis(millis), "tremor-metronome://localhost/" + millis));
  }
}
