package io.holdfast.pipeline.operator.wal;

import io.holdfast.pipeline.BufferPlan;
import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.Section;
import io.holdfast.pipeline.operator.OperatorBlueprint;
import io.holdfast.pipeline.operator.OperatorSpec;
import io.holdfast.pipeline.operator.OperatorType;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The operator {@code qos::wal}. Its settings:
 *
 * <ul>
 *   <li>{@code read_count}: the most events that are delivered and not settled at once; must be
 *       there
 *   <li>{@code max_elements}: the most events that are kept
 *   <li>{@code max_bytes}: the most bytes that are kept, as they are in the log; one of these two
 *       must be there
 *   <li>{@code dir}: where they are kept, relative to the working directory; else {@code
 *       <data-dir>/<pipeline>/<instance>/<operator>}
 *   <li>{@code flush_on_evnt}: accepted for the sake of older queries; every event is synced anyway
 * </ul>
 */
public final class WalType implements OperatorType {
  private static final int MOST_READ_COUNT = 1_000_000;

  /** The only one that is needed. */
  public WalType() {}

  @Override
  public String name() {
    return "qos::wal";
  }

  @Override
  public @Nullable OperatorBlueprint read(OperatorSpec spec, ConfigErrors errors) {
    int before = errors.size();
    Section section = spec.section(errors);
    int readCount = (int) section.integer("read_count", 1, MOST_READ_COUNT);
    OptionalLong maxElements = section.integerIfSet("max_elements", 1, Long.MAX_VALUE);
    OptionalLong maxBytes = section.integerIfSet("max_bytes", 1, Long.MAX_VALUE);
    boolean _ = section.flag("flush_on_evnt", true);
    Path directory = directory(spec, section);
    section.finish();
    if (maxElements.isEmpty() && maxBytes.isEmpty()) {
      errors.add(
          section.location(),
          "operator '"
              + spec.id()
              + "' needs 'max_elements' or 'max_bytes' (or both), so that the disk is bounded");
    }
    if (directory == null || errors.size() > before) {
      return null;
    }
    WalSettings settings =
        new WalSettings(
            directory,
            readCount,
            maxElements.orElse(Long.MAX_VALUE),
            maxBytes.orElse(Long.MAX_VALUE));
    BufferPlan plan =
        new BufferPlan(
            spec.pipeline(),
            spec.instance(),
            spec.id(),
            spec.location(),
            directory,
            section.has("dir"),
            settings.describe());
    return new OperatorBlueprint(
        settings.describe(),
        OperatorBlueprint.USUAL_OUTPUTS,
        plan,
        context -> new WalOperator(settings, context),
        // A buffer gives nothing before somebody downstream says that it takes it.
        () -> (_, _) -> List.of());
  }

  private static @Nullable Path directory(OperatorSpec spec, Section section) {
    String written = section.textOrNull("dir");
    try {
      if (written != null) {
        if (written.isBlank()) {
          section.errors().add(section.locationOf("dir"), "'dir' is empty; name a directory");
          return null;
        }
        return spec.workingDirectory().resolve(written).toAbsolutePath().normalize();
      }
      Path directory = spec.dataDirectory();
      for (String part : new String[] {spec.pipeline(), spec.instance(), spec.id()}) {
        Path name = Path.of(part);
        if (part.isBlank()
            || name.getNameCount() != 1
            || name.isAbsolute()
            || part.startsWith(".")) {
          section
              .errors()
              .add(
                  spec.location(),
                  "the buffer of operator '"
                      + spec.id()
                      + "' would be in a directory called '"
                      + part
                      + "'; choose another id or instance, or give it a 'dir'");
          return null;
        }
        directory = directory.resolve(part);
      }
      return directory.toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      section
          .errors()
          .add(section.locationOf("dir"), "no directory can be called so: " + e.getMessage());
      return null;
    }
  }
}
