package io.holdfast.connectors.testing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.pipeline.Blueprint;
import io.holdfast.pipeline.ConnectorSpec;
import io.holdfast.pipeline.ConnectorType;
import io.holdfast.pipeline.Host;
import io.holdfast.pipeline.Notice;
import io.holdfast.pipeline.config.ConfigError;
import io.holdfast.pipeline.config.ConfigErrors;
import io.holdfast.pipeline.config.ConfigNode;
import io.holdfast.pipeline.config.Location;
import io.holdfast.script.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What the tests of connectors need of a configuration and a host. */
public final class Wiring {
  /** Where everything is written in these tests. */
  public static final Location HERE = new Location("test.yaml", 1, 1);

  private final List<Notice> notices = new CopyOnWriteArrayList<>();

  /** What was told so far, as sentences. */
  public List<String> told() {
    return notices.stream().map(Notice::toString).toList();
  }

  /** The notices of one kind. */
  public <N extends Notice> List<N> told(Class<N> kind) {
    return notices.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** A host that keeps its notices here. */
  public Host host(Path directory) {
    return Host.of(directory.resolve("data"), directory).withListener(notices::add);
  }

  /** Settings as a person would write them. */
  public static ConnectorSpec spec(String id, @Nullable String codec, Map<String, Value> settings) {
    List<ConfigNode.Entry> entries = new ArrayList<>();
    settings.forEach(
        (key, value) ->
            entries.add(new ConfigNode.Entry(HERE, key, new ConfigNode.Scalar(HERE, value))));
    return new ConnectorSpec(
        id,
        HERE,
        codec == null ? null : new ConfigNode.Scalar(HERE, Value.of(codec)),
        new ConfigNode.Mapping(HERE, entries));
  }

  /** Reads settings that are right. */
  public static <T> T make(ConnectorType<T> type, ConnectorSpec spec) {
    ConfigErrors errors = new ConfigErrors();
    Blueprint<T> blueprint = type.read(spec, errors);
    assertThat(errors.list()).isEmpty();
    assertThat(blueprint).isNotNull();
    return requireNonNull(blueprint).make();
  }

  /** Reads settings that are wrong. */
  public static List<String> errorsOf(ConnectorType<?> type, ConnectorSpec spec) {
    ConfigErrors errors = new ConfigErrors();
    assertThat(type.read(spec, errors)).isNull();
    return errors.list().stream().map(ConfigError::message).toList();
  }
}
